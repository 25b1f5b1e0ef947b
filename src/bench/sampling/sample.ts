// What does measuring one benchmark yield?
import { shown } from '../suite/validate.js';
import type { Batch } from '../suite/definition.js';
import { BenchError } from '../errors.js';

/** How a sample's iteration counts were planned. */
export type SamplingMode = 'linear' | 'flat';

/** The raw measurements of one benchmark, in the order in which they were taken. */
export interface Sample {
  /** How the iterations grew from batch to batch. */
  readonly mode: SamplingMode;
  /** Iterations of each batch. */
  readonly iterations: readonly number[];
  /** Total time of each batch, in nanoseconds. */
  readonly timesNs: readonly number[];
}

/** Nanoseconds per iteration of each batch. */
export function averagesNs(sample: Sample): number[] {
  return sample.timesNs.map((timeNs, i) => timeNs / (sample.iterations[i] as number));
}

/**
 * Runs one batch.
 *
 * @returns Its elapsed nanoseconds.
 * @throws BenchError with `BAD_MEASUREMENT` when the batch returns no finite time of at least 0.
 */
export async function runBatch(batch: Batch, iterations: number): Promise<number> {
  const returned: unknown = await batch.run(iterations);
  const elapsedNs = typeof returned === 'bigint' ? Number(returned) : returned;
  if (typeof elapsedNs === 'number' && Number.isFinite(elapsedNs) && elapsedNs >= 0) return elapsedNs;
  throw new BenchError(
    'BAD_MEASUREMENT',
    `a batch of ${iterations} iterations returned ${shown(returned)}: return its elapsed nanoseconds`,
  );
}

/** The most iterations of a batch. What is real does not get there in a day: it takes more than a hundredth of a nanosecond. */
export const MOST_ITERATIONS: number = Number.MAX_SAFE_INTEGER;

/** The error of code whose time does not grow with its iterations. @param found - What was found of how many iterations. */
export function standsStill(found: string): BenchError {
  return new BenchError('BAD_MEASUREMENT', `${found}: the measured code was optimized away, or its clock stands still`);
}

/** Refuses a batch that would have more iterations than a number can count. */
export function requireCountable(iterations: number): void {
  if (iterations > MOST_ITERATIONS) throw standsStill('more iterations take hardly any more time');
}

/**
 * Runs one batch that must take time.
 *
 * @throws BenchError with `BAD_MEASUREMENT` where it took none.
 */
export async function runTimedBatch(batch: Batch, iterations: number): Promise<number> {
  const elapsedNs = await runBatch(batch, iterations);
  if (elapsedNs > 0) return elapsedNs;
  throw standsStill(`a batch of ${iterations} iterations took 0 ns`);
}
