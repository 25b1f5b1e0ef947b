// How is a run written for Bencher? Its Metric Format (BMF): measures by benchmark.
import { metricsOf } from '../text/exact-metrics.js';
import type { Format, ReportedResult } from '../run-report.js';

/** One figure, with its bounds where it is an estimate. */
export interface BmfMetric {
  readonly value: number;
  readonly lower_value?: number;
  readonly upper_value?: number;
}

/** Bencher's names of measures; those of other metrics are their own names in its spelling. */
const MEASURES: Readonly<Record<string, string>> = {
  fuelPerIteration: 'fuel',
  peakMemoryBytes: 'peak-memory',
  codeBytes: 'code-size',
  residentBytesPerInstance: 'resident-memory',
};

/** Bencher refuses longer names of benchmarks, and of measures. */
const LONGEST_BENCHMARK = 1024;
const LONGEST_MEASURE = 64;

/** `latency` in nanoseconds with the bounds of its interval, and each exact metric as a measure of its own. */
export const renderBmf: Format = ({ results }) => {
  const benchmarks = results.map((result) => [result.id.slice(0, LONGEST_BENCHMARK), measuresOf(result)]);
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
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).slice(0, LONGEST_MEASURE);
}
