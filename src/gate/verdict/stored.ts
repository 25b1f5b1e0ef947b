// Verdict against a stored baseline, which was measured at another time.
//
// Nothing is interleaved here: the machine's state may have changed in a way that no repetition shows. So time counts only
// if it differs by far: beyond a wide floor, by more than the processes of either side differ among themselves, and with
// hardly any overlap between the batches of both sides. Exact metrics count as always.
import { median } from '../../stats/descriptive.js';
import { ascending, quantile } from '../../stats/quantile.js';
import type { ProcessResult } from '../sampling/single.js';
import { compareExactly } from './exact.js';
import type { BenchmarkVerdict, TimeVerdict } from './verdict.js';

/** The processes of both sides that ran one benchmark; a stored baseline counts as one process. */
export interface StoredEvidence {
  readonly id: string;
  readonly base: readonly ProcessResult[];
  readonly head: readonly ProcessResult[];
}

/** The share of each side's batches that may overlap. */
const OVERLAP = 0.1;

/** The verdict on one benchmark. @param floor - The relative difference up to which times of different days count as equal. */
export function decideStoredVerdict({ id, base, head }: StoredEvidence, floor: number): BenchmarkVerdict {
  const [baseNs, headNs] = [median(base.map(medianOf)), median(head.map(medianOf))];
  const effect = Math.log(headNs / baseNs);
  const noise = spread(base) + spread(head);
  const logFloor = Math.log1p(floor) + noise;
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
    floor: Math.expm1(logFloor),
    detectable: Math.expm1(logFloor),
    p: undefined,
    time: timeVerdict(effect, logFloor, base, head),
    exact: comparisons,
    unsteady,
  };
}

function timeVerdict(
  effect: number,
  floor: number,
  base: readonly ProcessResult[],
  head: readonly ProcessResult[],
): TimeVerdict {
  if (effect > floor && isSlower(base, head)) return 'regressed';
  if (effect < -floor && isSlower(head, base)) return 'improved';
  return 'unchanged';
}

/** Whether nearly all batches of `slow` took longer than nearly all of `fast`. */
function isSlower(fast: readonly ProcessResult[], slow: readonly ProcessResult[]): boolean {
  const all = (processes: readonly ProcessResult[]) => ascending(processes.flatMap(({ averagesNs }) => averagesNs));
  return quantile(all(slow), OVERLAP) > quantile(all(fast), 1 - OVERLAP);
}

function medianOf({ averagesNs }: ProcessResult): number {
  return median(averagesNs);
}

/** The spread between the processes of one side: the logarithm of the ratio of their extreme medians. */
function spread(processes: readonly ProcessResult[]): number {
  const medians = processes.map(medianOf);
  return Math.log(Math.max(...medians) / Math.min(...medians));
}
