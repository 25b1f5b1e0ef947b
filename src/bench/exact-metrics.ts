// Exact metrics: figures of a benchmark without noise.
import { rejectDefinition, inspectShort } from './suite/validate.js';

/**
 * Exact metrics of one benchmark. The same code yields the same figures on every run; resident memory varies, but more
 * repetitions would not refine it. A name ends in its unit, if it has one.
 */
export interface ExactMetrics {
  /** Fuel consumed by one iteration. */
  readonly fuelPerIteration?: number | bigint;
  /** Peak total size of the guest's linear memories. */
  readonly peakMemoryBytes?: number;
  /** Size of the compiled machine code. */
  readonly codeBytes?: number;
  /** Resident memory added by each further live instance, its linear memory included. */
  readonly residentBytesPerInstance?: number;
  /** Any other figure that a benchmark counts. */
  readonly [name: string]: number | bigint | undefined;
}

/**
 * Returns what a routine's `metrics` returned, if reports can store it.
 *
 * @throws BenchError with `BAD_DEFINITION` naming the metric, its value and the fix.
 */
export function validateMetrics(returned: unknown): ExactMetrics {
  if (returned === undefined) return {};
  if (typeof returned !== 'object' || returned === null || Array.isArray(returned)) {
    rejectDefinition(`metrics returned ${inspectShort(returned)}: return figures by name, such as { bytes: 64 }`);
  }
  for (const [name, value] of Object.entries(returned) as [string, unknown][]) {
    if (value === undefined || typeof value === 'bigint' || Number.isFinite(value)) continue;
    rejectDefinition(
      `metrics returned ${inspectShort(value)} for ${inspectShort(name)}: give a finite number or a bigint, or leave it out`,
    );
  }
  return returned as ExactMetrics;
}
