// Bencher Metric Format (BMF): JSON for Bencher with measures by benchmark.
import { metricsOf } from '../text/metric-text.js';
import type { DocumentRenderer, ReportedResult } from '../run-report.js';

/** One value; estimates also have bounds. */
export interface BmfMetric {
  readonly value: number;
  readonly lower_value?: number;
  readonly upper_value?: number;
}

/** Bencher's names of known measures. Other metrics keep their own names, in kebab case. */
const MEASURES: Readonly<Record<string, string>> = {
  fuelPerIteration: 'fuel',
  peakMemoryBytes: 'peak-memory',
  codeBytes: 'code-size',
  residentBytesPerInstance: 'resident-memory',
};

/** Bencher rejects longer names. */
const MAX_BENCHMARK_LENGTH = 1024;
const MAX_MEASURE_LENGTH = 64;

/** Renders `latency` in nanoseconds with its confidence interval, and each exact metric as a separate measure. */
export const renderBmf: DocumentRenderer = ({ results }) => {
  const benchmarks = results.map((result) => [result.id.slice(0, MAX_BENCHMARK_LENGTH), measuresOf(result)]);
  return `${JSON.stringify(Object.fromEntries(benchmarks), null, 2)}\n`;
};

function measuresOf({ analysis, metrics }: ReportedResult): Record<string, BmfMetric> {
  const { pointEstimate, confidenceInterval } = analysis.typical;
  const { lowerBound, upperBound } = confidenceInterval;
  const exact = metricsOf(metrics).map(({ name, value }) => [measureOf(name), { value: Number(value) }]);
  return {
    latency: { value: pointEstimate, lower_value: lowerBound, upper_value: upperBound },
    ...(Object.fromEntries(exact) as Record<string, BmfMetric>),
  };
}

function measureOf(name: string): string {
  if (Object.hasOwn(MEASURES, name)) return MEASURES[name] as string;
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).slice(0, MAX_MEASURE_LENGTH);
}
