// How is a run written as a table for spreadsheets and scripts? RFC 4180: commas, quotes doubled, lines ended by CRLF.
import { metricsOf } from '../text/exact-metrics.js';
import type { Format, ReportedResult, RunReport } from '../run-report.js';
import { messageOf } from '../text/summary.js';

type Cell = string | number | bigint | null | undefined;
type Row = Readonly<Record<string, Cell>>;

/**
 * One row a benchmark, failed ones with their error in place of figures; times in nanoseconds per iteration, changes as
 * fractions. Exact metrics have a column each, after the fixed ones.
 *
 * Spreadsheets run a text that begins with =, +, -, @, a tab or a line's end as a formula, so such texts get an apostrophe in
 * front. Numbers are written as they are.
 */
export const renderCsv: Format = (run) => {
  const rows = [...run.results.map((result) => resultRow(result, run)), ...run.failures.map(failureRow)];
  const columns = [...COLUMNS, ...metricColumns(run)];
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((cells) => `${cells.map(written).join(',')}\r\n`)
    .join('');
};

const COLUMNS = [
  'id group function value side samples iterations',
  'typicalNs lowerBoundNs upperBoundNs meanNs medianNs medianAbsDevNs slopeNs stdDevNs',
  'p95OfBatchMeansNs p99OfBatchMeansNs outliers throughputPerIteration throughputUnit',
  'baseline change changeLowerBound changeUpperBound p verdict target error',
].flatMap((line) => line.split(' '));

function resultRow(result: ReportedResult, { targets }: RunReport): Row {
  const { id, benchmark, metrics } = result;
  return {
    id,
    group: benchmark.group,
    function: benchmark.function,
    value: benchmark.value,
    side: benchmark.side,
    ...sampleCells(result),
    ...estimateCells(result),
    ...throughputCells(result),
    ...comparisonCells(result),
    target: targets.find((target) => target.id === id)?.status,
    ...Object.fromEntries(metricsOf(metrics).map(({ name, value }) => [metricColumn(name), value])),
  };
}

function failureRow({ id, error }: RunReport['failures'][number]): Row {
  return { id, error: messageOf(error) };
}

function sampleCells({ sample, analysis }: ReportedResult): Row {
  const { lowSevere, lowMild, highMild, highSevere } = analysis.outliers;
  return {
    samples: sample.timesNs.length,
    iterations: sample.iterations.reduce((sum, count) => sum + count, 0),
    outliers: lowSevere + lowMild + highMild + highSevere,
    p95OfBatchMeansNs: analysis.p95OfBatchMeansNs,
    p99OfBatchMeansNs: analysis.p99OfBatchMeansNs,
  };
}

function estimateCells({ analysis }: ReportedResult): Row {
  const { typical, estimates } = analysis;
  return {
    typicalNs: typical.pointEstimate,
    lowerBoundNs: typical.confidenceInterval.lowerBound,
    upperBoundNs: typical.confidenceInterval.upperBound,
    meanNs: estimates.mean.pointEstimate,
    medianNs: estimates.median.pointEstimate,
    medianAbsDevNs: estimates.medianAbsDev.pointEstimate,
    slopeNs: estimates.slope?.pointEstimate,
    stdDevNs: estimates.stdDev.pointEstimate,
  };
}

function throughputCells({ benchmark: { throughput } }: ReportedResult): Row {
  if (throughput === undefined) return {};
  const [[unit, amount]] = Object.entries(throughput) as [[string, number]];
  return { throughputPerIteration: amount, throughputUnit: unit };
}

function comparisonCells({ comparison }: ReportedResult): Row {
  if (comparison === undefined) return {};
  const { pointEstimate, confidenceInterval } = comparison.change.mean;
  return {
    baseline: comparison.baseline,
    change: pointEstimate,
    changeLowerBound: confidenceInterval.lowerBound,
    changeUpperBound: confidenceInterval.upperBound,
    p: comparison.p,
    verdict: comparison.verdict,
  };
}

function metricColumns({ results }: RunReport): string[] {
  return [...new Set(results.flatMap(({ metrics }) => metricsOf(metrics).map(({ name }) => metricColumn(name))))];
}

/** A metric may be called as a column is. */
function metricColumn(name: string): string {
  return `metric.${name}`;
}

function written(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const harmless = /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
