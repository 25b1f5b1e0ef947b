// Measurement: the result of one call, and what the call cost.

/** The result of a measured call. */
export interface Measurement<T = unknown> {
  /** The value that the call returned. */
  readonly value: T;
  /** Fuel that the call consumed; 0n on engines that count no fuel. */
  readonly fuelConsumed: bigint;
  /** False if `fuelConsumed` is only an upper bound: a host function called the guest back, and the guest trapped. */
  readonly fuelIsExact: boolean;
  /** Peak size of all memories of the instance together so far, in bytes. */
  readonly peakMemoryBytes: number;
  /** Wall time of the call, in nanoseconds. */
  readonly elapsedNs: number;
}
