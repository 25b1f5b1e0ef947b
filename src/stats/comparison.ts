// Comparison of two samples: a bootstrap test of their difference, and their relative change.
import type { BootstrapOptions } from './bootstrap.js';
import { mean, median } from './descriptive.js';
import { type Estimate, estimateFrom } from './estimate.js';
import { UINT32_TO_UNIT, type RandomBits } from './random.js';
import { Resample } from './resample.js';
import { welchT } from './welch.js';

/** Relative change from an old to a new sample, as a fraction: −0.1 means 10 % less. */
export interface Change {
  /** Change of the mean. */
  readonly mean: Estimate;
  /** Change of the median. */
  readonly median: Estimate;
}

/**
 * Returns the two-tailed probability that two samples of one population differ at least as much as these, by the mixed
 * bootstrap of Welch's t: pool, resample, split (Efron & Tibshirani 1993, algorithm 16.1).
 *
 * @param a - At least two values.
 * @param b - At least two values.
 * @returns A share in [0, 1]; 1 where all values are equal.
 */
export function mixedBootstrapP(a: readonly number[], b: readonly number[], options: BootstrapOptions): number {
  const t = welchT(a, b);
  if (t === 0) return 1;
  const pooled = centred([...a, ...b]);
  let below = 0;
  for (let i = 0; i < options.nresamples; i++) {
    if (resampledT(pooled, a.length, options.random) < t) below++;
  }
  return (2 * Math.min(below, options.nresamples - below)) / options.nresamples;
}

/**
 * Returns the relative change of mean and median from `b` to `a`, by the two-sample percentile bootstrap.
 *
 * @param a - The new sample, at least two values.
 * @param b - The old sample, at least two values, none of them 0.
 */
export function bootstrapChange(a: readonly number[], b: readonly number[], options: BootstrapOptions): Change {
  const { nresamples, confidenceLevel, random } = options;
  const means = new Float64Array(nresamples);
  const medians = new Float64Array(nresamples);
  const next = new Resample(a);
  const previous = new Resample(b);
  for (let i = 0; i < nresamples; i++) {
    next.draw(random);
    previous.draw(random);
    means[i] = next.mean / previous.mean - 1;
    medians[i] = next.median() / previous.median() - 1;
  }
  return {
    mean: estimateFrom(mean(a) / mean(b) - 1, means, confidenceLevel),
    median: estimateFrom(median(a) / median(b) - 1, medians, confidenceLevel),
  };
}

// Sums of squares lose digits far from zero; t does not change when every value moves by the same amount.
function centred(values: readonly number[]): Float64Array {
  const centre = mean(values);
  return Float64Array.from(values, (value) => value - centre);
}

function resampledT(pooled: Float64Array, sizeOfA: number, random: RandomBits): number {
  const n = pooled.length;
  const sizeOfB = n - sizeOfA;
  let sumOfA = 0;
  let squaresOfA = 0;
  let sumOfB = 0;
  let squaresOfB = 0;
  for (let k = 0; k < n; k++) {
    const value = pooled[((random.next() >>> 0) * n * UINT32_TO_UNIT) | 0] as number;
    if (k < sizeOfA) {
      sumOfA += value;
      squaresOfA += value * value;
    } else {
      sumOfB += value;
      squaresOfB += value * value;
    }
  }
  const meanOfA = sumOfA / sizeOfA;
  const meanOfB = sumOfB / sizeOfB;
  const varianceOfA = (squaresOfA - sumOfA * meanOfA) / (sizeOfA - 1);
  const varianceOfB = (squaresOfB - sumOfB * meanOfB) / (sizeOfB - 1);
  const difference = meanOfA - meanOfB;
  // Rounding may leave a variance of equal values just below zero.
  const scale = Math.sqrt(Math.max(0, varianceOfA) / sizeOfA + Math.max(0, varianceOfB) / sizeOfB);
  return difference === 0 ? 0 : difference / scale;
}
