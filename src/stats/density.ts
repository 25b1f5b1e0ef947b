// How likely is each value, judged by a sample?
import { kernelDensityEstimation } from 'simple-statistics';

import { standardDeviation } from './descriptive.js';
import { ascending, quantile } from './quantile.js';

/** A density at equally spaced places. */
export interface Density {
  /** Ascending, in the sample's unit. */
  readonly xs: readonly number[];
  /** As many as `xs`, in 1 ÷ the sample's unit: the area under the curve is 1. */
  readonly ys: readonly number[];
  /** Standard deviation of the kernel, in the sample's unit. */
  readonly bandwidth: number;
}

export interface DensityOptions {
  /** How many places, at least 2. */
  readonly points: number;
  /** First and last place; by default three bandwidths beyond the least and the greatest value. */
  readonly range?: readonly [from: number, to: number];
  /** By default `silvermanBandwidth`. */
  readonly bandwidth?: number;
}

/** Curves reach that many bandwidths beyond the sample: a normal kernel has nearly ended there. */
const TAIL_BANDWIDTHS = 3;
const INTERQUARTILE_RANGES_PER_DEVIATION = 1.34;

/**
 * Silverman's rule of thumb, 0.9 × min(s, interquartile range ÷ 1.34) × n^(−1/5) (Silverman 1986, equation 3.31), as R's
 * `bw.nrd0`: outliers widen it less than the standard deviation alone would. Where half of the values are equal it is
 * taken from the standard deviation, and where all are, from their size, so that it is never 0.
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
 * The kernel density estimate of `values` with a Gaussian kernel (Silverman 1986, equation 2.2a).
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
