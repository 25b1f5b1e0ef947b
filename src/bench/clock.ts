// What time is it, for the purpose of planning?

/** Nanoseconds since some fixed moment; never goes back. */
export type Clock = () => number;

const start = process.hrtime.bigint();

/** The system's monotonic clock. */
export const systemClock: Clock = () => Number(process.hrtime.bigint() - start);

export const NS_PER_S = 1e9;
