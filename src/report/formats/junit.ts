// How is a run written for those who read test results? JUnit's XML: a suite a category, a case a benchmark.
import type { TargetRow } from '../../bench/derived.js';
import { textOf } from '../../bench/error-text.js';
import { VERDICTS } from '../text/benchmark.js';
import { formatChange, formatTime } from '../text/format.js';
import { attributes, type Content, type Markup, markup } from '../markup.js';
import { metricsOf, metricText } from '../text/exact-metrics.js';
import { byCategory, type Format, type ReportedResult, type RunReport } from '../run-report.js';
import { messageOf } from '../text/summary.js';
import { targetCells } from '../text/target.js';

type Outcome = 'passed' | 'error' | 'failure' | 'skipped';

/** One test case. */
interface Case {
  readonly id: string;
  readonly name: string;
  readonly seconds: number;
  readonly outcome: Outcome;
  readonly body: Content;
}

/**
 * A benchmark is an `error` where it threw, and a `failure` of the type `regression` where it has regressed. Each target
 * is a case of its own: a `failure` of the type `missed-target`, or skipped where nothing was measured.
 */
export const renderJunit: Format = (run) => {
  const cases = casesOf(run);
  const suites = byCategory(cases).map(([category, own]) => suiteOf(category, own, run));
  const root = markup`<testsuites${counts(cases)}>\n${suites}</testsuites>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.toString()}`;
};

function casesOf({ results, failures, derivedFailures, targets }: RunReport): Case[] {
  return [
    ...results.map(resultCase),
    ...[...failures, ...derivedFailures].map(failureCase),
    ...targets.map(targetCase),
  ];
}

function resultCase(result: ReportedResult): Case {
  const { id, comparison } = result;
  const hasRegressed = comparison?.verdict === 'regressed';
  const seconds = result.sample.timesNs.reduce((sum, timeNs) => sum + timeNs, 0) / 1e9;
  const text = resultLines(result).join('\n');
  const failure =
    hasRegressed && markup`<failure${attributes({ type: 'regression', message: changeText(comparison) })}/>\n`;
  const body = markup`${failure}<system-out>${text}</system-out>\n`;
  return { id, name: id, seconds, outcome: hasRegressed ? 'failure' : 'passed', body };
}

function failureCase({ id, error }: RunReport['failures'][number]): Case {
  const type = error instanceof Error ? error.name : typeof error;
  const text = textOf(error);
  const body = markup`<error${attributes({ type, message: messageOf(error) })}>${text}</error>\n`;
  return { id, name: id, seconds: 0, outcome: 'error', body };
}

function targetCase(row: TargetRow): Case {
  const { bound, actual, reference } = targetCells(row);
  const of = { id: row.id, name: `${row.id}: target ${bound}`, seconds: 0 };
  switch (row.status) {
    case 'met':
      return { ...of, outcome: 'passed', body: '' };
    case 'unknown':
      return { ...of, outcome: 'skipped', body: markup`<skipped message="not measured"/>\n` };
    case 'missed': {
      const message = `measured ${actual}, the target is ${bound}${reference === '' ? '' : ` (${reference})`}`;
      const body = markup`<failure${attributes({ type: 'missed-target', message })}/>\n`;
      return { ...of, outcome: 'failure', body };
    }
  }
}

function suiteOf(category: string, cases: readonly Case[], { environment }: RunReport): Markup {
  const timestamp = environment.startedAt.replace(/(\.\d+)?Z$/, '');
  return markup`<testsuite${attributes({ name: category, timestamp })}${counts(cases)}>\n${cases.map(caseElement)}</testsuite>\n`;
}

function counts(cases: readonly Case[]): Markup {
  const count = (outcome: Outcome) => cases.filter((one) => one.outcome === outcome).length;
  const time = cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
  return attributes({
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time,
  });
}

function caseElement({ id, name, seconds, body }: Case): Markup {
  const classname = id.split('/').slice(0, -1).join('.') || id;
  return markup`<testcase${attributes({ classname, name, time: seconds.toFixed(3) })}>\n${body}</testcase>\n`;
}

function resultLines({ analysis, metrics, previous, comparison }: ReportedResult): string[] {
  const { pointEstimate, confidenceInterval } = analysis.typical;
  const bounds = [confidenceInterval.lowerBound, pointEstimate, confidenceInterval.upperBound];
  return [
    `time: [${bounds.map((ns) => formatTime(ns).trim()).join(' ')}]`,
    ...(comparison === undefined ? [] : [changeText(comparison)]),
    ...metricsOf(metrics, previous?.metrics).map((metric) => metricText(metric)),
  ];
}

function changeText({ change, baseline, p, verdict }: NonNullable<ReportedResult['comparison']>): string {
  const { lowerBound, upperBound } = change.mean.confidenceInterval;
  const bounds = [lowerBound, change.mean.pointEstimate, upperBound].map((value) => formatChange(value).trim());
  return `change against ${baseline}: [${bounds.join(' ')}] (p = ${p.toFixed(2)}). ${VERDICTS[verdict]}`;
}
