// What would Criterion have said of the same samples?
import { compare, type Verdict } from '../../baseline/compare.js';
import type { Options } from '../../bench/options.js';
import type { Sample } from '../../bench/sampling/sample.js';

/**
 * Criterion's verdict on two samples, for comparison.
 *
 * @param base - Nanoseconds per iteration of each batch of the base; at least two.
 * @param head - Likewise.
 */
export function criterionVerdict(
  id: string,
  base: readonly number[],
  head: readonly number[],
  options: Options,
): Verdict {
  return compare(sampleOf(head), { name: 'base', sample: sampleOf(base) }, options, id).verdict;
}

function sampleOf(averagesNs: readonly number[]): Sample {
  return { mode: 'flat', iterations: averagesNs.map(() => 1), timesNs: averagesNs };
}
