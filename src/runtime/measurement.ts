/** What did one call give, and what did it cost? */

/** The result of a measured call. */
export interface Outcome<T = unknown> {
  /** What the call returned. */
  readonly value: T;
  /** Fuel that it consumed; 0n on engines that count none. */
  readonly fuelConsumed: bigint;
  /** False where it is an upper bound only: the guest was called back by a host function and trapped. */
  readonly fuelIsExact: boolean;
  /** The most bytes that the instance's memories held together so far. */
  readonly peakMemoryBytes: number;
  /** Wall time of the call, in nanoseconds. */
  readonly elapsedNs: number;
}
