// What can be said of a side that was measured at another time?
//
// Nothing alternates here: the machine may have been another one in all but name, and no repetition shows it. So time counts
// only where it differs by far: beyond a wide floor, by more than the processes of either side differ among themselves,
// and with hardly a batch of one side as fast as one of the other. Exact metrics count as always.
import { median } from '../stats/descriptive.js';
import { ascending, quantile } from '../stats/quantile.js';
import type { ProcessResult } from './sampling/single.js';
import { compareExactly } from './verdict/exact.js';
import type { Judgement, TimeVerdict } from './verdict/verdict.js';

/** One benchmark on both sides; one process, where a side is a stored baseline. */
export interface StoredEvidence {
  readonly id: string;
  readonly base: readonly ProcessResult[];
  readonly head: readonly ProcessResult[];
}

/** The tenth of the batches of each side that may overlap. */
const OVERLAP = 0.1;

/** @param floor - The relative difference up to which times of different days are one. */
export function judgeStored({ id, base, head }: StoredEvidence, floor: number): Judgement {
  const [baseNs, headNs] = [median(base.map(medianOf)), median(head.map(medianOf))];
  const effect = Math.log(headNs / baseNs);
  const noise = spread(base) + spread(head);
  const least = Math.log1p(floor) + noise;
  const { comparisons, unsteady } = compareExactly(
    base.map(({ metrics }) => metrics),
    head.map(({ metrics }) => metrics),
  );
  return {
    id,
    rounds: Math.max(base.length, head.length),
    baseNs,
    headNs,
    change: Math.expm1(effect),
    interval: undefined,
    noise: Math.expm1(noise),
    floor: Math.expm1(least),
    detectable: Math.expm1(least),
    p: undefined,
    time: verdict(effect, least, base, head),
    exact: comparisons,
    unsteady,
  };
}

function verdict(
  effect: number,
  least: number,
  base: readonly ProcessResult[],
  head: readonly ProcessResult[],
): TimeVerdict {
  if (effect > least && isApart(base, head)) return 'regressed';
  if (effect < -least && isApart(head, base)) return 'improved';
  return 'unchanged';
}

function isApart(fast: readonly ProcessResult[], slow: readonly ProcessResult[]): boolean {
  const all = (processes: readonly ProcessResult[]) => ascending(processes.flatMap(({ averagesNs }) => averagesNs));
  return quantile(all(slow), OVERLAP) > quantile(all(fast), 1 - OVERLAP);
}

function medianOf({ averagesNs }: ProcessResult): number {
  return median(averagesNs);
}

/** How far the processes of one side lie apart: the logarithm of a ratio. */
function spread(processes: readonly ProcessResult[]): number {
  const medians = processes.map(medianOf);
  return Math.log(Math.max(...medians) / Math.min(...medians));
}
