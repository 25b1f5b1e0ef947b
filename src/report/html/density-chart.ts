// How likely is each time of a batch, and which batches lie far out?
import { type Density, density, silvermanBandwidth } from '../../stats/density.js';
import type { Fences } from '../../stats/outliers.js';
import { formatTime } from '../text/format.js';
import { attributes, type Markup, markup } from '../markup.js';
import type { ReportedResult } from '../run-report.js';
import { figureOf, horizontal, type LegendEntry, pathOf, vertical, verticalLine } from './chart.js';
import { type Batches, batchDots, legendOfBatches } from './points.js';
import { type Scale, ticksOf, timeUnit } from './scale.js';

/** Density of the batch means with their mean, Tukey's fences and each batch as a dot, the first at the bottom. */
export function densityChart({ analysis }: Pick<ReportedResult, 'analysis'>): Markup {
  const { averagesNs, estimates, fences } = analysis;
  const mean = estimates.mean.pointEstimate;
  const range = rangeOf(averagesNs, fences);
  const curve = curveOf(averagesNs, range);
  const x = horizontal(range);
  const y = vertical([0, peakOf(curve) * 1.05]);
  const unit = timeUnit(mean);
  const shown = fencesWithin(fences, x);
  return figureOf({
    id: 'density',
    title: 'Density of the batch means',
    description: descriptionOf(analysis),
    x,
    y,
    xAxis: { title: `Time per iteration (${unit.name})`, ticks: ticksOf(x, 5, unit.ns) },
    yAxis: { title: 'Density', ticks: [] },
    body: [
      areaOf(curve, x, y, 'area'),
      shown.map(({ name, value }) => verticalLine(name.endsWith('Severe') ? 'severe-fence' : 'fence', x.at(value))),
      verticalLine('mean', x.at(mean)),
      dots(analysis, x),
    ],
    legend: legendOf(shown, analysis, range),
  });
}

/** A curve over `range`, fine enough for its own bandwidth, and at most 2,000 points. */
export function curveOf(values: readonly number[], range: readonly [number, number]): Density {
  const bandwidth = silvermanBandwidth(values);
  const points = Math.min(2000, Math.max(160, Math.ceil(((range[1] - range[0]) / bandwidth) * 4)));
  return density(values, { points, range, bandwidth });
}

/** A range this many times wider than that of the values without severe outliers would squeeze them into a line. */
const WIDEST = 4;

/**
 * From three bandwidths below the least value to three above the greatest, and nothing below 0. Severe outliers that are so
 * far out that nothing else could be told apart are left out.
 */
export function rangeOf(values: readonly number[], fences: Fences): [number, number] {
  const tail = 3 * silvermanBandwidth(values);
  const whole = extentOf(values, tail);
  const inner = extentOf(
    values.filter((value) => value >= fences.lowSevere && value <= fences.highSevere),
    tail,
  );
  return whole[1] - whole[0] > WIDEST * (inner[1] - inner[0]) ? inner : whole;
}

function extentOf(values: readonly number[], tail: number): [number, number] {
  const [least, greatest] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return [Math.max(0, least - tail), greatest + tail];
}

/** The greatest density. */
export function peakOf({ ys }: Density): number {
  return ys.reduce((a, b) => Math.max(a, b));
}

/** The curve with the area below it. */
export function areaOf({ xs, ys }: Density, x: Scale, y: Scale, className: string): Markup {
  const line = xs.map((value, i) => [x.at(value), y.at(ys[i] as number)] as const);
  const floor = y.at(0);
  const closed = [[x.at(xs[0] as number), floor] as const, ...line, [x.at(xs.at(-1) as number), floor] as const];
  return markup`<path${attributes({ class: className, d: `${pathOf(closed)}Z` })}/><path${attributes({ class: `${className} line`, d: pathOf(line) })}/>\n`;
}

function fencesWithin(fences: Fences, x: Scale): { name: string; value: number }[] {
  const [from, to] = x.domain;
  const all = Object.entries(fences).map(([name, value]) => ({ name, value: value as number }));
  return all.filter(({ value }) => value > from && value < to);
}

/** The batches from the bottom up in the order in which they ran, so that a drift shows. */
function dots(batches: Batches, x: Scale): Markup[] {
  const height = vertical([-1, batches.averagesNs.length]);
  return batchDots(batches, ({ value, index }) => [x.at(value), height.at(index)]);
}

function descriptionOf({ averagesNs, estimates, p95OfBatchMeansNs }: ReportedResult['analysis']): string {
  const [mean, median] = [estimates.mean.pointEstimate, estimates.median.pointEstimate];
  const times = [mean, median, p95OfBatchMeansNs].map((ns) => formatTime(ns).trim());
  return `Kernel density of ${averagesNs.length} batch means: mean ${times[0]}, median ${times[1]}, 95th percentile ${times[2]}.`;
}

function legendOf(
  fences: readonly { name: string }[],
  analysis: ReportedResult['analysis'],
  [from, to]: readonly [number, number],
): LegendEntry[] {
  const hasFence = (end: string) => fences.some(({ name }) => name.endsWith(end));
  const { averagesNs, estimates } = analysis;
  const mean = estimates.mean.pointEstimate;
  const beyond = averagesNs.filter((value) => value < from || value > to).map((ns) => formatTime(ns).trim());
  return [
    { mark: 'mean', text: `Mean, ${formatTime(mean).trim()}${mean < from || mean > to ? ', outside' : ''}` },
    ...legendOfBatches(analysis, 'Batch, the first at the bottom'),
    ...(hasFence('Mild') ? [{ mark: 'fence', text: 'Mild outliers beyond' } as const] : []),
    ...(hasFence('Severe') ? [{ mark: 'severe-fence', text: 'Severe outliers beyond' } as const] : []),
    ...(beyond.length > 0 ? [{ mark: 'severe-outlier', text: `Outside: ${someOf(beyond)}` } as const] : []),
  ];
}

/** The first three, and how many more there are. */
function someOf(texts: readonly string[]): string {
  const rest = texts.length - 3;
  return `${texts.slice(0, 3).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Width and height of the small curve in a table. */
const SPARK = { width: 96, height: 22 } as const;

/** A curve without axes, for the eye alone: in each column the greatest density, so that no peak is lost. */
export function sparkline({ averagesNs, fences }: ReportedResult['analysis']): Markup {
  const { ys } = curveOf(averagesNs, rangeOf(averagesNs, fences));
  const columns = new Array<number>(SPARK.width).fill(0);
  for (const [i, y] of ys.entries()) {
    const column = Math.floor((i / ys.length) * SPARK.width);
    columns[column] = Math.max(columns[column] as number, y);
  }
  const peak = columns.reduce((a, b) => Math.max(a, b));
  const points = columns.map((y, x) => [x + 0.5, SPARK.height - 1 - (y / peak) * (SPARK.height - 3)] as const);
  return markup`<svg class="spark" viewBox="0 0 ${SPARK.width} ${SPARK.height}" aria-hidden="true"><path class="area line" d="${pathOf(points)}"/></svg>`;
}
