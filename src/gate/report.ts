// Gate report: as text for a terminal, as Markdown for a pull request, and as JSON.
import { getBorderCharacters, table } from 'table';

import type { Verdict } from '../baseline/compare.js';
import type { Colours } from '../report/text/colours.js';
import { formatTime } from '../report/text/format.js';
import { tableOf } from '../report/formats/markdown.js';
import { metricText, metricWords } from '../report/text/metric-text.js';
import { escapeForTerminal } from '../report/text/terminal-text.js';
import type { ExactComparison } from './verdict/exact.js';
import { type BenchmarkVerdict, type Evidence, isRegression } from './verdict/verdict.js';
import type { GateFailure } from './rounds.js';

/** The outcome of a gate, from which every form of the report is rendered. */
export interface GateReport {
  /** The label of each side, such as a directory and its commit. */
  readonly base: string;
  readonly head: string;
  readonly verdicts: readonly GateRow[];
  readonly failures: readonly GateFailure[];
  /** Benchmarks whose regression was not confirmed by further rounds. */
  readonly unconfirmed: readonly string[];
  /** Benchmarks that only one side has. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The differences between the sides that were allowed. */
  readonly differences: readonly string[];
  readonly settings: GateSettings;
}

/** A verdict, with Criterion's on the same samples. */
export type GateRow = BenchmarkVerdict & { readonly criterion?: Verdict | undefined };

export interface GateSettings {
  readonly threshold: number;
  readonly significanceLevel: number;
  readonly confidenceLevel: number;
  /** Whether both sides were interleaved; otherwise one is a stored baseline. */
  readonly isAlternating: boolean;
}

/** Whether the head passes: no confirmed regression, and no benchmark that fails on the head alone. */
export function passes({ verdicts, failures }: Pick<GateReport, 'verdicts' | 'failures'>): boolean {
  return !verdicts.some(isRegression) && !failures.some(({ side }) => side === 'head');
}

/** The report for a terminal. */
export function renderGate(report: GateReport, colours: Colours): string {
  const rows = report.verdicts.map((row) => cells(row).map((cell, i) => (i === 7 ? coloured(cell, colours) : cell)));
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

/** The report for a pull request: changes first, all rows in a collapsed section. */
export function renderGateMarkdown(report: GateReport): string {
  const important = report.verdicts.filter((row) => row.time !== 'unchanged');
  const tableText = (rows: readonly GateRow[]) => tableOf(HEAD, rows.map(markdownCells), [1, 2, 3, 4, 5, 6]);
  const exact = exactLines(report);
  return [
    `## ${passes(report) ? '✅' : '❌'} ${conclusion(report)}\n`,
    `${heading(report)}\n`,
    ...(important.length > 0 ? [tableText(important)] : []),
    ...markdownList('Exact metrics that differ', exact),
    ...markdownList('Failed', failureLines(report)),
    ...markdownList('Notes', notes(report)),
    `<details><summary>All ${countOf(report.verdicts.length, 'benchmark')}</summary>\n\n${tableText(report.verdicts)}\n</details>\n`,
  ].join('\n');
}

/**
 * The report as JSON, with all times. Programs read these files, so their field names are fixed: `judgements` holds the
 * verdicts, and `twin` the control.
 */
export function renderGateJson({ verdicts, ...report }: GateReport, evidence: readonly Evidence[]): string {
  const recorded = evidence.map(({ rounds, ...rest }) => ({
    ...rest,
    rounds: rounds.map(({ base, control, head }) => ({ base, twin: control, head })),
  }));
  return JSON.stringify({ ...report, judgements: verdicts, evidence: recorded }, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
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

function heading({ base, head, verdicts, settings }: GateReport): string {
  const { threshold, significanceLevel, confidenceLevel, isAlternating } = settings;
  const rounds = verdicts.map((row) => row.rounds);
  const span = rounds.length === 0 ? '0' : [...new Set([Math.min(...rounds), Math.max(...rounds)])].join(' to ');
  const how = isAlternating
    ? `${span} rounds of three fresh, interleaved processes; ${100 * confidenceLevel} % intervals, threshold ${percent(threshold)}, false-alarm probability of the suite at most ${100 * significanceLevel} %`
    : `${span} processes a side; not interleaved, so time counts only beyond a wide floor`;
  return `${base} → ${head}\n${countOf(verdicts.length, 'benchmark')}, ${how}.`;
}

function exactLines({ verdicts }: GateReport): string[] {
  return verdicts.flatMap(({ id, exact }) =>
    exact.filter(({ verdict }) => verdict !== 'equal').map((one) => `${id}: ${exactText(one)}`),
  );
}

function exactText({ name, base, head, verdict }: ExactComparison): string {
  return `${metricText({ name, value: head, previous: base })}, ${verdict === 'regressed' ? 'REGRESSED' : verdict}`;
}

function failureLines({ failures }: GateReport): string[] {
  const where = { base: 'on the base', head: 'on the head', both: 'on both sides' };
  return failures.map(
    ({ id, side, message }) => `${id} ${where[side]}: ${escapeForTerminal(message.replaceAll('\n', ' '))}`,
  );
}

function notes(report: GateReport): string[] {
  const { unconfirmed, added, removed, differences, verdicts } = report;
  const unsteady = verdicts.flatMap(({ id, unsteady }) => unsteady.map(({ name }) => `${id} (${metricWords(name)})`));
  return [
    ...detectableNote(report),
    ...(unconfirmed.length > 0 ? [`slower at first, but not when measured again: ${unconfirmed.join(', ')}`] : []),
    ...(added.length > 0 ? [`only the head has: ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`only the base has: ${removed.join(', ')}`] : []),
    ...(unsteady.length > 0
      ? [`not compared, because it differs between runs of the same code: ${unsteady.join(', ')}`]
      : []),
    ...differences.map((difference) => `allowed to differ: ${difference}`),
  ];
}

/** The smallest slow-downs that the run could have detected. */
function detectableNote({ verdicts }: GateReport): string[] {
  const sorted = [...verdicts].sort((a, b) => a.detectable - b.detectable);
  const [middle, worst] = [sorted[sorted.length >> 1], sorted.at(-1)];
  if (middle === undefined || worst === undefined) return [];
  return [
    `smallest detectable slow-down: ${percent(middle.detectable)} or less for half of the benchmarks, ${percent(worst.detectable)} at worst (${worst.id})`,
  ];
}

function conclusion(report: GateReport): string {
  const { verdicts, failures } = report;
  const slower = verdicts.filter(({ time }) => time === 'regressed').length;
  const costlier = verdicts.filter(({ exact }) => exact.some(({ verdict }) => verdict === 'regressed')).length;
  const failed = failures.filter(({ side }) => side === 'head').length;
  const uncompared = failures.length - failed;
  if (verdicts.length + failures.length === 0) return 'Nothing to compare: the base has no benchmarks yet.';
  if (passes(report)) {
    const rest = uncompared > 0 ? `; ${countOf(uncompared, 'benchmark')} could not be compared` : '';
    return `Gate passed: no confirmed regression${rest}.`;
  }
  const parts = [
    ...(slower > 0 ? [`${slower} slower`] : []),
    ...(costlier > 0 ? [`${costlier} with exact metrics that got worse`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return `Gate failed: of ${countOf(verdicts.length + failed, 'benchmark')} ${parts.join(', ')}.`;
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
