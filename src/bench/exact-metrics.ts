// Which facts about a benchmark carry no noise?
import { refuse, shown } from './suite/validate.js';

/**
 * Exact metrics of one benchmark: the same code gives the same figures on every run, or, for resident memory, figures
 * that no repetition would refine. Names end in their unit where they have one.
 */
export interface ExactMetrics {
  /** Fuel that one iteration consumes. */
  readonly fuelPerIteration?: number | bigint;
  /** Largest size that the guest's linear memories reached together. */
  readonly peakMemoryBytes?: number;
  /** Size of the compiled code. */
  readonly codeBytes?: number;
  /** Resident memory that each further live instance adds, its linear memory included. */
  readonly residentBytesPerInstance?: number;
  /** Whatever else a benchmark counts. */
  readonly [name: string]: number | bigint | undefined;
}

/**
 * What a batch's `metrics` returned, if reports can hold it.
 *
 * @throws BenchError with `BAD_DEFINITION` naming the metric, its value and the fix.
 */
export function checkMetrics(returned: unknown): ExactMetrics {
  if (returned === undefined) return {};
  if (typeof returned !== 'object' || returned === null || Array.isArray(returned)) {
    refuse(`metrics returned ${shown(returned)}: return figures by name, such as { bytes: 64 }`);
  }
  for (const [name, value] of Object.entries(returned) as [string, unknown][]) {
    if (value === undefined || typeof value === 'bigint' || Number.isFinite(value)) continue;
    refuse(`metrics returned ${shown(value)} for ${shown(name)}: give a finite number or a bigint, or leave it out`);
  }
  return returned as ExactMetrics;
}
