// How long do single calls take, one by one?
import { createHistogram } from 'node:perf_hooks';

import { monotonicNs } from './clock.js';

/**
 * Percentiles of the times of single calls, in nanoseconds: real ones, where those of a sample are percentiles of the means
 * of batches. Each time includes one reading of the clock, some 50 ns.
 */
export interface Latency {
  /** Calls that were timed. */
  readonly count: number;
  /** Half of the calls took at most this, in nanoseconds. */
  readonly p50Ns: number;
  /** 95 of 100 calls took at most this, in nanoseconds. */
  readonly p95Ns: number;
  /** 99 of 100 calls took at most this, in nanoseconds. */
  readonly p99Ns: number;
  /** 999 of 1,000 calls took at most this, in nanoseconds. */
  readonly p999Ns: number;
  /** The slowest call, in nanoseconds. */
  readonly maxNs: number;
}

/** The most calls that are timed. */
const MAX_CALLS = 100_000;

/**
 * Times `fn` call by call and awaits what it returns.
 *
 * @param fn - The measured code.
 * @param seconds - For about how long; at least one call is timed.
 */
export async function timeSingleCalls(fn: () => unknown, seconds: number): Promise<Latency> {
  const histogram = createHistogram();
  const end = monotonicNs() + BigInt(Math.round(seconds * 1e9));
  let last = monotonicNs();
  for (let calls = 0; calls < MAX_CALLS && (calls === 0 || last < end); calls++) {
    const start = monotonicNs();
    await fn();
    last = monotonicNs();
    histogram.record(last > start ? last - start : 1n);
  }
  const at = (percentile: number): number => histogram.percentile(percentile);
  return {
    count: histogram.count,
    p50Ns: at(50),
    p95Ns: at(95),
    p99Ns: at(99),
    p999Ns: at(99.9),
    maxNs: histogram.max,
  };
}
