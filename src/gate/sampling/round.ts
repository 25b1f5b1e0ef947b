// What does one benchmark yield in one round: three fresh processes that ran it in turn?
import { median } from '../../stats/descriptive.js';

/** Nanoseconds per iteration of each batch. The i-th batches of all three ran one after another, in shuffled order. */
export interface Round {
  readonly base: readonly number[];
  /** Another process of the base: what it and `base` differ by is noise. */
  readonly twin: readonly number[];
  readonly head: readonly number[];
}

/** Natural logarithms of ratios; 0 where nothing differs. */
export interface Contrast {
  /** The head against both processes of the base. */
  readonly effect: number;
  /** One process of the base against the other. */
  readonly noise: number;
}

/**
 * The contrasts of a round: medians over the batches, of ratios of what ran side by side. What slows the machine down
 * for longer than a few batches slows all three, and leaves their ratio; what hits one batch alone moves no median.
 */
export function contrastOf({ base, twin, head }: Round): Contrast {
  const at = (times: readonly number[], i: number) => Math.log(times[i] as number);
  return {
    effect: median(head.map((_, i) => at(head, i) - (at(base, i) + at(twin, i)) / 2)),
    noise: median(base.map((_, i) => at(base, i) - at(twin, i))),
  };
}
