// How is a run written as a page of Markdown, the counterpart of the guide's baseline results?
import { outlierTotal } from '../text/benchmark.js';
import { environmentFacts, samplingFacts } from '../text/run-facts.js';
import { capitalised, formatRate, formatShare, formatTime, formatValue } from '../text/format.js';
import { latencyClasses } from '../text/latency.js';
import { metricsOf, metricText } from '../text/exact-metrics.js';
import { byCategory, type Format, type ReportedResult, type RunReport } from '../run-report.js';
import { messageOf } from '../text/summary.js';
import { targetCells } from '../text/target.js';

/** Machine, bounds by category, exact metrics, latency of single calls, derived rows, targets with status, latency classes, failures. */
export const renderMarkdown: Format = (run) => {
  const sections = [
    environmentSection(run),
    ...categorySections(run),
    metricSection(run),
    singleCallSection(run),
    derivedSection(run),
    targetSection(run),
    latencySection(run),
    failureSection(run),
  ];
  return `# Baseline results\n\nWritten by the bench itself; run it again instead of editing this page.\n\n${sections.filter((section) => section !== '').join('\n')}`;
};

function environmentSection({ environment, options }: RunReport): string {
  const rows = [...environmentFacts(environment), ...samplingFacts(options)].map(([name, fact]) => {
    return [name, name === 'Commit' ? fact.replace(/^\w+/, '`$&`') : fact];
  });
  return section('Measured on', tableOf(['', ''], rows));
}

function categorySections({ results }: RunReport): string[] {
  return byCategory(results).map(([category, members]) => categorySection(category, members));
}

function categorySection(category: string, results: readonly ReportedResult[]): string {
  const head = ['Benchmark', 'Lower bound', 'Estimate', 'Upper bound', 'Outliers', 'Per second', 'Settings'];
  return section(`\`${category}\``, tableOf(head, results.map(resultCells), [1, 2, 3, 4, 5]));
}

function resultCells({ id, benchmark, analysis, sample }: ReportedResult): string[] {
  const { pointEstimate, confidenceInterval } = analysis.typical;
  return [
    `\`${id}\`<br>${benchmark.description}`,
    time(confidenceInterval.lowerBound),
    `**${time(pointEstimate)}**`,
    time(confidenceInterval.upperBound),
    formatShare(outlierTotal(analysis.outliers) / sample.timesNs.length),
    formatRate(pointEstimate),
    Object.entries(benchmark.settings ?? {})
      .map(([name, value]) => `${name}: ${value}`)
      .join(', '),
  ];
}

function metricSection({ results }: RunReport): string {
  const rows = results.flatMap(({ id, metrics, previous }) => {
    const texts = metricsOf(metrics, previous?.metrics).map((metric) => metricText(metric));
    return texts.length === 0 ? [] : [[`\`${id}\``, texts.join(', ')]];
  });
  return rows.length === 0 ? '' : section('Exact metrics', tableOf(['Benchmark', 'Per iteration or instance'], rows));
}

function singleCallSection({ results }: RunReport): string {
  const rows = results.flatMap(({ id, latency }) => {
    if (latency === undefined) return [];
    const { count, p50Ns, p95Ns, p99Ns, p999Ns, maxNs } = latency;
    return [[`\`${id}\``, ...[p50Ns, p95Ns, p99Ns, p999Ns, maxNs].map(time), count.toLocaleString('en')]];
  });
  if (rows.length === 0) return '';
  const head = ['Benchmark', 'p50', 'p95', 'p99', 'p99.9', 'Maximum', 'Calls'];
  return section('Latency of single calls', tableOf(head, rows, [1, 2, 3, 4, 5, 6]));
}

function derivedSection({ derived }: RunReport): string {
  if (derived.length === 0) return '';
  const rows = derived.map(({ id, description, value, unit, detail }) => [
    `\`${id}\`<br>${description}`,
    `**${formatValue(value, unit)}**`,
    detail ?? '',
  ]);
  return section('Derived', tableOf(['Row', 'Value', 'Detail'], rows, [1]));
}

function targetSection({ targets }: RunReport): string {
  if (targets.length === 0) return '';
  const rows = targets.map(targetCells).map(({ id, bound, actual, status, reference }) => {
    return [`\`${id}\``, reference, bound, actual, status === 'MISSED' ? `**${status}**` : status];
  });
  return section('Targets', tableOf(['Of', "The guide's words", 'Target', 'Measured', 'Status'], rows, [2, 3]));
}

function latencySection({ results }: RunReport): string {
  const typicalNs = ({ analysis }: ReportedResult) => analysis.typical.pointEstimate;
  const lines = latencyClasses(results, typicalNs).map(({ name, range, members }) => {
    return `- **${capitalised(name)}** (${range}): ${members.map((member) => `\`${member.id}\` ${time(typicalNs(member))}`).join(', ')}\n`;
  });
  return lines.length === 0 ? '' : section('Latency classes', lines.join(''));
}

function failureSection({ failures, derivedFailures }: RunReport): string {
  const lines = [...failures, ...derivedFailures].map(({ id, error }) => `- \`${id}\`: ${messageOf(error)}\n`);
  return lines.length === 0 ? '' : section('Failed', lines.join(''));
}

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`;
}

/** A table of Markdown. @param rightAligned - Columns, from 0. */
export function tableOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): string {
  const rule = head.map((_, column) => (rightAligned.includes(column) ? '---:' : '---'));
  return [head, rule, ...rows].map((cells) => `| ${cells.map(escaped).join(' | ')} |\n`).join('');
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function time(ns: number): string {
  return formatTime(ns).trim();
}
