// Round: the times of one benchmark in three fresh processes that ran in turn, and their contrasts.
import { median } from '../stats/descriptive.js';

/** Nanoseconds per iteration of each batch. The i-th batches of all three processes ran consecutively, in random order. */
export interface Round {
  readonly base: readonly number[];
  /** A second process of the base: its difference from `base` is noise. */
  readonly control: readonly number[];
  readonly head: readonly number[];
}

/** Natural logarithms of ratios; 0 if nothing differs. */
export interface Contrast {
  /** The head against both processes of the base. */
  readonly effect: number;
  /** One process of the base against the other. */
  readonly noise: number;
}

/**
 * The contrasts of a round: medians over the batches of the ratios between batches that ran consecutively. A slow-down of
 * the machine over several batches affects all three processes and cancels out; one of a single batch moves no median.
 */
export function contrastOf({ base, control, head }: Round): Contrast {
  const at = (times: readonly number[], i: number) => Math.log(times[i] as number);
  return {
    effect: median(head.map((_, i) => at(head, i) - (at(base, i) + at(control, i)) / 2)),
    noise: median(base.map((_, i) => at(base, i) - at(control, i))),
  };
}
