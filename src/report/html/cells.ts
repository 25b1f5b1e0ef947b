// How are a benchmark's outcomes shown in a page's tables and headings?
import type { Comparison, Verdict } from '../../baseline/compare.js';
import type { Estimate } from '../../stats/estimate.js';
import type { TargetRow } from '../../bench/derived.js';
import { formatChange, formatTime } from '../text/format.js';
import { type Content, type Markup, markup } from '../markup.js';
import { changeWords, formatMetric, metricDifference, type Metric, metricWords } from '../text/exact-metrics.js';
import { targetCells } from '../text/target.js';
import { type Column, tableOf } from './table.js';

type Tone = 'good' | 'bad' | 'plain';

const VERDICTS: Readonly<Record<Verdict, readonly [sign: string, words: string, tone: Tone]>> = {
  unchanged: ['=', 'no change', 'plain'],
  'within noise': ['≈', 'within noise', 'plain'],
  improved: ['▼', 'improved', 'good'],
  regressed: ['▲', 'regressed', 'bad'],
  undecided: ['?', 'no verdict', 'plain'],
};

const STATUS: Readonly<Record<TargetRow['status'], readonly [sign: string, words: string, tone: Tone]>> = {
  met: ['✓', 'met', 'good'],
  missed: ['✗', 'missed', 'bad'],
  unknown: ['–', 'not measured', 'plain'],
};

/** A verdict as a sign and a word, in its colour. */
export function verdictBadge(verdict: Verdict): Markup {
  return badge(...VERDICTS[verdict]);
}

/** Whether a target is met, as a sign and a word. */
export function statusBadge(status: TargetRow['status']): Markup {
  return badge(...STATUS[status]);
}

/** The estimate in bold, and its bounds below. */
export function timeCell({ pointEstimate, confidenceInterval }: Estimate): Markup {
  const [low, point, high] = [confidenceInterval.lowerBound, pointEstimate, confidenceInterval.upperBound].map(time);
  return markup`<strong>${point}</strong> <small>${low} to ${high}</small>`;
}

/** The change of the mean with its verdict; nothing where nothing was compared. */
export function changeCell(comparison: Comparison | undefined): Content {
  if (comparison === undefined) return '';
  const { change, verdict } = comparison;
  return markup`${formatChange(change.mean.pointEstimate).trim()} <small>${verdictBadge(verdict)}</small>`;
}

/** A table of exact metrics with those of the baseline, where there is one. */
export function metricTable(metrics: readonly Metric[]): Markup {
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

/** A table of targets. @param named - Gives what stands for a target's id. */
export function targetTable(targets: readonly TargetRow[], named: (id: string) => Content): Markup {
  const columns = [
    { title: 'Of' },
    { title: 'Target', isNumeric: true },
    { title: 'Measured', isNumeric: true },
    { title: 'Status' },
    { title: 'The guide’s words' },
  ];
  const rows = targets.map((row) => {
    const { bound, actual, reference } = targetCells(row);
    return [named(row.id), bound, actual, statusBadge(row.status), reference];
  });
  return tableOf('Targets', columns, rows);
}

/** An id that may go on in the next line after a slash or an underscore, rather than anywhere. */
export function breakable(id: string): Content {
  return id.split(/(?<=[/_])/).map((part, i) => [i > 0 && markup`<wbr>`, part]);
}

/** A time without padding. */
export function time(ns: number): string {
  return formatTime(ns).trim();
}

function metricChange(metric: Metric): Content {
  const words = changeWords(metric);
  const difference = Number(metricDifference(metric) ?? 0);
  if (words === undefined || difference === 0) return words;
  return markup`<span class="${difference > 0 ? 'bad' : 'good'}">${words}</span>`;
}

function badge(sign: string, words: string, tone: Tone): Markup {
  return markup`<span class="badge ${tone}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}
