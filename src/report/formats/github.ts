// How is a run written for github-action-benchmark? The array of its tool customSmallerIsBetter.
import { formatChange, formatTime } from '../text/format.js';
import { changeWords, metricsOf, metricWords } from '../text/exact-metrics.js';
import type { Format, ReportedResult } from '../run-report.js';

/** One chart's next point. */
export interface GithubEntry {
  /** Unique; it names the chart. */
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** Standard deviation, as that action takes it from Rust's benchmarks. */
  readonly range?: string;
  /** Shown when the point is pointed at. */
  readonly extra?: string | undefined;
}

/** The typical time of each benchmark, followed by its exact metrics: of all of them less is better. */
export const renderGithub: Format = ({ results }) =>
  `${JSON.stringify(
    results.flatMap((result) => [timeEntry(result), ...metricEntries(result)]),
    null,
    2,
  )}\n`;

function timeEntry(result: ReportedResult): GithubEntry {
  const { id, analysis } = result;
  return {
    name: id,
    unit: 'ns/iter',
    value: analysis.typical.pointEstimate,
    range: `± ${Number(analysis.estimates.stdDev.pointEstimate.toPrecision(4))}`,
    extra: extraOf(result),
  };
}

function extraOf({ analysis, sample, comparison }: ReportedResult): string {
  const { confidenceLevel, lowerBound, upperBound } = analysis.typical.confidenceInterval;
  const lines = [
    `${formatTime(lowerBound).trim()} to ${formatTime(upperBound).trim()} (${confidenceLevel * 100} % confidence)`,
    `${sample.timesNs.length} samples`,
  ];
  if (comparison === undefined) return lines.join('\n');
  const change = formatChange(comparison.change.mean.pointEstimate).trim();
  return [...lines, `${change} against ${comparison.baseline}: ${comparison.verdict}`].join('\n');
}

function metricEntries({ id, metrics, previous }: ReportedResult): GithubEntry[] {
  return metricsOf(metrics, previous?.metrics).map((metric) => ({
    name: `${id} (${metricWords(metric.name)})`,
    unit: metric.name.includes('Bytes') ? 'bytes' : metricWords(metric.name),
    value: Number(metric.value),
    extra: changeWords(metric),
  }));
}
