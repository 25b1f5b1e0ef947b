// Warm-up: fills caches, lets V8 optimize, and measures the time of an iteration.
import { setImmediate } from 'node:timers/promises';

import type { Clock } from '../timing/clock.js';
import type { Routine } from '../suite/definition.js';
import { BenchError } from '../errors.js';
import { MAX_ITERATIONS, requireCountable, runBatch } from './sample.js';

/** Result of a warm-up. */
export interface WarmUp {
  /** Number of iterations. */
  readonly iterations: number;
  /**
   * Elapsed nanoseconds. By the wall clock, so the plan allows for untimed preparation; by the times that batches
   * return if those are larger, as with a device's clock.
   */
  readonly elapsedNs: number;
  /** `elapsedNs` ÷ `iterations`. */
  readonly meanNs: number;
}

/** Options of a warm-up. */
export interface WarmUpOptions {
  /** Duration in nanoseconds. */
  readonly targetNs: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs 1, 2, 4, … iterations until the duration is reached. Doubling alone could overshoot by the whole duration, so a
 * batch is no larger than the remaining time is expected to hold.
 *
 * @throws Whatever the routine throws; BenchError with `BAD_MEASUREMENT` if more iterations take no more time, and with
 * `INTERRUPTED` when `signal` is aborted.
 */
export async function warmUp(routine: Routine, options: WarmUpOptions): Promise<WarmUp> {
  const { targetNs, clock, signal } = options;
  let iterations = 0;
  let elapsedNs = 0;
  for (let next = 1; elapsedNs < targetNs; next = nextBatch(next, (targetNs - elapsedNs) / (elapsedNs / iterations))) {
    requireCountable(iterations + next);
    const start = clock();
    const measuredNs = await runBatch(routine, next);
    elapsedNs += Math.max(measuredNs, clock() - start);
    iterations += next;
    await setImmediate(); // signals are delivered only when the event loop turns
    if (signal?.aborted) throw new BenchError('INTERRUPTED', 'interrupted during warm-up');
  }
  return { iterations, elapsedNs, meanNs: elapsedNs / iterations };
}

/** Returns the size of the next batch; bounded, because code that takes no time has infinite iterations remaining. */
function nextBatch(last: number, remaining: number): number {
  return Math.max(1, Math.min(2 * last, Math.ceil(remaining), MAX_ITERATIONS));
}
