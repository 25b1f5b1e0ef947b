// How does one process run a benchmark, where the other side is a stored baseline that cannot take turns?
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import { type Pace, planOf, SideError } from './interleave.js';
import type { Participant, Side } from '../process/runner.js';

/** What one process yields. */
export interface ProcessResult {
  /** Nanoseconds per iteration of each batch. */
  readonly averagesNs: readonly number[];
  readonly metrics: ExactMetrics;
}

/** @throws SideError. */
export async function runAlone(id: string, participant: Participant, pace: Pace, side: Side): Promise<ProcessResult> {
  try {
    const { batches, iterations } = planOf(await participant.prepare(id, pace.warmUpNs), pace);
    const averagesNs: number[] = [];
    for (let batch = 0; batch < batches; batch++) averagesNs.push((await participant.run(iterations)) / iterations);
    return { averagesNs, metrics: await participant.finish() };
  } catch (error) {
    throw new SideError(side, error);
  }
}
