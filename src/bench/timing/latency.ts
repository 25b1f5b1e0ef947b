// Latency: times of single calls.
import { createHistogram } from 'node:perf_hooks';

import { monotonicNs } from './clock.js';

/**
 * Percentiles of the times of single calls, in nanoseconds. (The percentiles of a sample are those of batch means.)
 * Each time includes one reading of the clock, about 50 ns.
 */
export interface Latency {
  /** Number of timed calls. */
  readonly count: number;
  /** Median, in nanoseconds. */
  readonly p50Ns: number;
  /** 95th percentile, in nanoseconds. */
  readonly p95Ns: number;
  /** 99th percentile, in nanoseconds. */
  readonly p99Ns: number;
  /** 99.9th percentile, in nanoseconds. */
  readonly p999Ns: number;
  /** The slowest call, in nanoseconds. */
  readonly maxNs: number;
}

/** Maximum number of timed calls. */
const MAX_CALLS = 100_000;

/**
 * Times `fn` call by call, awaiting each result.
 *
 * @param fn - The measured code.
 * @param seconds - Approximate duration; at least one call is timed.
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
