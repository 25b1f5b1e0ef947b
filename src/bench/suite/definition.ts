// What is a benchmark, before anything is measured?
import type { Estimates } from '../../stats/bootstrap.js';
import type { Latency } from '../sampling/latency.js';
import type { ExactMetrics } from '../exact-metrics.js';

/**
 * What a benchmark's `setup` returns: the code under measurement, ready to run. It lives for one benchmark.
 * `sync`, `async` and `native` make one from a function.
 */
export interface Batch {
  /**
   * Runs the measured code `iterations` times and returns the elapsed nanoseconds, without whatever preparation and
   * clean-up happen inside.
   *
   * @param iterations - A whole number of at least 1. It can exceed 2³² for code that takes less than a nanosecond.
   * @returns Elapsed nanoseconds, finite and at least 0.
   */
  run(iterations: number): number | bigint | Promise<number | bigint>;
  /**
   * Exact metrics, asked for once, after sampling.
   *
   * @returns The figures by name.
   */
  metrics?(): ExactMetrics | Promise<ExactMetrics>;
  /**
   * Times single calls, once, after sampling.
   *
   * @param seconds - For about how long.
   * @returns Percentiles of the calls' times.
   */
  latency?(seconds: number): Latency | Promise<Latency>;
  /**
   * Runs the measured code under a profiler of its own that sees where it is, in place of `run`.
   *
   * @param seconds - For about how long.
   * @returns How often it looked, and what it saw.
   */
  profile?(seconds: number): Profile | Promise<Profile>;
  /** Releases what `setup` acquired; called once, after success and after failure alike. */
  dispose?(): void | Promise<void>;
}

/** Where measured code spent its time. */
export interface Profile {
  /** How often it was looked at. */
  readonly samples: number;
  /** What Firefox's profiler opens, as UTF-8. */
  readonly json: Uint8Array;
}

/**
 * What watches a benchmark from outside or from within: Linux's perf, which learns where compiled code lies by a map of
 * addresses or by a dump of the code, or the guest's own profiler, asked for by `Batch.profile`.
 */
export const PROFILERS = ['perfmap', 'jitdump', 'guest'] as const;

/** One of what may watch a benchmark. */
export type Profiler = (typeof PROFILERS)[number];

/** What a benchmark is prepared for. */
export interface SetupContext {
  /** Code that is compiled in `setup` is to be known to it. Absent where nothing watches, as in every measurement. */
  readonly profiler?: Profiler;
}

/** How much one iteration processes. A whole number: critcmp reads no other. */
export type Throughput =
  | {
      /** Bytes per iteration. */
      readonly bytes: number;
    }
  | {
      /** Elements per iteration: rows, requests, numbers. */
      readonly elements: number;
    };

/** A bound on a benchmark's typical time. */
export interface Target {
  /** The only kind that there is. */
  readonly kind: 'below';
  /** The typical time must lie below this, in nanoseconds. */
  readonly ns: number;
  /** The requirement's own words, shown beside the status. */
  readonly reference?: string;
}

/** How a sample's iteration counts grow: 1, 2, … n times a step, or all alike; `auto` chooses by the time available. */
export type SamplingModeChoice = 'auto' | 'linear' | 'flat';

/** One benchmark. Its id is `group/function` or `group/function/value`. */
export interface BenchmarkDefinition {
  /** Category, and whatever else the id begins with, such as `instantiation/cold_start`. */
  readonly group: string;
  /** The name of what is measured: the id's last part, or the one before `value`. */
  readonly function: string;
  /** The parameter, where one function is measured at several. */
  readonly value?: string;
  /** What is measured, in one sentence. */
  readonly description: string;
  /** Where the measured loop runs: wholly in the engine's language, or in JavaScript. */
  readonly side: 'engine' | 'node';
  /** The engine's settings, such as `{ interruption: 'fuel', traps: 'signals' }`; they belong to every comparison. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What one iteration processes; the reports add a rate. */
  readonly throughput?: Throughput;
  /** A bound on the typical time. */
  readonly target?: Target;
  /** Default `auto`. */
  readonly samplingMode?: SamplingModeChoice;
  /**
   * Prepares the measurement. Not timed.
   *
   * @param context - What the benchmark is prepared for.
   * @returns The code to measure, ready to run.
   */
  setup(context?: SetupContext): Batch | Promise<Batch>;
}

/** What a derived row may use of a benchmark measured in the same run. */
export interface Measured {
  /** Slope where there is one, else mean; nanoseconds per iteration. */
  readonly typicalNs: number;
  /** Mean, median, deviations and slope, in nanoseconds per iteration. */
  readonly estimates: Estimates;
  /** Its exact metrics by name; none where the benchmark has none. */
  readonly metrics: ExactMetrics;
}

/** The units that there are. */
export const UNITS = ['ratio', 'percent', 'ns', 'bytes', 'count', 'ns/KB', 'GB/s'] as const;

/** What a derived value is measured in. */
export type Unit = (typeof UNITS)[number];

/** A bound on a derived value, in the row's unit. */
export interface DerivedTarget {
  /** How the value must stand to the bound. */
  readonly comparison: '<' | '<=' | '>=' | '>';
  /** The bound. */
  readonly value: number;
}

/** A derived value with a remark. */
export interface Remarked {
  /** In the row's unit. */
  readonly value: number;
  /** Shown beside it. */
  readonly detail: string;
}

/** A row computed from several benchmarks of one run: a ratio, a difference, a fit. Skipped unless all inputs were run. */
export interface Derived {
  /** Unique among the suite's derived rows; by convention it begins with the category. */
  readonly id: string;
  /** What the value says, in one sentence. */
  readonly description: string;
  /** What the value is measured in. */
  readonly unit: Unit;
  /** Ids of benchmarks, of this suite or others. */
  readonly inputs: readonly string[];
  /**
   * The value in `unit`, with an optional remark such as a coefficient of determination.
   *
   * @param of - Gives what was measured for one of `inputs`.
   * @returns The value, or the value and the remark.
   */
  compute(of: (id: string) => Measured): number | Remarked;
  /** A bound on the value. */
  readonly target?: DerivedTarget;
  /** The requirement's own words, shown beside the status. */
  readonly reference?: string;
}

/** The default export of a suite file: benchmarks of one category. */
export interface Suite {
  /** The first path component of every benchmark's group. */
  readonly category: string;
  /** Whether a run without filters includes the suite. */
  readonly isDefault: boolean;
  /** At least one. */
  readonly benchmarks: readonly BenchmarkDefinition[];
  /** Rows that are computed from what the benchmarks measured. */
  readonly derived?: readonly Derived[];
  /** Versions of what is measured, such as `{ wasmtime: '48.0.8' }`; recorded with every run. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** `group/function` or `group/function/value`. */
export function benchmarkId(benchmark: Pick<BenchmarkDefinition, 'group' | 'function' | 'value'>): string {
  const { group, value } = benchmark;
  return [group, benchmark.function, ...(value === undefined ? [] : [value])].join('/');
}

/** The first path component of a benchmark's group or id. */
export function categoryOf(id: string): string {
  return id.split('/', 1)[0] as string;
}
