// What does the page of one benchmark show?
import type { Estimate } from '../../stats/estimate.js';
import type { OutlierCounts } from '../../stats/outliers.js';
import { outlierTotal, VERDICTS } from '../text/benchmark.js';
import { environmentFacts, samplingFacts } from '../text/run-facts.js';
import { formatRate, formatShare, formatThroughput } from '../text/format.js';
import { attributes, type Content, type Markup, markup } from '../markup.js';
import { metricsOf } from '../text/exact-metrics.js';
import type { ReportedResult, RunReport } from '../run-report.js';
import { variationAdvice } from '../text/verbose.js';
import { breakable, changeCell, metricTable, statusBadge, targetTable, time, timeCell } from './cells.js';
import { changeChart, changeText, densitiesChart } from './comparison-chart.js';
import { densityChart } from './density-chart.js';
import { definitions, htmlDocument, section } from './document.js';
import { linkToIndex } from './link.js';
import { samplesChart } from './samples-chart.js';
import { tableOf } from './table.js';

/** The page as text. */
export function benchmarkPage(result: ReportedResult, run: RunReport): string {
  const { id, benchmark } = result;
  const parts = [
    markup`<nav aria-label="Way back"><a${attributes({ href: linkToIndex(result.directory) })}>All benchmarks</a></nav>
<header>
<h1>${breakable(id)}</h1>
<p>${benchmark.description}</p>
${tilesOf(result, run)}</header>
`,
    section('sample', 'Sample', markup`<div class="charts">${densityChart(result)}${samplesChart(result)}</div>\n`),
    comparisonSection(result, run),
    section('estimates', 'Estimates', estimates(result)),
    metricSection(result),
    latencySection(result),
    targetSection(result, run),
    section('measured', 'Measured on', definitions(factsOf(result, run))),
  ];
  return htmlDocument(`${id} · Benchmarks`, parts);
}

/** The few figures that most come for. */
function tilesOf(result: ReportedResult, { targets }: RunReport): Markup {
  const { analysis, benchmark, comparison } = result;
  const typical = analysis.typical.pointEstimate;
  const own = targets.filter(({ id }) => id === result.id);
  const tiles: [string, Content][] = [
    ['Time per iteration', timeCell(analysis.typical)],
    ['Per second', markup`<strong>${formatRate(typical)}</strong>`],
    ...(benchmark.throughput
      ? [
          ['Throughput', markup`<strong>${formatThroughput(benchmark.throughput, typical).trim()}</strong>`] as [
            string,
            Content,
          ],
        ]
      : []),
    ...(comparison ? [[`Against ${comparison.baseline}`, changeCell(comparison)] as [string, Content]] : []),
    ...own.map(({ status }): [string, Content] => ['Target', statusBadge(status)]),
  ];
  return markup`<dl class="tiles">${tiles.map(([name, content]) => markup`<div><dt>${name}</dt><dd>${content}</dd></div>\n`)}</dl>\n`;
}

function comparisonSection({ analysis, comparison, previous }: ReportedResult, { options }: RunReport): Content {
  if (comparison === undefined) return '';
  const { change, p, verdict, baseline } = comparison;
  const charts = markup`<div class="charts">${previous && densitiesChart({ analysis }, previous)}${changeChart(comparison, options.noiseThreshold)}</div>\n`;
  const facts = definitions([
    ['Verdict', VERDICTS[verdict]],
    ['Mean', changeText(change.mean)],
    ['Median', changeText(change.median)],
    ['p', `${p.toFixed(4)}, significant below ${options.significanceLevel}`],
    ['Noise threshold', `${options.noiseThreshold * 100} %`],
  ]);
  return section('comparison', `Compared with ${baseline}`, [charts, facts]);
}

function estimates({ analysis, sample }: ReportedResult): Content {
  const { slope, mean, median, stdDev, medianAbsDev } = analysis.estimates;
  const rows: [string, Estimate | null][] = [
    ['Slope', slope],
    ['Mean', mean],
    ['Median', median],
    ['Standard deviation', stdDev],
    ['Median absolute deviation', medianAbsDev],
  ];
  const stated = rows.flatMap(([name, estimate]) => (estimate === null ? [] : [estimateCells(name, estimate)]));
  const columns = ['Lower bound', 'Estimate', 'Upper bound', 'Standard error'];
  const head = [{ title: 'Statistic' }, ...columns.map((title) => ({ title, isNumeric: true }))];
  const facts = definitions([
    ['p95 and p99 of batch means', `${time(analysis.p95OfBatchMeansNs)}, ${time(analysis.p99OfBatchMeansNs)}`],
    ['Variation', variationAdvice(analysis.coefficientOfVariation)],
    ['Outliers', outlierText(analysis.outliers, sample.timesNs.length)],
  ]);
  return [tableOf('Estimates per iteration', head, stated), facts];
}

function estimateCells(name: string, { pointEstimate, standardError, confidenceInterval }: Estimate): Content[] {
  const { lowerBound, upperBound } = confidenceInterval;
  return [
    name,
    time(lowerBound),
    markup`<strong>${time(pointEstimate)}</strong>`,
    time(upperBound),
    time(standardError),
  ];
}

function outlierText(outliers: OutlierCounts, sampleSize: number): string {
  const total = outlierTotal(outliers);
  const share = `${total} of ${sampleSize} batches (${formatShare(total / sampleSize)})`;
  if (total === 0) return share;
  const { lowSevere, lowMild, highMild, highSevere } = outliers;
  return `${share}: ${lowSevere} low severe, ${lowMild} low mild, ${highMild} high mild, ${highSevere} high severe`;
}

function metricSection({ metrics, previous }: ReportedResult): Content {
  const stated = metricsOf(metrics, previous?.metrics);
  return stated.length > 0 && section('metrics', 'Exact metrics', metricTable(stated));
}

function latencySection({ latency }: ReportedResult): Content {
  if (latency === undefined) return '';
  const { count, p50Ns, p95Ns, p99Ns, p999Ns, maxNs } = latency;
  const figures = { p50: p50Ns, p95: p95Ns, p99: p99Ns, 'p99.9': p999Ns, Maximum: maxNs };
  const rows = Object.entries(figures).map(([name, ns]) => [name, time(ns)]);
  const columns = [{ title: 'Percentile' }, { title: 'Time', isNumeric: true }];
  const note = markup`<p class="muted">${count.toLocaleString('en')} calls, timed one by one.</p>\n`;
  return section('latency', 'Latency of single calls', [tableOf('Latency of single calls', columns, rows), note]);
}

function targetSection(result: ReportedResult, { targets }: RunReport): Content {
  const own = targets.filter(({ id }) => id === result.id);
  return own.length > 0 && section('targets', 'Targets', targetTable(own, breakable));
}

function factsOf(
  { sample, benchmark, warmUp }: ReportedResult,
  { environment, options }: RunReport,
): [string, string][] {
  const { mode, iterations } = sample;
  const settings = Object.entries(benchmark.settings ?? {}).map(([name, value]) => `${name}: ${value}`);
  const [first, last] = [iterations[0], iterations.at(-1)].map((count) => count?.toLocaleString('en'));
  const batches = `${mode}, ${iterations.length} batches of ${first === last ? first : `${first} to ${last}`} iterations`;
  return [
    ...[...environmentFacts(environment), ...samplingFacts(options)].map(([name, text]): [string, string] => [
      name,
      text,
    ]),
    ['Sampling', warmUp ? `${batches} after a warm-up of ${warmUp.iterations.toLocaleString('en')}` : batches],
    ['Side', benchmark.side === 'engine' ? 'the loop runs in the engine' : 'the loop runs in JavaScript'],
    ...(settings.length > 0 ? [['Settings', settings.join(', ')] as [string, string]] : []),
  ];
}
