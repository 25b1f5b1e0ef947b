// How is a benchmark run without being measured: once to see that it works, or for a while under a profiler?
import { setImmediate } from 'node:timers/promises';

import { type Clock, NS_PER_S } from './clock.js';
import type { Batch } from '../suite/definition.js';
import { BenchError } from '../errors.js';
import { MOST_ITERATIONS, runBatch } from './sample.js';

/** Runs the batch of the benchmark with this id for a purpose of its own, until `signal` is aborted. */
export type Exercise = (batch: Batch, id: string, signal?: AbortSignal) => Promise<void>;

/** One iteration: does it work at all? */
export const once = async (batch: Batch): Promise<void> => void (await runBatch(batch, 1));

const GROWTH_NS = 50e6;

/**
 * Iterations without a pause, for a profiler that watches from outside or from within.
 *
 * @param seconds - For about how long.
 */
export function forSeconds(seconds: number, clock: Clock): Exercise {
  return async (batch, _id, signal) => {
    const endNs = clock() + seconds * NS_PER_S;
    for (let iterations = 1; clock() < endNs;) {
      const startedNs = clock();
      await runBatch(batch, iterations);
      if (clock() - startedNs < GROWTH_NS) iterations = Math.min(2 * iterations, MOST_ITERATIONS);
      await setImmediate(); // signals are delivered only where the event loop turns
      if (signal?.aborted) throw new BenchError('INTERRUPTED', 'interrupted while profiling');
    }
  };
}
