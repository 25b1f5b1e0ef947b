// What can the gate ask of a process that runs benchmarks for it?
import type { Environment } from '../../bench/machine/environment.js';
import type { ExactMetrics } from '../../bench/exact-metrics.js';

/** A benchmark as a side offers it. */
export interface Offer {
  readonly id: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** All that a side has to offer, and where. */
export interface Offers {
  readonly benchmarks: readonly Offer[];
  readonly environment: Environment;
}

/**
 * One process of one side. It does one thing at a time, and nothing while it waits.
 *
 * Every method rejects with a `ParticipantError` where the benchmark throws or the process ends.
 */
export interface Participant {
  list(): Promise<Offers>;
  /** Sets a benchmark up and warms it. @returns Nanoseconds per iteration, about. */
  prepare(id: string, warmUpNs: number): Promise<number>;
  /** Runs a batch of the prepared benchmark. @returns Elapsed nanoseconds. */
  run(iterations: number): Promise<number>;
  /** Disposes of the prepared benchmark. @returns Its exact metrics. */
  finish(): Promise<ExactMetrics>;
  /** Ends the process. */
  close(): Promise<void>;
}

/** The sides of a gate. */
export type Side = 'base' | 'head';

/** Where a benchmark failed: on one side alone, or on both, where nothing is to be said of what lies between them. */
export type FailedSide = Side | 'both';

/** Begins a fresh process of a side. */
export type Start = (side: Side) => Promise<Participant>;

/** A benchmark or its process failed on one side; the message says how. */
export class ParticipantError extends Error {
  override readonly name: string = 'ParticipantError';
  /** Whether the process has ended, and another is needed. */
  readonly hasEnded: boolean;

  constructor(message: string, { hasEnded, cause }: { readonly hasEnded: boolean; readonly cause?: unknown }) {
    super(message, { cause });
    this.hasEnded = hasEnded;
  }
}
