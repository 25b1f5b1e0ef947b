// Single run: one process runs a benchmark by itself, because the other side is a stored baseline.
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import { type SamplingOptions, planBatches, SideError } from './interleave.js';
import type { Runner, Side } from '../process/runner.js';

/** The times and metrics of one process. */
export interface ProcessResult {
  /** Nanoseconds per iteration of each batch. */
  readonly averagesNs: readonly number[];
  readonly metrics: ExactMetrics;
}

/** Runs all batches of benchmark `id` in one process. @throws SideError. */
export async function runSingle(
  id: string,
  runner: Runner,
  sampling: SamplingOptions,
  side: Side,
): Promise<ProcessResult> {
  try {
    const { batches, iterations } = planBatches(await runner.prepare(id, sampling.warmUpNs), sampling);
    const averagesNs: number[] = [];
    for (let batch = 0; batch < batches; batch++) averagesNs.push((await runner.run(iterations)) / iterations);
    return { averagesNs, metrics: await runner.finish() };
  } catch (error) {
    throw new SideError(side, error);
  }
}
