// How many iterations does each batch of a sample run?
import type { SamplingModeChoice } from '../suite/definition.js';
import { requireCountable, type SamplingMode } from './sample.js';

/** The batches of one sample. */
export interface Plan {
  /** How the iterations grow from batch to batch. */
  readonly mode: SamplingMode;
  /** Iterations of each batch, in order. */
  readonly iterations: readonly number[];
  /** What sampling is expected to take. */
  readonly expectedNs: number;
  /** Present where the time is too short for the smallest plan of this mode. */
  readonly shortfall?: Shortfall;
}

/** What would do where the time is too short. */
export interface Shortfall {
  /** Any longer measurement suffices. */
  readonly neededNs: number;
  /** The most samples, at least 2, that fit; `undefined` where not even 2 do. */
  readonly fittingSampleSize: number | undefined;
  /** Whether flat sampling would fit the same samples in. */
  readonly isFlatEnough: boolean;
}

export interface PlanOptions {
  /** Expected nanoseconds per iteration, above 0. */
  readonly meanNs: number;
  /** Nanoseconds to sample for. */
  readonly targetNs: number;
  /** At least 2. */
  readonly sampleSize: number;
  readonly mode: SamplingModeChoice;
}

/**
 * Plans as Criterion does. Linear: step, 2 × step, … so that time against iterations is a line whose slope is free of
 * constant costs. Flat: all batches alike, for slow code; chosen by `auto` where linear would take over twice the time.
 *
 * @throws BenchError with `BAD_MEASUREMENT` where an iteration takes so little that their number would be beyond counting.
 */
export function planSamples(options: PlanOptions): Plan {
  const { meanNs, targetNs, sampleSize, mode } = options;
  const runs = triangular(sampleSize);
  const step = Math.max(1, Math.ceil(targetNs / meanNs / runs));
  const isFlat = mode === 'flat' || (mode === 'auto' && runs * step * meanNs > 2 * targetNs);
  const plan = isFlat ? flatPlan(options) : linearPlan(options, step);
  requireCountable(plan.iterations.at(-1) as number);
  return plan;
}

function linearPlan({ meanNs, targetNs, sampleSize }: PlanOptions, step: number): Plan {
  const expectedNs = triangular(sampleSize) * step * meanNs;
  const iterations = Array.from({ length: sampleSize }, (_, i) => (i + 1) * step);
  if (step > 1) return { mode: 'linear', iterations, expectedNs };
  // The largest n with n(n + 1) ÷ 2 · mean < target.
  const fitting = Math.ceil((Math.sqrt(1 + (8 * targetNs) / meanNs) - 1) / 2) - 1;
  const isFlatEnough = sampleSize * meanNs < targetNs;
  return { mode: 'linear', iterations, expectedNs, shortfall: shortfall(expectedNs, fitting, isFlatEnough) };
}

function flatPlan({ meanNs, targetNs, sampleSize }: PlanOptions): Plan {
  const each = Math.max(1, Math.ceil(targetNs / sampleSize / meanNs));
  const expectedNs = sampleSize * each * meanNs;
  const iterations = Array<number>(sampleSize).fill(each);
  if (each > 1) return { mode: 'flat', iterations, expectedNs };
  const fitting = Math.ceil(targetNs / meanNs) - 1;
  return { mode: 'flat', iterations, expectedNs, shortfall: shortfall(expectedNs, fitting, false) };
}

function shortfall(neededNs: number, fitting: number, isFlatEnough: boolean): Shortfall {
  return { neededNs, fittingSampleSize: fitting >= 2 ? fitting : undefined, isFlatEnough };
}

function triangular(n: number): number {
  return (n * (n + 1)) / 2;
}
