// Quick sample: a rough estimate in little time, as Criterion's `--quick`.
import { setImmediate } from 'node:timers/promises';

import type { Clock } from '../timing/clock.js';
import type { Routine } from '../suite/definition.js';
import { BenchError } from '../errors.js';
import { requireCountable, runBatch, type Sample, clockStalled } from './sample.js';

/** Minimum duration of a quick sample whose batches agree. */
const MIN_MEASUREMENT_NS = 100e6;

/** Number of batches in a quick sample. */
export const QUICK_SAMPLE_SIZE = 2;

/** Options of a quick sample. */
export interface QuickSampleOptions {
  /** Maximum duration in nanoseconds. */
  readonly maxNs: number;
  /** Two batches agree if their deviation is below this share of the time of an iteration. */
  readonly tolerance: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs 1, 2, 4, … iterations until two consecutive batches agree on the time of an iteration, or the maximum is
 * reached.
 *
 * @returns The last two batches: too few for a verdict.
 * @throws Whatever the routine throws; BenchError with `BAD_MEASUREMENT` if more iterations take no more time, and with
 * `INTERRUPTED` when `signal` is aborted.
 */
export async function takeQuickSample(routine: Routine, options: QuickSampleOptions): Promise<Sample> {
  const { maxNs, tolerance, clock, signal } = options;
  const startedNs = clock();
  let measuredNs = 0;
  let previousNs = await runBatch(routine, 1);
  for (let iterations = 1; ; iterations *= 2) {
    await setImmediate(); // signals are delivered only when the event loop turns
    if (signal?.aborted) throw new BenchError('INTERRUPTED', 'interrupted during quick sampling');
    // Code that takes longer than the maximum runs a second single iteration, not two more.
    if (iterations === 1 && clock() - startedNs > maxNs) return await singleIterations(routine, previousNs);
    requireCountable(2 * iterations);
    const nextNs = await runBatch(routine, 2 * iterations);
    measuredNs += nextNs;
    const elapsedNs = Math.max(measuredNs, clock() - startedNs);
    const isSettled = areProportional(previousNs, nextNs, tolerance) && elapsedNs > MIN_MEASUREMENT_NS;
    if ((isSettled || elapsedNs > maxNs) && previousNs > 0 && nextNs > 0) {
      return { mode: 'linear', iterations: [iterations, 2 * iterations], timesNs: [previousNs, nextNs] };
    }
    previousNs = nextNs;
  }
}

async function singleIterations(routine: Routine, firstNs: number): Promise<Sample> {
  const timesNs = [firstNs, await runBatch(routine, 1)];
  if (timesNs.includes(0)) throw clockStalled('an iteration took 0 ns');
  return { mode: 'flat', iterations: [1, 1], timesNs };
}

/** Whether `twiceNs` is about twice `onceNs`, by the distance of both from the fitted line through the origin. */
function areProportional(onceNs: number, twiceNs: number, tolerance: number): boolean {
  const slope = (onceNs + 2 * twiceNs) / 5;
  return Math.hypot(onceNs - slope, twiceNs - 2 * slope) < tolerance * slope;
}
