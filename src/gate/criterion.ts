// What would Criterion have said of the same samples?
import { compare, type Verdict } from '../baseline/compare.js';
import type { Options, Sample } from '../bench/index.js';
import type { Evidence } from './judge.js';

/** Criterion's verdict on all batches of one process of the base and of the head, for comparison. */
export function criterionVerdict({ id, rounds }: Evidence, options: Options): Verdict {
  const base = sampleOf(rounds.flatMap((round) => round.base));
  const head = sampleOf(rounds.flatMap((round) => round.head));
  return compare(head, { name: 'base', sample: base }, options, id).verdict;
}

function sampleOf(averagesNs: readonly number[]): Sample {
  return { mode: 'flat', iterations: averagesNs.map(() => 1), timesNs: averagesNs };
}
