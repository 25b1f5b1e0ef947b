// Runner: the interface of one process that runs benchmarks for the gate.
import type { Environment } from '../../bench/machine/environment.js';
import type { ExactMetrics } from '../../bench/exact-metrics.js';

/** A benchmark that a side has. */
export interface ListedBenchmark {
  readonly id: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** All benchmarks of a side, and its environment. */
export interface BenchmarkList {
  readonly benchmarks: readonly ListedBenchmark[];
  readonly environment: Environment;
}

/**
 * One process of one side. It runs one request at a time and is idle in between.
 *
 * Every method rejects with a `RunnerError` if the benchmark throws or the process ends.
 */
export interface Runner {
  list(): Promise<BenchmarkList>;
  /** Sets up a benchmark and warms it up. @returns Approximate nanoseconds per iteration. */
  prepare(id: string, warmUpNs: number): Promise<number>;
  /** Runs a batch of the prepared benchmark. @returns Elapsed nanoseconds. */
  run(iterations: number): Promise<number>;
  /** Disposes the prepared benchmark. @returns Its exact metrics. */
  finish(): Promise<ExactMetrics>;
  /** Ends the process. */
  close(): Promise<void>;
}

/** The sides of a gate. */
export type Side = 'base' | 'head';

/** The side on which a benchmark failed. A failure on both sides says nothing about the change between them. */
export type FailedSide = Side | 'both';

/** Starts a fresh process of a side. */
export type StartRunner = (side: Side) => Promise<Runner>;

/** A failure of a benchmark or of its process. */
export class RunnerError extends Error {
  override readonly name: string = 'RunnerError';
  /** Whether the process has ended and has to be replaced. */
  readonly hasEnded: boolean;

  constructor(message: string, { hasEnded, cause }: { readonly hasEnded: boolean; readonly cause?: unknown }) {
    super(message, { cause });
    this.hasEnded = hasEnded;
  }
}
