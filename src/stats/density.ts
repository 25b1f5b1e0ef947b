// Kernel density estimation with a Gaussian kernel.
import { kernelDensityEstimation } from 'simple-statistics';

import { standardDeviation } from './descriptive.js';
import { ascending, quantile } from './quantile.js';

/** A density at equally spaced points. */
export interface Density {
  /** Ascending, in the sample's unit. */
  readonly xs: readonly number[];
  /** As many as `xs`, in 1 ÷ the sample's unit: the area under the curve is 1. */
  readonly ys: readonly number[];
  /** Standard deviation of the kernel, in the sample's unit. */
  readonly bandwidth: number;
}

export interface DensityOptions {
  /** Number of points, at least 2. */
  readonly points: number;
  /** First and last point. Default: three bandwidths below the minimum and above the maximum. */
  readonly range?: readonly [from: number, to: number];
  /** Default: `silvermanBandwidth`. */
  readonly bandwidth?: number;
}

/** Bandwidths that a curve extends beyond the sample: a Gaussian kernel is close to 0 there. */
const TAIL_BANDWIDTHS = 3;
const INTERQUARTILE_RANGES_PER_DEVIATION = 1.34;

/**
 * Silverman's rule of thumb, 0.9 × min(s, interquartile range ÷ 1.34) × n^(−1/5) (Silverman 1986, equation 3.31), as
 * R's `bw.nrd0`. Outliers widen it less than they widen the standard deviation. If half of the values are equal, the
 * scale is the standard deviation; if all are equal, it is their magnitude, so the bandwidth is never 0.
 *
 * @param values - At least two; the result has their unit.
 */
export function silvermanBandwidth(values: readonly number[]): number {
  const sorted = ascending(values);
  const deviation = standardDeviation(values);
  const robust = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / INTERQUARTILE_RANGES_PER_DEVIATION;
  const scale = Math.min(deviation, robust) || deviation || Math.abs(sorted[0] as number) || 1;
  return 0.9 * scale * values.length ** -0.2;
}

/**
 * Returns the kernel density estimate of `values` with a Gaussian kernel (Silverman 1986, equation 2.2a).
 *
 * @param values - At least two.
 */
export function density(values: readonly number[], options: DensityOptions): Density {
  const bandwidth = options.bandwidth ?? silvermanBandwidth(values);
  const [from, to] = options.range ?? tailRange(values, bandwidth);
  const at = kernelDensityEstimation([...values], 'gaussian', bandwidth);
  const step = (to - from) / (options.points - 1);
  const xs = Array.from({ length: options.points }, (_, i) => from + i * step);
  return { xs, ys: xs.map(at), bandwidth };
}

function tailRange(values: readonly number[], bandwidth: number): [number, number] {
  const sorted = ascending(values);
  const tail = TAIL_BANDWIDTHS * bandwidth;
  return [(sorted[0] as number) - tail, (sorted.at(-1) as number) + tail];
}
