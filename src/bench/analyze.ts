// What does one benchmark's sample say?
import { bootstrapEstimates, bootstrapSlope, type BootstrapOptions, type Estimates } from '../stats/bootstrap.js';
import { coefficientOfVariation } from '../stats/descriptive.js';
import type { Estimate } from '../stats/estimate.js';
import { countOutliers, type Fences, type OutlierCounts, tukeyFences } from '../stats/outliers.js';
import { ascending, quantile } from '../stats/quantile.js';
import { seededBits } from '../stats/random.js';
import type { Options } from './options.js';
import { averagesNs, type Sample } from './sampling/sample.js';

/** Everything computed from one sample; times in nanoseconds per iteration. */
export interface Analysis {
  /** The mean time of each batch: what all other figures describe. */
  readonly averagesNs: readonly number[];
  /** Mean, median, deviations and slope. */
  readonly estimates: Estimates;
  /** The slope where there is one, else the mean. */
  readonly typical: Estimate;
  /** Beyond which a batch mean is an outlier. */
  readonly fences: Fences;
  /** How many are; none is left out of the estimates. */
  readonly outliers: OutlierCounts;
  /** 95th percentile of the batch means; single calls may lie far beyond. */
  readonly p95OfBatchMeansNs: number;
  /** 99th percentile of the batch means: of 30, nearly their maximum. */
  readonly p99OfBatchMeansNs: number;
  /** Standard deviation ÷ mean of the batch means. */
  readonly coefficientOfVariation: number;
}

/** Options of the bootstrap that `stream` names, such as a benchmark's id, so that no other benchmark moves it. */
export function bootstrapOptions(options: Options, stream: string): BootstrapOptions {
  const { nresamples, confidenceLevel, seed } = options;
  return { nresamples, confidenceLevel, random: seededBits(seed, stream) };
}

/**
 * Estimates, outliers and percentiles of `sample`, which has at least two batches.
 *
 * @param id - The benchmark's id; with the seed it decides the resamples.
 */
export function analyze(sample: Sample, options: Options, id: string): Analysis {
  const averages = averagesNs(sample);
  const bootstrap = bootstrapOptions(options, id);
  const slope = sample.mode === 'linear' ? bootstrapSlope(sample.iterations, sample.timesNs, bootstrap) : null;
  const estimates = { ...bootstrapEstimates(averages, bootstrap), slope };
  const sorted = ascending(averages);
  const fences = tukeyFences(averages);
  return {
    averagesNs: averages,
    estimates,
    typical: typicalOf(estimates),
    fences,
    outliers: countOutliers(averages, fences),
    p95OfBatchMeansNs: quantile(sorted, 0.95),
    p99OfBatchMeansNs: quantile(sorted, 0.99),
    coefficientOfVariation: coefficientOfVariation(averages),
  };
}

/** The estimate that stands for the benchmark: the slope where there is one, else the mean. */
export function typicalOf(estimates: Estimates): Estimate {
  return estimates.slope ?? estimates.mean;
}
