// Sampling plan: the number of iterations of each batch.
import type { SamplingModeChoice } from '../suite/definition.js';
import { requireCountable, type SamplingMode } from './sample.js';

/** The batches of one sample. */
export interface SamplingPlan {
  /** Growth of the iterations from batch to batch. */
  readonly mode: SamplingMode;
  /** Iterations of each batch, in order. */
  readonly iterations: readonly number[];
  /** Expected duration of sampling. */
  readonly expectedNs: number;
  /** Present if the measurement time is too short for the smallest plan of this mode. */
  readonly insufficientTime?: InsufficientTime;
}

/** Alternatives to a measurement time that is too short. */
export interface InsufficientTime {
  /** A measurement longer than this suffices, in nanoseconds. */
  readonly neededNs: number;
  /** Maximum number of samples that fit, at least 2; `undefined` if not even 2 fit. */
  readonly fittingSampleSize: number | undefined;
  /** Whether flat sampling fits the same number of samples. */
  readonly isFlatEnough: boolean;
}

export interface PlanOptions {
  /** Expected nanoseconds per iteration, above 0. */
  readonly meanNs: number;
  /** Nanoseconds of measurement. */
  readonly targetNs: number;
  /** Number of batches, at least 2. */
  readonly sampleSize: number;
  readonly mode: SamplingModeChoice;
}

/**
 * Plans the batches as Criterion does. Linear: step, 2 × step, …, so the slope of time over iterations excludes
 * constant costs. Flat: equal batches, for slow code; `auto` chooses it if linear would exceed twice the measurement
 * time.
 *
 * @throws BenchError with `BAD_MEASUREMENT` if an iteration is so short that a batch would exceed `MAX_ITERATIONS`.
 */
export function planSamples(options: PlanOptions): SamplingPlan {
  const { meanNs, targetNs, sampleSize, mode } = options;
  const runs = triangular(sampleSize);
  const step = Math.max(1, Math.ceil(targetNs / meanNs / runs));
  const isFlat = mode === 'flat' || (mode === 'auto' && runs * step * meanNs > 2 * targetNs);
  const plan = isFlat ? flatPlan(options) : linearPlan(options, step);
  requireCountable(plan.iterations.at(-1) as number);
  return plan;
}

function linearPlan({ meanNs, targetNs, sampleSize }: PlanOptions, step: number): SamplingPlan {
  const expectedNs = triangular(sampleSize) * step * meanNs;
  const iterations = Array.from({ length: sampleSize }, (_, i) => (i + 1) * step);
  if (step > 1) return { mode: 'linear', iterations, expectedNs };
  // The largest n with n(n + 1) ÷ 2 × mean < target.
  const fitting = Math.ceil((Math.sqrt(1 + (8 * targetNs) / meanNs) - 1) / 2) - 1;
  const isFlatEnough = sampleSize * meanNs < targetNs;
  return {
    mode: 'linear',
    iterations,
    expectedNs,
    insufficientTime: insufficientTimeFor(expectedNs, fitting, isFlatEnough),
  };
}

function flatPlan({ meanNs, targetNs, sampleSize }: PlanOptions): SamplingPlan {
  const each = Math.max(1, Math.ceil(targetNs / sampleSize / meanNs));
  const expectedNs = sampleSize * each * meanNs;
  const iterations = Array<number>(sampleSize).fill(each);
  if (each > 1) return { mode: 'flat', iterations, expectedNs };
  const fitting = Math.ceil(targetNs / meanNs) - 1;
  return { mode: 'flat', iterations, expectedNs, insufficientTime: insufficientTimeFor(expectedNs, fitting, false) };
}

function insufficientTimeFor(neededNs: number, fitting: number, isFlatEnough: boolean): InsufficientTime {
  return { neededNs, fittingSampleSize: fitting >= 2 ? fitting : undefined, isFlatEnough };
}

function triangular(n: number): number {
  return (n * (n + 1)) / 2;
}
