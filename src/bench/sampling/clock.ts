// What time is it, for the purpose of planning?

/** Nanoseconds since some fixed moment; never goes back. */
export type Clock = () => number;

const { bigint } = process.hrtime as { readonly bigint: (this: void) => bigint };

/** Nanoseconds of the system's monotonic clock. Measured code may replace that of the process, as tests do; this one stays. */
export const monotonicNs: () => bigint = bigint;

const start = monotonicNs();

/** The system's monotonic clock. */
export const systemClock: Clock = () => Number(monotonicNs() - start);

export const NS_PER_S = 1e9;
