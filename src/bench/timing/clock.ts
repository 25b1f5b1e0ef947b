// Clocks of the bench.

/** A monotonic clock: nanoseconds since a fixed moment. */
export type Clock = () => number;

const { bigint } = process.hrtime as { readonly bigint: (this: void) => bigint };

/** Nanoseconds of the system's monotonic clock. Captured here, because measured code may replace `process.hrtime`. */
export const monotonicNs: () => bigint = bigint;

const start = monotonicNs();

/** The system's monotonic clock, as nanoseconds since this module was loaded. */
export const systemClock: Clock = () => Number(monotonicNs() - start);

/** Nanoseconds per second. */
export const NS_PER_S = 1e9;
