// Analysis of one benchmark's sample: estimates, outliers and percentiles.
import { bootstrapEstimates, bootstrapSlope, type BootstrapOptions, type Estimates } from '../stats/bootstrap.js';
import { coefficientOfVariation } from '../stats/descriptive.js';
import type { Estimate } from '../stats/estimate.js';
import { countOutliers, type Fences, type OutlierCounts, tukeyFences } from '../stats/outliers.js';
import { ascending, quantile } from '../stats/quantile.js';
import { seededBits } from '../stats/random.js';
import type { Options } from './options.js';
import { averagesNs, type Sample } from './sampling/sample.js';

/** Statistics of one sample; times in nanoseconds per iteration. */
export interface Analysis {
  /** Mean time of each batch; all other figures are computed from these. */
  readonly averagesNs: readonly number[];
  /** Mean, median, deviations and slope. */
  readonly estimates: Estimates;
  /** The slope of a linear sample, else the mean. */
  readonly typical: Estimate;
  /** Tukey's fences of the batch means. */
  readonly fences: Fences;
  /** Number of outliers by class; the estimates include them. */
  readonly outliers: OutlierCounts;
  /** 95th percentile of the batch means; single calls may take much longer. */
  readonly p95OfBatchMeansNs: number;
  /** 99th percentile of the batch means; of 30 batches, nearly the maximum. */
  readonly p99OfBatchMeansNs: number;
  /** Standard deviation ÷ mean of the batch means. */
  readonly coefficientOfVariation: number;
}

/**
 * Returns the bootstrap's options. `stream`, such as a benchmark's id, keeps its resamples independent of other
 * benchmarks.
 */
export function bootstrapOptions(options: Options, stream: string): BootstrapOptions {
  const { nresamples, confidenceLevel, seed } = options;
  return { nresamples, confidenceLevel, random: seededBits(seed, stream) };
}

/**
 * Analyzes `sample`, which has at least two batches.
 *
 * @param id - The benchmark's id; with the seed it determines the resamples.
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

/** Returns the estimate that represents the benchmark: the slope of a linear sample, else the mean. */
export function typicalOf(estimates: Estimates): Estimate {
  return estimates.slope ?? estimates.mean;
}
