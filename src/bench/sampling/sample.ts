// Sample: the raw measurements of one benchmark, and the batches that yield them.
import { inspectShort } from '../suite/validate.js';
import type { Routine } from '../suite/definition.js';
import { BenchError } from '../errors.js';

/** Growth of a sample's iterations from batch to batch. */
export type SamplingMode = 'linear' | 'flat';

/** Raw measurements of one benchmark, in the order of measurement. */
export interface Sample {
  /** Growth of the iterations from batch to batch. */
  readonly mode: SamplingMode;
  /** Number of iterations of each batch. */
  readonly iterations: readonly number[];
  /** Total time of each batch, in nanoseconds. */
  readonly timesNs: readonly number[];
}

/** Returns the nanoseconds per iteration of each batch. */
export function averagesNs(sample: Sample): number[] {
  return sample.timesNs.map((timeNs, i) => timeNs / (sample.iterations[i] as number));
}

/**
 * Runs one batch of a routine.
 *
 * @returns The elapsed nanoseconds.
 * @throws BenchError with `BAD_MEASUREMENT` if the routine returns anything but a finite number of at least 0.
 */
export async function runBatch(routine: Routine, iterations: number): Promise<number> {
  const returned: unknown = await routine.run(iterations);
  const elapsedNs = typeof returned === 'bigint' ? Number(returned) : returned;
  if (typeof elapsedNs === 'number' && Number.isFinite(elapsedNs) && elapsedNs >= 0) return elapsedNs;
  throw new BenchError(
    'BAD_MEASUREMENT',
    `a batch of ${iterations} iterations returned ${inspectShort(returned)}: return its elapsed nanoseconds`,
  );
}

/** Maximum iterations of a batch. At 0.01 ns per iteration it would run for a day, and real code is slower. */
export const MAX_ITERATIONS: number = Number.MAX_SAFE_INTEGER;

/**
 * Returns the error of code whose time does not grow with its iterations.
 *
 * @param finding - The observation, with its figures.
 */
export function clockStalled(finding: string): BenchError {
  return new BenchError(
    'BAD_MEASUREMENT',
    `${finding}: the measured code was optimized away, or its clock does not advance`,
  );
}

/** @throws BenchError with `BAD_MEASUREMENT` if a batch would exceed `MAX_ITERATIONS`. */
export function requireCountable(iterations: number): void {
  if (iterations > MAX_ITERATIONS) throw clockStalled('more iterations take hardly more time');
}

/**
 * Runs one batch of a routine, whose elapsed time must be above 0.
 *
 * @throws BenchError with `BAD_MEASUREMENT` if it is 0 or invalid.
 */
export async function runTimedBatch(routine: Routine, iterations: number): Promise<number> {
  const elapsedNs = await runBatch(routine, iterations);
  if (elapsedNs > 0) return elapsedNs;
  throw clockStalled(`a batch of ${iterations} iterations took 0 ns`);
}
