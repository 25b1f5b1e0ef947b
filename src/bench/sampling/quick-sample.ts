// What does a benchmark take, roughly and at once? Criterion's `--quick`.
import { setImmediate } from 'node:timers/promises';

import type { Clock } from './clock.js';
import type { Batch } from '../suite/definition.js';
import { BenchError } from '../errors.js';
import { requireCountable, runBatch, type Sample, standsStill } from './sample.js';

const LEAST_NS = 100e6;

/** Batches of a quick sample. */
export const QUICK_SAMPLE_SIZE = 2;

export interface QuickOptions {
  /** The longest that doubling may go on, in nanoseconds. */
  readonly mostNs: number;
  /** Two batches agree where their standard deviation is below this share of their time. */
  readonly tolerance: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs 1, 2, 4, … iterations until two batches in a row agree about the time of an iteration, or the time is over.
 *
 * @returns The last two batches: too few for a verdict.
 * @throws Whatever the batch throws; BenchError with `BAD_MEASUREMENT` where more iterations take no more time, and
 * `INTERRUPTED` once `signal` is aborted.
 */
export async function takeQuickSample(batch: Batch, options: QuickOptions): Promise<Sample> {
  const { mostNs, tolerance, clock, signal } = options;
  const startedNs = clock();
  let measuredNs = 0;
  let previousNs = await runBatch(batch, 1);
  for (let iterations = 1; ; iterations *= 2) {
    await setImmediate(); // signals are delivered only where the event loop turns
    if (signal?.aborted) throw new BenchError('INTERRUPTED', 'interrupted during quick sampling');
    // Code that takes longer than all of the time is not run twice as often again.
    if (iterations === 1 && clock() - startedNs > mostNs) return await again(batch, previousNs);
    requireCountable(2 * iterations);
    const nextNs = await runBatch(batch, 2 * iterations);
    measuredNs += nextNs;
    const elapsedNs = Math.max(measuredNs, clock() - startedNs);
    const isSettled = agree(previousNs, nextNs, tolerance) && elapsedNs > LEAST_NS;
    if ((isSettled || elapsedNs > mostNs) && previousNs > 0 && nextNs > 0) {
      return { mode: 'linear', iterations: [iterations, 2 * iterations], timesNs: [previousNs, nextNs] };
    }
    previousNs = nextNs;
  }
}

async function again(batch: Batch, firstNs: number): Promise<Sample> {
  const timesNs = [firstNs, await runBatch(batch, 1)];
  if (timesNs.includes(0)) throw standsStill('an iteration took 0 ns');
  return { mode: 'flat', iterations: [1, 1], timesNs };
}

/** Whether `twiceNs` is about twice `onceNs`: the distance of both from the line through the origin between them. */
function agree(onceNs: number, twiceNs: number, tolerance: number): boolean {
  const slope = (onceNs + 2 * twiceNs) / 5;
  return Math.hypot(onceNs - slope, twiceNs - 2 * slope) < tolerance * slope;
}
