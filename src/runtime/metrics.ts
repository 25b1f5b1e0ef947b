// Metrics: the totals of an instance.

/** The totals of an instance since it was created. */
export interface Metrics {
  /**
   * Fuel of all calls and of instantiation; 0n on engines that count no fuel. Fuel is checked at the start of loops and
   * functions: a call that exceeds its budget after the last check returns normally, and is charged its budget.
   */
  readonly fuelConsumed: bigint;
  /** False if a call ended in a trap after which Wasmtime's counter is unknown; the total is an upper bound then. */
  readonly fuelIsExact: boolean;
  /** Bytes in all memories now. */
  readonly memoryBytes: number;
  /** Peak size of all memories together, in bytes. */
  readonly peakMemoryBytes: number;
  /** Growths of memory or tables that the limits refused. */
  readonly memoryRefusals: number;
  /** Calls of exports that began. Instantiation does not count. */
  readonly calls: number;
  /** Calls that ended in a trap or at a limit. */
  readonly traps: number;
  /** Wall time of calls and instantiation, in nanoseconds, from a coarse clock: accurate only as a sum over many calls. */
  readonly elapsedNs: number;
  /** Execution of calls: directly on the caller's stack, or in time slices on a separate fiber. */
  readonly execution: 'direct' | 'fiber';
}
