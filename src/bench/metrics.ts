// Which facts about a benchmark carry no noise?

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
