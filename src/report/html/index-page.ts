// What does the page show that lists all benchmarks of a run?
import { environmentFacts, samplingFacts } from '../text/run-facts.js';
import { formatValue } from '../text/format.js';
import { attributes, type Content, type Markup, markup } from '../markup.js';
import { metricsOf, metricText } from '../text/exact-metrics.js';
import { byCategory, type ReportedResult, type RunReport } from '../run-report.js';
import { messageOf } from '../text/summary.js';
import { breakable, changeCell, statusBadge, targetTable, timeCell } from './cells.js';
import { sparkline } from './density-chart.js';
import { definitions, htmlDocument, section } from './document.js';
import { linkFromIndex } from './link.js';
import { type Column, tableOf } from './table.js';

/** The page as text. */
export function indexPage(run: RunReport): string {
  const parts = [
    header(run),
    failureSection(run),
    ...categorySections(run),
    derivedSection(run),
    targetSection(run),
    section(
      'measured',
      'Measured on',
      definitions([...environmentFacts(run.environment), ...samplingFacts(run.options)]),
    ),
  ];
  return htmlDocument('Benchmarks', parts);
}

function header(run: RunReport): Markup {
  const { results } = run;
  const date = run.environment.startedAt.slice(0, 10);
  const links = byCategory(results).map(([category], i) => markup`<li><a href="#category-${i}">${category}</a></li>\n`);
  const nav = links.length > 1 && markup`<nav aria-label="Categories"><ul class="links">${links}</ul></nav>\n`;
  return markup`<header>
<h1>Benchmarks</h1>
<p class="muted">${date}, Node ${run.environment.node}</p>
<ul class="counts">${counts(run)}</ul>
${results.length === 0 && markup`<p>No benchmark was measured.</p>\n`}${nav}</header>
`;
}

function counts({ results, failures, derivedFailures, targets }: RunReport): Markup[] {
  const verdicts = results.map(({ comparison }) => comparison?.verdict);
  const of = (verdict: string) => verdicts.filter((other) => other === verdict).length;
  const missed = targets.filter(({ status }) => status === 'missed').length;
  const failed = failures.length + derivedFailures.length;
  const isCompared = verdicts.some((verdict) => verdict !== undefined);
  return [
    count(results.length, 'measured', ''),
    ...(isCompared ? [count(of('regressed'), 'regressed', 'bad'), count(of('improved'), 'improved', 'good')] : []),
    ...(targets.length > 0 ? [count(missed, 'targets missed', 'bad')] : []),
    ...(failed > 0 ? [count(failed, 'failed', 'bad')] : []),
  ];
}

function count(number: number, words: string, tone: string): Markup {
  return markup`<li${attributes({ class: number > 0 ? tone : '' })}><strong>${number}</strong> ${words}</li>\n`;
}

function categorySections(run: RunReport): Markup[] {
  return byCategory(run.results).map(([category, results], i) =>
    section(`category-${i}`, category, categoryTable(category, results, run)),
  );
}

function categoryTable(category: string, results: readonly ReportedResult[], run: RunReport): Markup {
  const statuses = new Map(run.targets.map(({ id, status }) => [id, status]));
  const columns = columnsOf(run, statuses);
  const rows = results.map((result) => {
    const cells: Record<string, Content> = {
      Benchmark: nameCell(result),
      Density: sparkline(result.analysis),
      Time: timeCell(result.analysis.typical),
      Change: changeCell(result.comparison),
      Target: statuses.has(result.id) && statusBadge(statuses.get(result.id) as 'met'),
      'Exact metrics': metricsCell(result),
    };
    return columns.map(({ title }) => cells[title]);
  });
  return tableOf(`Benchmarks of ${category}`, columns, rows);
}

/** Alike in all categories, so that they stand below each other. */
function columnsOf({ results }: RunReport, statuses: ReadonlyMap<string, unknown>): Column[] {
  const hasMetrics = results.some(({ metrics }) => metricsOf(metrics).length > 0);
  return [
    { title: 'Benchmark' },
    { title: 'Density', width: '7rem' },
    { title: 'Time', isNumeric: true, width: '12rem' },
    ...(results.some(({ comparison }) => comparison) ? [{ title: 'Change', isNumeric: true, width: '7.5rem' }] : []),
    ...(results.some(({ id }) => statuses.has(id)) ? [{ title: 'Target', width: '8.5rem' }] : []),
    ...(hasMetrics ? [{ title: 'Exact metrics', width: '16.5rem' }] : []),
  ];
}

function nameCell({ id, benchmark, directory }: ReportedResult): Markup {
  return markup`<a${attributes({ href: linkFromIndex(directory) })}>${breakable(id)}</a> <small>${benchmark.description}</small>`;
}

function metricsCell({ metrics, previous }: ReportedResult): Content {
  const stated = metricsOf(metrics, previous?.metrics);
  return stated.length > 0 && stated.map((metric) => markup`<small>${metricText(metric)}</small> `);
}

function derivedSection({ derived }: RunReport): Content {
  if (derived.length === 0) return '';
  const rows = derived.map(({ id, description, value, unit, detail }) => [
    markup`${id} <small>${description}</small>`,
    markup`<strong>${formatValue(value, unit)}</strong>`,
    detail,
  ]);
  return section('derived', 'Derived', tableOf('Derived', DERIVED_COLUMNS, rows));
}

const DERIVED_COLUMNS: readonly Column[] = [{ title: 'Row' }, { title: 'Value', isNumeric: true }, { title: 'Detail' }];

function targetSection({ results, targets }: RunReport): Content {
  const directories = new Map(results.map(({ id, directory }) => [id, directory]));
  if (targets.length === 0) return '';
  const named = (id: string): Content => {
    const directory = directories.get(id);
    if (directory === undefined) return breakable(id);
    return markup`<a${attributes({ href: linkFromIndex(directory) })}>${breakable(id)}</a>`;
  };
  return section('targets', 'Targets', targetTable(targets, named));
}

function failureSection({ failures, derivedFailures }: RunReport): Content {
  const all = [...failures, ...derivedFailures];
  if (all.length === 0) return '';
  const rows = all.map(({ id, error }) => [id, messageOf(error)]);
  return section('failed', 'Failed', tableOf('Failed', [{ title: 'Benchmark' }, { title: 'Reason' }], rows));
}
