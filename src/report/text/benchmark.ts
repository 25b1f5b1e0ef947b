// What is printed of one benchmark? Criterion 0.8's text, line by line.
import type { Comparison, Verdict } from '../../baseline/compare.js';
import type { Estimate } from '../../stats/estimate.js';
import type { Estimates } from '../../stats/bootstrap.js';
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import type { Options } from '../../bench/options.js';
import type { Throughput } from '../../bench/suite/definition.js';
import type { OutlierCounts } from '../../stats/outliers.js';
import type { Colours } from './colours.js';
import { formatChange, formatShare, formatThroughput, formatTime } from './format.js';
import { metricsOf, metricText } from './exact-metrics.js';

/** What the lines need to know of a measurement. */
export interface Measurement {
  readonly title: string;
  readonly estimates: Estimates;
  readonly typical: Estimate;
  readonly outliers: OutlierCounts;
  readonly sampleSize: number;
  readonly throughput?: Throughput | undefined;
  readonly comparison?: Comparison | undefined;
  readonly metrics?: ExactMetrics | undefined;
  /** The baseline's. */
  readonly previousMetrics?: ExactMetrics | undefined;
}

const INDENT = ' '.repeat(24);
const LONGEST_TITLE_BYTES = 23;
const OUTLIERS = [
  ['lowSevere', 'low severe'],
  ['lowMild', 'low mild'],
  ['highMild', 'high mild'],
  ['highSevere', 'high severe'],
] as const;

/** What is said of each verdict: Criterion's words, and our own where it gives none. */
export const VERDICTS: Readonly<Record<Verdict, string>> = {
  unchanged: 'No change in performance detected.',
  'within noise': 'Change within noise threshold.',
  improved: 'Performance has improved.',
  regressed: 'Performance has regressed.',
  undecided: 'No verdict: fewer than 10 samples.',
};

/** Time, throughput, change with verdict, exact metrics, and outliers; lines without ends. */
export function benchmarkLines(
  measurement: Measurement,
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

function timeLines({ title, typical }: Measurement, colours: Colours): string[] {
  const { lowerBound, upperBound } = typical.confidenceInterval;
  const time = `time:   ${triple(lowerBound, typical.pointEstimate, upperBound, formatTime, colours)}`;
  const bytes = Buffer.byteLength(title);
  if (bytes > LONGEST_TITLE_BYTES) return [colours.green(title), INDENT + time];
  return [colours.green(title) + ' '.repeat(INDENT.length - bytes) + time];
}

function throughputLine(
  { pointEstimate, confidenceInterval }: Estimate,
  throughput: Throughput,
  colours: Colours,
): string {
  const { lowerBound, upperBound } = confidenceInterval;
  const format = (ns: number) => formatThroughput(throughput, ns);
  return `${INDENT}thrpt:  ${triple(upperBound, pointEstimate, lowerBound, format, colours)}`;
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
  const change = triple(lowerBound, pointEstimate, upperBound, formatChange, colours, highlight);
  const p = comparison.p;
  const significance = `(p = ${p.toFixed(2)} ${p < significanceLevel ? '<' : '>'} ${significanceLevel.toFixed(2)})`;
  const verdict = INDENT + verdictText(comparison, colours);
  if (!hasThroughput) return [`${INDENT}change: ${change} ${significance}`, verdict];
  // Half the time is twice the throughput.
  const format = (ratio: number) => formatChange(1 / (1 + ratio) - 1);
  const throughput = triple(upperBound, pointEstimate, lowerBound, format, colours, highlight);
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
  const words = VERDICTS[verdict];
  if (verdict === 'improved') return words.replace(verdict, colours.green(verdict));
  return verdict === 'regressed' ? words.replace(verdict, colours.red(verdict)) : words;
}

function metricLines({ metrics = {}, previousMetrics }: Measurement, colours: Colours): string[] {
  return metricsOf(metrics, previousMetrics).map((metric) => INDENT + metricText(metric, colours));
}

function outlierLines(outliers: OutlierCounts, sampleSize: number, colours: Colours): string[] {
  const total = outlierTotal(outliers);
  if (total === 0) return [];
  const found = OUTLIERS.filter(([kind]) => outliers[kind] > 0);
  return [
    colours.yellow(`Found ${total} outliers among ${sampleSize} measurements (${formatShare(total / sampleSize)})`),
    ...found.map(([kind, label]) => `  ${outliers[kind]} (${formatShare(outliers[kind] / sampleSize)}) ${label}`),
  ];
}

/** How many of a sample's batches are outliers of any kind. */
export function outlierTotal({ lowSevere, lowMild, highMild, highSevere }: OutlierCounts): number {
  return lowSevere + lowMild + highMild + highSevere;
}

function triple(
  low: number,
  point: number,
  high: number,
  format: (value: number) => string,
  colours: Colours,
  highlight: (text: string) => string = colours.bold,
): string {
  return `[${colours.dim(format(low))} ${highlight(format(point))} ${colours.dim(format(high))}]`;
}
