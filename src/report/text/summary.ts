// What stands at the end of a run on the console?
import { getBorderCharacters, table } from 'table';

import { textOf } from '../../bench/error-text.js';
import type { Colours } from './colours.js';
import { capitalised, formatRate, formatTime, formatValue } from './format.js';
import { latencyClasses } from './latency.js';
import { printable } from './printable.js';
import { type ReportedResult, type RunReport, sampleSizeNote } from '../run-report.js';
import { targetCells } from './target.js';
import { HIGH_VARIATION, variationAdvice } from './verbose.js';

/** Latency classes with throughput, derived rows, targets with their status, what varies much, failures, and the sample size. */
export function renderSummary(run: RunReport, colours: Colours): string {
  const parts = [
    latencyPart(run, colours),
    derivedPart(run, colours),
    targetPart(run, colours),
    variationPart(run, colours),
    failurePart(run, colours),
  ];
  const note = run.results.length > 0 ? [`${sampleSizeNote(run.options)}.\n`] : [];
  return [...parts.filter((part) => part !== ''), ...note].join('\n');
}

function latencyPart({ results }: RunReport, colours: Colours): string {
  const typicalNs = ({ analysis }: ReportedResult) => analysis.typical.pointEstimate;
  return latencyClasses(results, typicalNs)
    .map(({ name, range, members }) => {
      const rows = members.map((member) => [
        member.title,
        formatTime(typicalNs(member)),
        formatRate(typicalNs(member)),
      ]);
      return `${colours.bold(capitalised(name))} (${range})\n${columns(rows, [1, 2])}`;
    })
    .join('\n');
}

function derivedPart({ derived }: RunReport, colours: Colours): string {
  if (derived.length === 0) return '';
  const rows = derived.map(({ id, value, unit, detail, description }) => [
    id,
    formatValue(value, unit),
    detail ?? description,
  ]);
  return `${colours.bold('Derived')}\n${columns(rows, [1])}`;
}

function targetPart({ targets }: RunReport, colours: Colours): string {
  if (targets.length === 0) return '';
  const rows = targets.map(targetCells).map(({ id, bound, actual, status, reference }) => {
    return [id, bound, actual, coloured(status, colours), reference];
  });
  return `${colours.bold('Targets')}\n${columns([['', 'target', 'measured', 'status', ''], ...rows], [1, 2])}`;
}

/** The benchmarks that nobody should trust at once; `--verbose` tells the others' variation too. */
function variationPart({ results }: RunReport, colours: Colours): string {
  const wide = results.filter(({ analysis }) => analysis.coefficientOfVariation > HIGH_VARIATION);
  if (wide.length === 0) return '';
  const lines = wide.map(({ id, analysis }) => `  ${id}: ${variationAdvice(analysis.coefficientOfVariation)}\n`);
  return `${colours.bold('High variation')}\n${lines.join('')}`;
}

function failurePart({ failures, derivedFailures }: RunReport, colours: Colours): string {
  const all = [...failures, ...derivedFailures];
  if (all.length === 0) return '';
  return `${colours.red(colours.bold(`${all.length} failed`))}\n${all.map(({ id, error }) => `  ${id}: ${messageOf(error)}\n`).join('')}`;
}

function coloured(status: string, colours: Colours): string {
  if (status === 'met') return colours.green(status);
  return status === 'MISSED' ? colours.red(colours.bold(status)) : status;
}

/** The first line of what was thrown, fit for a terminal. */
export function messageOf(error: unknown): string {
  return printable(textOf(error).trimStart().split('\n', 1)[0] as string);
}

function columns(rows: readonly (readonly string[])[], rightAligned: readonly number[]): string {
  return table(
    rows.map((row) => [...row]),
    {
      border: getBorderCharacters('void'),
      columnDefault: { paddingLeft: 2, paddingRight: 0 },
      columns: Object.fromEntries(rightAligned.map((column) => [column, { alignment: 'right' as const }])),
      drawHorizontalLine: () => false,
    },
  ).replaceAll(/ +$/gm, '');
}
