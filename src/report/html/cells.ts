// Cells: verdicts, times, changes, metrics and targets in tables and headings.
import type { Comparison, Verdict } from '../../baseline/compare.js';
import type { Estimate } from '../../stats/estimate.js';
import type { TargetRow } from '../../bench/derived.js';
import { formatChange, formatTime } from '../text/format.js';
import { type Content, type Markup, markup } from '../markup.js';
import { changeWords, formatMetric, metricDifference, type ExactMetric, metricWords } from '../text/metric-text.js';
import { targetCells } from '../text/target-cells.js';
import { type Column, tableOf } from './table.js';

type Tone = 'good' | 'bad' | 'plain';

const VERDICT_BADGES: Readonly<Record<Verdict, readonly [sign: string, words: string, tone: Tone]>> = {
  unchanged: ['=', 'no change', 'plain'],
  'within noise': ['≈', 'within noise', 'plain'],
  improved: ['▼', 'improved', 'good'],
  regressed: ['▲', 'regressed', 'bad'],
  undecided: ['?', 'no verdict', 'plain'],
};

const STATUS_BADGES: Readonly<Record<TargetRow['status'], readonly [sign: string, words: string, tone: Tone]>> = {
  met: ['✓', 'met', 'good'],
  missed: ['✗', 'missed', 'bad'],
  unknown: ['–', 'not measured', 'plain'],
};

/** Renders a verdict as a sign and words, in its colour. */
export function verdictBadge(verdict: Verdict): Markup {
  return badge(...VERDICT_BADGES[verdict]);
}

/** Renders the status of a target as a sign and words. */
export function statusBadge(status: TargetRow['status']): Markup {
  return badge(...STATUS_BADGES[status]);
}

/** Renders an estimate in bold, with its bounds below. */
export function timeCell({ pointEstimate, confidenceInterval }: Estimate): Markup {
  const [low, point, high] = [confidenceInterval.lowerBound, pointEstimate, confidenceInterval.upperBound].map(time);
  return markup`<strong>${point}</strong> <small>${low} to ${high}</small>`;
}

/** Renders the change of the mean with its verdict; empty without a comparison. */
export function changeCell(comparison: Comparison | undefined): Content {
  if (comparison === undefined) return '';
  const { change, verdict } = comparison;
  return markup`${formatChange(change.mean.pointEstimate).trim()} <small>${verdictBadge(verdict)}</small>`;
}

/** Renders a table of exact metrics, with the baseline's values if there are any. */
export function metricTable(metrics: readonly ExactMetric[]): Markup {
  const isCompared = metrics.some(({ previous }) => previous !== undefined);
  const columns: Column[] = [
    { title: 'Metric' },
    { title: 'Value', isNumeric: true },
    ...(isCompared
      ? [
          { title: 'Baseline', isNumeric: true },
          { title: 'Change', isNumeric: true },
        ]
      : []),
  ];
  const rows = metrics.map((metric) => {
    const { name, value, previous } = metric;
    const before = previous === undefined ? '' : formatMetric(name, previous);
    return [metricWords(name), formatMetric(name, value), ...(isCompared ? [before, metricChange(metric)] : [])];
  });
  return tableOf('Exact metrics', columns, rows);
}

/** Renders a table of targets. @param nameCell - Renders the id of a target. */
export function targetTable(targets: readonly TargetRow[], nameCell: (id: string) => Content): Markup {
  const columns = [
    { title: 'Of' },
    { title: 'Target', isNumeric: true },
    { title: 'Measured', isNumeric: true },
    { title: 'Status' },
    { title: 'Requirement' },
  ];
  const rows = targets.map((row) => {
    const { bound, actual, reference } = targetCells(row);
    return [nameCell(row.id), bound, actual, statusBadge(row.status), reference];
  });
  return tableOf('Targets', columns, rows);
}

/** Renders an id that can break only after a slash or an underscore. */
export function breakable(id: string): Content {
  return id.split(/(?<=[/_])/).map((part, i) => [i > 0 && markup`<wbr>`, part]);
}

/** Formats a time without padding. */
export function time(ns: number): string {
  return formatTime(ns).trim();
}

function metricChange(metric: ExactMetric): Content {
  const words = changeWords(metric);
  const difference = Number(metricDifference(metric) ?? 0);
  if (words === undefined || difference === 0) return words;
  return markup`<span class="${difference > 0 ? 'bad' : 'good'}">${words}</span>`;
}

function badge(sign: string, words: string, tone: Tone): Markup {
  return markup`<span class="badge ${tone}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}
