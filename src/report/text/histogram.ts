// How are the batch means spread, in two lines of text? A histogram above a box plot, on one scale.
import type { Analysis } from '../../bench/analyze.js';
import { classify } from '../../stats/outliers.js';
import { ascending, quantile } from '../../stats/quantile.js';
import { formatTime } from './format.js';

const BLOCKS = '▁▂▃▄▅▆▇█';
const COLUMNS = 32;
const LABEL = 'batch means ';

/**
 * The batch means as a histogram, and below it a box plot: the box is the middle half with the median in it, whiskers reach
 * to the last value within Tukey's fences, dots are outliers.
 *
 * @param columns - Width of both, at least 1; lines are some 35 characters longer.
 */
export function histogramLines(
  { averagesNs, fences }: Pick<Analysis, 'averagesNs' | 'fences'>,
  columns: number = COLUMNS,
): string[] {
  const sorted = ascending(averagesNs);
  const [least, greatest] = [sorted[0] as number, sorted.at(-1) as number];
  const columnOf = (value: number) => place(value, least, greatest, columns);
  return [
    `${LABEL}${bars(sorted.map(columnOf), columns)} ${time(least)} to ${time(greatest)}`,
    `${' '.repeat(LABEL.length)}${box(sorted, columnOf, columns, (value) => classify(value, fences) === undefined)}`.trimEnd(),
  ];
}

/** The column that `value` falls into; all the same where there is no range. */
function place(value: number, least: number, greatest: number, columns: number): number {
  const share = greatest > least ? (value - least) / (greatest - least) : 0;
  return Math.min(columns - 1, Math.floor(share * columns));
}

function bars(places: readonly number[], columns: number): string {
  const counts = new Array<number>(columns).fill(0);
  for (const column of places) counts[column] = (counts[column] as number) + 1;
  const most = counts.reduce((a, b) => Math.max(a, b));
  return counts.map((count) => (count === 0 ? ' ' : BLOCKS[Math.ceil((count / most) * BLOCKS.length) - 1])).join('');
}

function box(
  sorted: readonly number[],
  columnOf: (value: number) => number,
  columns: number,
  isWithin: (value: number) => boolean,
): string {
  const cells = new Array<string>(columns).fill(' ');
  const inner = sorted.filter(isWithin);
  const fill = (from: number, to: number, mark: string) => cells.fill(mark, columnOf(from), columnOf(to) + 1);
  for (const value of sorted.filter((value) => !isWithin(value))) cells[columnOf(value)] = '·';
  // The quartiles lie within their own fences, so there are inner values.
  fill(inner[0] as number, inner.at(-1) as number, '─');
  fill(quantile(sorted, 0.25), quantile(sorted, 0.75), '▒');
  cells[columnOf(quantile(sorted, 0.5))] = '█';
  return cells.join('');
}

function time(ns: number): string {
  return formatTime(ns).trim();
}
