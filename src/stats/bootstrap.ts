// Bootstrap estimates of one sample: mean, median, deviations and slope with their confidence intervals.
import { mean, median, medianAbsoluteDeviation, NORMAL_CONSISTENCY, standardDeviation } from './descriptive.js';
import { type Estimate, estimateFrom } from './estimate.js';
import { UINT32_TO_UNIT, type RandomBits } from './random.js';
import { slopeThroughOrigin } from './regression.js';
import { Resample } from './resample.js';

/** The statistics of a benchmark's batch means, in their unit. */
export interface Estimates {
  /** The mean. */
  readonly mean: Estimate;
  /** The median. */
  readonly median: Estimate;
  /** Median absolute deviation × 1.4826. */
  readonly medianAbsDev: Estimate;
  /**
   * Slope of total time over iterations through the origin; `null` for a flat sample, where it would equal the mean.
   */
  readonly slope: Estimate | null;
  /** Standard deviation, with n − 1 in the denominator. */
  readonly stdDev: Estimate;
}

export interface BootstrapOptions {
  /** Number of resamples, at least 2. */
  readonly nresamples: number;
  /** Share in (0, 1). */
  readonly confidenceLevel: number;
  /** Source of the resamples. */
  readonly random: RandomBits;
}

/**
 * Returns mean, median, MAD and standard deviation of `values`, by the percentile bootstrap.
 *
 * @param values - At least two.
 */
export function bootstrapEstimates(values: readonly number[], options: BootstrapOptions): Omit<Estimates, 'slope'> {
  const { nresamples, confidenceLevel, random } = options;
  const means = new Float64Array(nresamples);
  const medians = new Float64Array(nresamples);
  const deviations = new Float64Array(nresamples);
  const medianDeviations = new Float64Array(nresamples);
  const resample = new Resample(values);
  for (let i = 0; i < nresamples; i++) {
    resample.draw(random);
    const centre = resample.median();
    means[i] = resample.mean;
    medians[i] = centre;
    deviations[i] = resample.standardDeviation();
    medianDeviations[i] = resample.medianDeviation(centre) * NORMAL_CONSISTENCY;
  }
  return {
    mean: estimateFrom(mean(values), means, confidenceLevel),
    median: estimateFrom(median(values), medians, confidenceLevel),
    medianAbsDev: estimateFrom(medianAbsoluteDeviation(values), medianDeviations, confidenceLevel),
    stdDev: estimateFrom(standardDeviation(values), deviations, confidenceLevel),
  };
}

/**
 * Returns the slope through the origin of `ys` over `xs`, by the percentile bootstrap over pairs.
 *
 * @param xs - At least two values, none of them 0.
 * @param ys - As many values as `xs`.
 */
export function bootstrapSlope(xs: readonly number[], ys: readonly number[], options: BootstrapOptions): Estimate {
  const { nresamples, confidenceLevel, random } = options;
  const n = xs.length;
  const products = Float64Array.from(xs, (x, i) => x * (ys[i] as number));
  const squares = Float64Array.from(xs, (x) => x * x);
  const slopes = new Float64Array(nresamples);
  for (let r = 0; r < nresamples; r++) {
    let product = 0;
    let square = 0;
    for (let k = 0; k < n; k++) {
      const i = ((random.next() >>> 0) * n * UINT32_TO_UNIT) | 0;
      product += products[i] as number;
      square += squares[i] as number;
    }
    slopes[r] = product / square;
  }
  return estimateFrom(slopeThroughOrigin(xs, ys), slopes, confidenceLevel);
}
