// How long does an iteration take, and are the caches warm?
import { setImmediate } from 'node:timers/promises';

import type { Clock } from './clock.js';
import type { Batch } from '../suite/definition.js';
import { BenchError } from '../errors.js';
import { MOST_ITERATIONS, requireCountable, runBatch } from './sample.js';

/** What the warm-up found. */
export interface WarmUp {
  /** That were run. */
  readonly iterations: number;
  /**
   * By the wall clock, where untimed preparation counts because the plan has to fit it in; by what batches said where that is
   * more, as a device's own clock may have it.
   */
  readonly elapsedNs: number;
  /** `elapsedNs` ÷ `iterations`. */
  readonly meanNs: number;
}

export interface WarmUpOptions {
  /** How long to go on, in nanoseconds. */
  readonly targetNs: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs 1, 2, 4, … iterations until the time is spent. Doubling alone would overshoot by up to the whole time, so a
 * batch is no larger than what the remaining time is expected to hold.
 *
 * @throws Whatever the batch throws; BenchError with `BAD_MEASUREMENT` where more iterations take no more time, and
 * `INTERRUPTED` once `signal` is aborted.
 */
export async function warmUp(batch: Batch, options: WarmUpOptions): Promise<WarmUp> {
  const { targetNs, clock, signal } = options;
  let iterations = 0;
  let elapsedNs = 0;
  for (let next = 1; elapsedNs < targetNs; next = nextBatch(next, (targetNs - elapsedNs) / (elapsedNs / iterations))) {
    requireCountable(iterations + next);
    const start = clock();
    const measuredNs = await runBatch(batch, next);
    elapsedNs += Math.max(measuredNs, clock() - start);
    iterations += next;
    await setImmediate(); // signals are delivered only where the event loop turns
    if (signal?.aborted) throw new BenchError('INTERRUPTED', 'interrupted during warm-up');
  }
  return { iterations, elapsedNs, meanNs: elapsedNs / iterations };
}

/** Code that takes no time at all must not be run infinitely often. */
function nextBatch(last: number, remaining: number): number {
  return Math.max(1, Math.min(2 * last, Math.ceil(remaining), MOST_ITERATIONS));
}
