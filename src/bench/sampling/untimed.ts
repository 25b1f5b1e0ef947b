// Untimed runs of a benchmark: a single iteration as a test, or repeated iterations for a profiler.
import { setImmediate } from 'node:timers/promises';

import { type Clock, NS_PER_S } from '../timing/clock.js';
import type { Routine } from '../suite/definition.js';
import { BenchError } from '../errors.js';
import { MAX_ITERATIONS, runBatch } from './sample.js';

/** Runs a benchmark's routine without measuring it, until `signal` is aborted. */
export type UntimedRun = (routine: Routine, id: string, signal?: AbortSignal) => Promise<void>;

/** Runs one iteration, as a test of the benchmark. */
export const runOnce = async (routine: Routine): Promise<void> => void (await runBatch(routine, 1));

/** Duration of a batch from which its iterations no longer double. */
const GROWTH_NS = 50e6;

/**
 * Returns a run of continuous iterations, for a profiler inside or outside the process.
 *
 * @param seconds - Approximate duration.
 */
export function runForSeconds(seconds: number, clock: Clock): UntimedRun {
  return async (routine, _id, signal) => {
    const endNs = clock() + seconds * NS_PER_S;
    for (let iterations = 1; clock() < endNs;) {
      const startedNs = clock();
      await runBatch(routine, iterations);
      if (clock() - startedNs < GROWTH_NS) iterations = Math.min(2 * iterations, MAX_ITERATIONS);
      await setImmediate(); // signals are delivered only when the event loop turns
      if (signal?.aborted) throw new BenchError('INTERRUPTED', 'interrupted while profiling');
    }
  };
}
