// Measurement: the result of one call, and what the call cost.

/** The result of a measured call. */
export interface Measurement<T = unknown> {
  /** The value that the call returned. */
  readonly value: T;
  /** Fuel that the call consumed; 0n on engines that count no fuel. */
  readonly fuelConsumed: bigint;
  /** False if `fuelConsumed` is only an upper bound: a host function called the guest back, and the guest trapped. */
  readonly fuelIsExact: boolean;
  /** The most bytes that the instance's memories held together so far. */
  readonly peakMemoryBytes: number;
  /** Wall time of the call, in nanoseconds. */
  readonly elapsedNs: number;
}
