// How are exact metrics written, and what became of them since the baseline? They carry no noise: any difference is one.
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import type { Colours } from './colours.js';
import { formatBytes } from './format.js';

/** One exact metric. */
export interface Metric {
  /** As in `ExactMetrics`, such as `codeBytes`. */
  readonly name: string;
  readonly value: number | bigint;
  /** The baseline's, where it has one. */
  readonly previous?: number | bigint;
}

/** The metrics that are stated, in their order, each with the baseline's value where it has one. */
export function metricsOf(metrics: ExactMetrics, previous: ExactMetrics = {}): Metric[] {
  return Object.entries(metrics).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const before = Object.hasOwn(previous, name) ? previous[name] : undefined;
    return [{ name, value, ...(before !== undefined && { previous: before }) }];
  });
}

/** Value less the baseline's; `undefined` without one. Whole numbers differ exactly, however large they are. */
export function metricDifference({ value, previous }: Metric): number | bigint | undefined {
  if (previous === undefined) return undefined;
  const isWhole = [value, previous].every((number) => typeof number === 'bigint' || Number.isSafeInteger(number));
  if (isWhole) return BigInt(value) - BigInt(previous);
  return Number(value) - Number(previous);
}

/** A metric's name in words, such as `fuel per iteration` or `code`. */
export function metricWords(name: string): string {
  return name.replace('Bytes', '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A metric's value, in its unit where its name says one. */
export function formatMetric(name: string, value: number | bigint): string {
  if (name.includes('Bytes')) return formatBytes(Number(value));
  return value.toLocaleString('en', { maximumFractionDigits: 20 }).replace('-', '\u2212');
}

/** `no change` or the difference with its sign; `undefined` where there is nothing to compare with. */
export function changeWords(metric: Metric): string | undefined {
  const difference = metricDifference(metric);
  if (difference === undefined) return undefined;
  if (Number(difference) === 0) return 'no change';
  return `${difference > 0 ? '+' : ''}${formatMetric(metric.name, difference)}`;
}

/** Such as `code 2 KiB`, `peak memory 64 KiB (no change)` or `fuel per iteration 1,204 → 1,205 (+1)`. */
export function metricText(metric: Metric, colours?: Colours): string {
  const { name, value, previous } = metric;
  const words = changeWords(metric);
  const now = `${metricWords(name)} ${formatMetric(name, value)}`;
  if (previous === undefined || words === undefined) return now;
  const change = `(${coloured(words, metricDifference(metric) ?? 0, colours)})`;
  if (words === 'no change') return `${now} ${change}`;
  return `${metricWords(name)} ${formatMetric(name, previous)} → ${formatMetric(name, value)} ${change}`;
}

/** More is worse, of all that is counted exactly. */
function coloured(text: string, difference: number | bigint, colours: Colours | undefined): string {
  if (colours === undefined || Number(difference) === 0) return text;
  return difference > 0 ? colours.red(text) : colours.green(text);
}
