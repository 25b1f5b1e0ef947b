/** What has an instance consumed? */

/** The totals of an instance since it was made. */
export interface Metrics {
  /**
   * Fuel of all calls and of instantiation; 0n on engines that count none. Fuel is looked at where loops and functions
   * begin: a call that overdraws its budget after the last look returns, and is billed its budget.
   */
  readonly fuelConsumed: bigint;
  /** False where some call ended in a trap after which Wasmtime's counter is unknown; the total is an upper bound then. */
  readonly fuelIsExact: boolean;
  /** Bytes in all memories now. */
  readonly memoryBytes: number;
  /** The most bytes that all memories held together. */
  readonly peakMemoryBytes: number;
  /** Growths of memory or tables that the limits refused. */
  readonly memoryRefusals: number;
  /** Calls that began, instantiation included. */
  readonly calls: number;
  /** Calls that the guest or a limit ended. */
  readonly traps: number;
  /** Wall time inside calls, in nanoseconds, from a coarse clock: true in the sum over many calls. */
  readonly elapsedNs: number;
  /** Whether calls run on the caller's stack, or in slices on a stack of their own. */
  readonly path: 'direct' | 'driver';
}
