// Metric text: exact metrics and their changes in words. They carry no noise, so every difference is a change.
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import type { Colours } from './colours.js';
import { formatBytes } from './format.js';

/** One exact metric. */
export interface ExactMetric {
  /** As in `ExactMetrics`, such as `codeBytes`. */
  readonly name: string;
  readonly value: number | bigint;
  /** The baseline's value, if it has one. */
  readonly previous?: number | bigint;
}

/** Lists the defined metrics in their order, each with the baseline's value, if any. */
export function metricsOf(metrics: ExactMetrics, previous: ExactMetrics = {}): ExactMetric[] {
  return Object.entries(metrics).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const before = Object.hasOwn(previous, name) ? previous[name] : undefined;
    return [{ name, value, ...(before !== undefined && { previous: before }) }];
  });
}

/**
 * Returns the value minus the baseline's, exact for whole numbers of any size; `undefined` without a baseline's value.
 */
export function metricDifference({ value, previous }: ExactMetric): number | bigint | undefined {
  if (previous === undefined) return undefined;
  const isWhole = [value, previous].every((number) => typeof number === 'bigint' || Number.isSafeInteger(number));
  if (isWhole) return BigInt(value) - BigInt(previous);
  return Number(value) - Number(previous);
}

/** Returns a metric's name in words, such as `fuel per iteration` or `code`. */
export function metricWords(name: string): string {
  return name.replace('Bytes', '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Formats a metric's value, in bytes if its name says so. */
export function formatMetric(name: string, value: number | bigint): string {
  if (name.includes('Bytes')) return formatBytes(Number(value));
  return value.toLocaleString('en', { maximumFractionDigits: 20 }).replace('-', '\u2212');
}

/** Returns `no change` or the signed difference; `undefined` without a baseline's value. */
export function changeWords(metric: ExactMetric): string | undefined {
  const difference = metricDifference(metric);
  if (difference === undefined) return undefined;
  if (Number(difference) === 0) return 'no change';
  return `${difference > 0 ? '+' : ''}${formatMetric(metric.name, difference)}`;
}

/** Returns text such as `code 2 KiB`, `peak memory 64 KiB (no change)` or `fuel per iteration 1,204 → 1,205 (+1)`. */
export function metricText(metric: ExactMetric, colours?: Colours): string {
  const { name, value, previous } = metric;
  const words = changeWords(metric);
  const now = `${metricWords(name)} ${formatMetric(name, value)}`;
  if (previous === undefined || words === undefined) return now;
  const change = `(${coloured(words, metricDifference(metric) ?? 0, colours)})`;
  if (words === 'no change') return `${now} ${change}`;
  return `${metricWords(name)} ${formatMetric(name, previous)} → ${formatMetric(name, value)} ${change}`;
}

/** An increase is red, because smaller is better for every exact metric. */
function coloured(text: string, difference: number | bigint, colours: Colours | undefined): string {
  if (colours === undefined || Number(difference) === 0) return text;
  return difference > 0 ? colours.red(text) : colours.green(text);
}
