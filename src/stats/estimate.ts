// Estimate: a statistic with its standard error and confidence interval.
import { quantile } from './quantile.js';

/** Bounds of a statistic at a confidence level, in the statistic's unit. */
export interface ConfidenceInterval {
  /** Share in (0, 1), such as 0.95. */
  readonly confidenceLevel: number;
  /** Lower bound. */
  readonly lowerBound: number;
  /** Upper bound. */
  readonly upperBound: number;
}

/** A statistic of a sample with its uncertainty. */
export interface Estimate {
  /** The statistic of the sample itself, not of its resamples. */
  readonly pointEstimate: number;
  /** Standard deviation of the bootstrap distribution. */
  readonly standardError: number;
  /** Bounds of the statistic. */
  readonly confidenceInterval: ConfidenceInterval;
}

/**
 * Returns the estimate from a bootstrap distribution: percentile interval (Efron & Tibshirani 1993, chapter 13) and
 * standard error.
 *
 * @param pointEstimate - The statistic of the original sample.
 * @param distribution - The statistic of each resample, at least two. Sorted in place.
 * @param confidenceLevel - Share in (0, 1).
 */
export function estimateFrom(pointEstimate: number, distribution: Float64Array, confidenceLevel: number): Estimate {
  const standardError = spread(distribution);
  distribution.sort();
  return {
    pointEstimate,
    standardError,
    confidenceInterval: {
      confidenceLevel,
      lowerBound: quantile(distribution, (1 - confidenceLevel) / 2),
      upperBound: quantile(distribution, (1 + confidenceLevel) / 2),
    },
  };
}

function spread(distribution: Float64Array): number {
  let sum = 0;
  for (const value of distribution) sum += value;
  const centre = sum / distribution.length;
  let squares = 0;
  for (const value of distribution) squares += (value - centre) * (value - centre);
  return Math.sqrt(squares / (distribution.length - 1));
}
