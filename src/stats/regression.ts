// Linear regression, through the origin or with an intercept.
import { linearRegression, linearRegressionLine, rSquared } from 'simple-statistics';

/** A straight line fitted by least squares. */
export interface LinearFit {
  /** Slope, in unit of y ÷ unit of x. */
  readonly slope: number;
  /** Value at x = 0, in unit of y. */
  readonly intercept: number;
  /** Coefficient of determination, at most 1. */
  readonly rSquared: number;
}

/**
 * Returns the least-squares slope of a line through the origin: Σxy ÷ Σx².
 *
 * @param xs - At least one value other than 0.
 * @param ys - As many values as `xs`.
 */
export function slopeThroughOrigin(xs: readonly number[], ys: readonly number[]): number {
  let products = 0;
  let squares = 0;
  for (const [i, x] of xs.entries()) {
    products += x * (ys[i] as number);
    squares += x * x;
  }
  return products / squares;
}

/**
 * Returns the share of the variation of `ys` that a line through the origin with this `slope` explains: 1 − residual ÷
 * total sum of squares. Negative if the mean would explain more.
 */
export function rSquaredThroughOrigin(slope: number, xs: readonly number[], ys: readonly number[]): number {
  return rSquared(pairs(xs, ys), (x: number) => slope * x);
}

/**
 * Fits the ordinary least-squares line with an intercept.
 *
 * @param xs - At least two different values.
 * @param ys - As many values as `xs`.
 * @returns The line and its coefficient of determination.
 */
export function linearFit(xs: readonly number[], ys: readonly number[]): LinearFit {
  const points = pairs(xs, ys);
  const line = linearRegression(points);
  return { slope: line.m, intercept: line.b, rSquared: rSquared(points, linearRegressionLine(line)) };
}

function pairs(xs: readonly number[], ys: readonly number[]): [number, number][] {
  return xs.map((x, i) => [x, ys[i] as number]);
}
