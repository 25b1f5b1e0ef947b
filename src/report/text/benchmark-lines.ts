// Benchmark lines: the console text of one benchmark, byte for byte as Criterion 0.8 prints it.
import type { Comparison, Verdict } from '../../baseline/compare.js';
import type { Estimate } from '../../stats/estimate.js';
import type { Estimates } from '../../stats/bootstrap.js';
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import type { Options } from '../../bench/options.js';
import type { Throughput } from '../../bench/suite/definition.js';
import type { OutlierCounts } from '../../stats/outliers.js';
import type { Colours } from './colours.js';
import { formatChange, formatShare, formatThroughput, formatTime } from './format.js';
import { metricsOf, metricText } from './metric-text.js';

/** The data of a result that the lines show. */
export interface BenchmarkSummary {
  readonly title: string;
  readonly estimates: Estimates;
  readonly typical: Estimate;
  readonly outliers: OutlierCounts;
  readonly sampleSize: number;
  readonly throughput?: Throughput | undefined;
  readonly comparison?: Comparison | undefined;
  readonly metrics?: ExactMetrics | undefined;
  /** The exact metrics of the baseline. */
  readonly previousMetrics?: ExactMetrics | undefined;
}

const INDENT = ' '.repeat(24);
const MAX_TITLE_BYTES = 23;
const OUTLIER_LABELS = [
  ['lowSevere', 'low severe'],
  ['lowMild', 'low mild'],
  ['highMild', 'high mild'],
  ['highSevere', 'high severe'],
] as const;

/** The sentence for each verdict, in Criterion's words. Criterion has no `undecided`. */
export const VERDICT_TEXTS: Readonly<Record<Verdict, string>> = {
  unchanged: 'No change in performance detected.',
  'within noise': 'Change within noise threshold.',
  improved: 'Performance has improved.',
  regressed: 'Performance has regressed.',
  undecided: 'No verdict: fewer than 10 samples.',
};

/** Returns the lines for time, throughput, change, verdict, exact metrics and outliers, without line feeds. */
export function benchmarkLines(
  measurement: BenchmarkSummary,
  options: Pick<Options, 'significanceLevel'>,
  colours: Colours,
): string[] {
  const { throughput, comparison } = measurement;
  return [
    ...timeLines(measurement, colours),
    ...(throughput === undefined ? [] : [throughputLine(measurement.typical, throughput, colours)]),
    ...(comparison === undefined ? [] : changeLines(comparison, throughput !== undefined, options, colours)),
    ...metricLines(measurement, colours),
    ...outlierLines(measurement.outliers, measurement.sampleSize, colours),
  ];
}

function timeLines({ title, typical }: BenchmarkSummary, colours: Colours): string[] {
  const { lowerBound, upperBound } = typical.confidenceInterval;
  const time = `time:   ${boundsText(lowerBound, typical.pointEstimate, upperBound, formatTime, colours)}`;
  const bytes = Buffer.byteLength(title);
  if (bytes > MAX_TITLE_BYTES) return [colours.green(title), INDENT + time];
  return [colours.green(title) + ' '.repeat(INDENT.length - bytes) + time];
}

function throughputLine(
  { pointEstimate, confidenceInterval }: Estimate,
  throughput: Throughput,
  colours: Colours,
): string {
  const { lowerBound, upperBound } = confidenceInterval;
  const format = (ns: number) => formatThroughput(throughput, ns);
  return `${INDENT}thrpt:  ${boundsText(upperBound, pointEstimate, lowerBound, format, colours)}`;
}

function changeLines(
  comparison: Comparison,
  hasThroughput: boolean,
  { significanceLevel }: Pick<Options, 'significanceLevel'>,
  colours: Colours,
): string[] {
  const { pointEstimate, confidenceInterval } = comparison.change.mean;
  const { lowerBound, upperBound } = confidenceInterval;
  const highlight = highlightOf(comparison, colours);
  const change = boundsText(lowerBound, pointEstimate, upperBound, formatChange, colours, highlight);
  const p = comparison.p;
  const significance = `(p = ${p.toFixed(2)} ${p < significanceLevel ? '<' : '>'} ${significanceLevel.toFixed(2)})`;
  const verdict = INDENT + verdictText(comparison, colours);
  if (!hasThroughput) return [`${INDENT}change: ${change} ${significance}`, verdict];
  // Half the time is twice the throughput.
  const format = (ratio: number) => formatChange(1 / (1 + ratio) - 1);
  const throughput = boundsText(upperBound, pointEstimate, lowerBound, format, colours, highlight);
  return [
    `${' '.repeat(17)}change:`,
    `${INDENT}time:   ${change} ${significance}`,
    `${INDENT}thrpt:  ${throughput}`,
    verdict,
  ];
}

function highlightOf({ verdict }: Comparison, colours: Colours): (text: string) => string {
  if (verdict === 'improved') return (text) => colours.green(colours.bold(text));
  if (verdict === 'regressed') return (text) => colours.red(colours.bold(text));
  return (text) => text;
}

function verdictText({ verdict }: Comparison, colours: Colours): string {
  const words = VERDICT_TEXTS[verdict];
  if (verdict === 'improved') return words.replace(verdict, colours.green(verdict));
  return verdict === 'regressed' ? words.replace(verdict, colours.red(verdict)) : words;
}

function metricLines({ metrics = {}, previousMetrics }: BenchmarkSummary, colours: Colours): string[] {
  return metricsOf(metrics, previousMetrics).map((metric) => INDENT + metricText(metric, colours));
}

function outlierLines(outliers: OutlierCounts, sampleSize: number, colours: Colours): string[] {
  const total = outlierTotal(outliers);
  if (total === 0) return [];
  const found = OUTLIER_LABELS.filter(([kind]) => outliers[kind] > 0);
  return [
    colours.yellow(`Found ${total} outliers among ${sampleSize} measurements (${formatShare(total / sampleSize)})`),
    ...found.map(([kind, label]) => `  ${outliers[kind]} (${formatShare(outliers[kind] / sampleSize)}) ${label}`),
  ];
}

/** Returns the number of outliers of all kinds. */
export function outlierTotal({ lowSevere, lowMild, highMild, highSevere }: OutlierCounts): number {
  return lowSevere + lowMild + highMild + highSevere;
}

function boundsText(
  low: number,
  point: number,
  high: number,
  format: (value: number) => string,
  colours: Colours,
  highlight: (text: string) => string = colours.bold,
): string {
  return `[${colours.dim(format(low))} ${highlight(format(point))} ${colours.dim(format(high))}]`;
}
