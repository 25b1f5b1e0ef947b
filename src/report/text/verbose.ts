// Verbose lines: the details of one benchmark that `--verbose` adds.
import { diagnoseResult } from '../../bench/diagnostics.js';
import type { Estimate } from '../../stats/estimate.js';
import type { Latency } from '../../bench/timing/latency.js';
import type { BenchmarkResult } from '../../bench/run-benchmarks.js';
import { rSquaredThroughOrigin } from '../../stats/regression.js';
import { formatTime } from './format.js';
import { histogramLines } from './histogram.js';

/** A coefficient of variation above this needs investigation. */
export const HIGH_VARIATION = 0.2;
const IDEAL_VARIATION = 0.05;

/**
 * Returns all estimates, percentiles and the distribution of the batch means, variation with advice, and the sampling.
 */
export function verboseLines(result: BenchmarkResult): string[] {
  const { analysis, latency } = result;
  const { mean, median, stdDev, medianAbsDev } = analysis.estimates;
  return [
    ...slopeLine(result),
    `mean   ${bounds(mean)} std. dev.      ${bounds(stdDev)}`,
    `median ${bounds(median)} med. abs. dev. ${bounds(medianAbsDev)}`,
    `p95 of batch means ${formatTime(analysis.p95OfBatchMeansNs).trim()}, p99 of batch means ${formatTime(analysis.p99OfBatchMeansNs).trim()}`,
    ...histogramLines(analysis),
    `variation ${variationAdvice(analysis.coefficientOfVariation)}`,
    ...diagnoseResult(result).map((advice) => `note: ${advice}`),
    samplingLine(result),
    ...(latency ? [`single calls ${latencyText(latency)}`] : []),
  ];
}

/** Rates a coefficient of variation: above 20 % is high, below 5 % ideal. */
export function variationAdvice(variation: number): string {
  const share = `${(variation * 100).toFixed(1)} % of the mean`;
  if (variation > HIGH_VARIATION) {
    return `${share}: high; close other applications, turn off power saving, and look for randomness or I/O in the measured code`;
  }
  return variation < IDEAL_VARIATION ? `${share}: ideal` : `${share}: usable`;
}

function slopeLine({ analysis, sample }: BenchmarkResult): string[] {
  const { slope } = analysis.estimates;
  if (slope === null) return [];
  const { lowerBound, upperBound } = slope.confidenceInterval;
  const rSquared = (bound: number) => rSquaredThroughOrigin(bound, sample.iterations, sample.timesNs).toFixed(7);
  return [`slope  ${bounds(slope)} R^2            [${rSquared(lowerBound)} ${rSquared(upperBound)}]`];
}

function samplingLine({ sample, warmUp }: BenchmarkResult): string {
  const { mode, iterations } = sample;
  const warm = warmUp ? `; warm-up of ${warmUp.iterations} iterations` : '';
  return `sampling ${mode}, ${iterations[0]} to ${iterations.at(-1)} iterations a batch${warm}`;
}

/** Formats the percentiles of single calls, such as `p50 1.20 µs, p95 …`. */
export function latencyText({ count, p50Ns, p95Ns, p99Ns, p999Ns, maxNs }: Latency): string {
  const percentiles = Object.entries({ p50: p50Ns, p95: p95Ns, p99: p99Ns, 'p99.9': p999Ns, max: maxNs });
  const texts = percentiles.map(([name, ns]) => `${name} ${formatTime(ns).trim()}`);
  return `${texts.join(', ')} (${count.toLocaleString('en')} calls)`;
}

function bounds({ confidenceInterval }: Estimate): string {
  return `[${formatTime(confidenceInterval.lowerBound)} ${formatTime(confidenceInterval.upperBound)}]`;
}
