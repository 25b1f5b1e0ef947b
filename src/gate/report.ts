// What does the gate say, on a terminal and in a pull request?
import { getBorderCharacters, table } from 'table';

import type { Verdict } from '../baseline/compare.js';
import type { Colours } from '../report/text/colours.js';
import { formatTime } from '../report/text/format.js';
import { tableOf } from '../report/formats/markdown.js';
import { metricText, metricWords } from '../report/text/exact-metrics.js';
import { printable } from '../report/text/printable.js';
import type { ExactComparison } from './verdict/exact.js';
import { isRegression, type Judgement } from './verdict/verdict.js';
import type { GateFailure } from './sampling/rounds.js';

/** A finished gate, as every form of its report receives it. */
export interface GateReport {
  /** How each side is called, such as a directory and its commit. */
  readonly base: string;
  readonly head: string;
  readonly judgements: readonly GateRow[];
  readonly failures: readonly GateFailure[];
  /** Benchmarks that seemed to have regressed until they were measured again. */
  readonly unconfirmed: readonly string[];
  /** Benchmarks that only one side has. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** What differs between the sides and was allowed to. */
  readonly differences: readonly string[];
  readonly settings: GateSettings;
}

/** A judgement with Criterion's verdict on the same samples, where there are rounds. */
export type GateRow = Judgement & { readonly criterion?: Verdict | undefined };

export interface GateSettings {
  readonly threshold: number;
  readonly significanceLevel: number;
  readonly confidenceLevel: number;
  /** Whether both sides took turns; else one is a stored baseline. */
  readonly isAlternating: boolean;
}

/** Whether the gate lets the head through: no regression that it stands behind, and nothing that fails on the head. */
export function passes({ judgements, failures }: Pick<GateReport, 'judgements' | 'failures'>): boolean {
  return !judgements.some(isRegression) && !failures.some(({ side }) => side === 'head');
}

/** The report for a terminal. */
export function renderGate(report: GateReport, colours: Colours): string {
  const rows = report.judgements.map((row) => cells(row).map((cell, i) => (i === 7 ? coloured(cell, colours) : cell)));
  const body = rows.length === 0 ? '' : columns([['', ...HEAD.slice(1)], ...rows]);
  return [
    `${heading(report)}\n`,
    body,
    ...list(colours.bold('Exact metrics that differ'), exactLines(report)),
    ...list(colours.red(colours.bold('Failed')), failureLines(report)),
    ...list(colours.bold('Notes'), notes(report)),
    `${colours.bold(conclusion(report))}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** The report for a pull request: what matters first, all rows folded away. */
export function renderGateMarkdown(report: GateReport): string {
  const important = report.judgements.filter((row) => row.time !== 'unchanged');
  const tableText = (rows: readonly GateRow[]) => tableOf(HEAD, rows.map(markdownCells), [1, 2, 3, 4, 5, 6]);
  const exact = exactLines(report);
  return [
    `## ${passes(report) ? '✅' : '❌'} ${conclusion(report)}\n`,
    `${heading(report)}\n`,
    ...(important.length > 0 ? [tableText(important)] : []),
    ...markdownList('Exact metrics that differ', exact),
    ...markdownList('Failed', failureLines(report)),
    ...markdownList('Notes', notes(report)),
    `<details><summary>All ${countOf(report.judgements.length, 'benchmark')}</summary>\n\n${tableText(report.judgements)}\n</details>\n`,
  ].join('\n');
}

const HEAD = [
  'Benchmark',
  'base',
  'head',
  'change',
  'interval',
  'noise',
  'detectable',
  'verdict',
  'Criterion',
] as const;

function cells(row: GateRow): string[] {
  const { id, baseNs, headNs, change, interval, noise, detectable } = row;
  return [
    id,
    formatTime(baseNs).trim(),
    formatTime(headNs).trim(),
    percent(change),
    interval === undefined ? '—' : `${percent(interval.lower)} … ${percent(interval.upper)}`,
    `${(100 * noise).toFixed(1)} %`,
    percent(detectable),
    verdictText(row),
    row.criterion ?? '—',
  ];
}

function markdownCells(row: GateRow): string[] {
  const [id = '', ...rest] = cells(row);
  return [`\`${id}\``, ...rest.map((cell) => (cell.startsWith('REGRESSED') ? `**${cell}**` : cell))];
}

function verdictText({ time, p }: GateRow): string {
  if (time === 'unchanged') return 'unchanged';
  const likelihood = p === undefined ? '' : ` (p ${p < 0.0001 ? '< 0.0001' : `= ${p.toFixed(4)}`})`;
  return `${time === 'regressed' ? 'REGRESSED' : 'improved'}${likelihood}`;
}

function heading({ base, head, judgements, settings }: GateReport): string {
  const { threshold, significanceLevel, confidenceLevel, isAlternating } = settings;
  const rounds = judgements.map((row) => row.rounds);
  const span = rounds.length === 0 ? '0' : [...new Set([Math.min(...rounds), Math.max(...rounds)])].join(' to ');
  const how = isAlternating
    ? `${span} rounds of three fresh processes in turn; intervals of ${100 * confidenceLevel} %, threshold ${percent(threshold)}, chance of a false alarm in all at most ${100 * significanceLevel} %`
    : `processes of each: ${span}; nothing alternated, so that time counts only beyond a wide floor`;
  return `${base} → ${head}\n${countOf(judgements.length, 'benchmark')}, ${how}.`;
}

function exactLines({ judgements }: GateReport): string[] {
  return judgements.flatMap(({ id, exact }) =>
    exact.filter(({ verdict }) => verdict !== 'equal').map((one) => `${id}: ${exactText(one)}`),
  );
}

function exactText({ name, base, head, verdict }: ExactComparison): string {
  return `${metricText({ name, value: head, previous: base })}, ${verdict === 'regressed' ? 'REGRESSED' : verdict}`;
}

function failureLines({ failures }: GateReport): string[] {
  const where = { base: 'on the base', head: 'on the head', both: 'on both sides' };
  return failures.map(({ id, side, message }) => `${id} ${where[side]}: ${printable(message.replaceAll('\n', ' '))}`);
}

function notes(report: GateReport): string[] {
  const { unconfirmed, added, removed, differences, judgements } = report;
  const unsteady = judgements.flatMap(({ id, unsteady }) => unsteady.map(({ name }) => `${id} (${metricWords(name)})`));
  return [
    ...power(report),
    ...(unconfirmed.length > 0 ? [`seemed slower, but not when measured again: ${unconfirmed.join(', ')}`] : []),
    ...(added.length > 0 ? [`only the head has: ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`only the base has: ${removed.join(', ')}`] : []),
    ...(unsteady.length > 0
      ? [`differs between runs of the same code, so it is not compared: ${unsteady.join(', ')}`]
      : []),
    ...differences.map((difference) => `allowed to differ: ${difference}`),
  ];
}

/** What could have been found at all. */
function power({ judgements }: GateReport): string[] {
  const sorted = [...judgements].sort((a, b) => a.detectable - b.detectable);
  const [middle, worst] = [sorted[sorted.length >> 1], sorted.at(-1)];
  if (middle === undefined || worst === undefined) return [];
  return [
    `the smallest slow-down that would have been detected: ${percent(middle.detectable)} for half of the benchmarks, ${percent(worst.detectable)} for all (${worst.id})`,
  ];
}

function conclusion(report: GateReport): string {
  const { judgements, failures } = report;
  const slower = judgements.filter(({ time }) => time === 'regressed').length;
  const costlier = judgements.filter(({ exact }) => exact.some(({ verdict }) => verdict === 'regressed')).length;
  const failed = failures.filter(({ side }) => side === 'head').length;
  const unjudged = failures.length - failed;
  if (judgements.length + failures.length === 0) return 'Nothing to compare: the base has no benchmarks yet.';
  if (passes(report)) {
    const rest = unjudged > 0 ? `; ${countOf(unjudged, 'benchmark')} could not be compared` : '';
    return `Gate passed: no regression that it stands behind${rest}.`;
  }
  const parts = [
    ...(slower > 0 ? [`${slower} slower`] : []),
    ...(costlier > 0 ? [`${costlier} with exact metrics that got worse`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return `Gate failed: of ${countOf(judgements.length + failed, 'benchmark')} ${parts.join(', ')}.`;
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}\n${lines.map((line) => `  ${line}\n`).join('')}`];
}

function markdownList(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`**${title}**\n\n${lines.map((line) => `- ${line}\n`).join('')}`];
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function percent(fraction: number): string {
  const value = 100 * fraction;
  return `${value < 0 ? '\u2212' : '+'}${Math.abs(value).toFixed(Math.abs(value) < 100 ? 1 : 0)} %`;
}

function coloured(verdict: string, colours: Colours): string {
  if (verdict.startsWith('REGRESSED')) return colours.red(colours.bold(verdict));
  return verdict.startsWith('improved') ? colours.green(verdict) : verdict;
}

function columns(rows: readonly (readonly string[])[]): string {
  return table(
    rows.map((row) => [...row]),
    {
      border: getBorderCharacters('void'),
      columnDefault: { paddingLeft: 2, paddingRight: 0 },
      columns: Object.fromEntries([1, 2, 3, 4, 5, 6].map((column) => [column, { alignment: 'right' as const }])),
      drawHorizontalLine: () => false,
    },
  ).replaceAll(/ +$/gm, '');
}
