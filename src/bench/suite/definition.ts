// Definitions: benchmark, derived row and suite, before anything is measured.
import type { Estimates } from '../../stats/bootstrap.js';
import type { Latency } from '../timing/latency.js';
import type { ExactMetrics } from '../exact-metrics.js';

/**
 * The code that is sampled, ready to run, as a benchmark's `setup` returns it. It lives for one benchmark. `sync`,
 * `async` and `custom` create one from a function.
 */
export interface Routine {
  /**
   * Runs the measured code `iterations` times and returns the elapsed nanoseconds, excluding preparation and clean-up.
   *
   * @param iterations - An integer of at least 1. It can exceed 2³² for code that takes less than a nanosecond.
   * @returns Elapsed nanoseconds, finite and at least 0.
   */
  run(iterations: number): number | bigint | Promise<number | bigint>;
  /**
   * Returns exact metrics. Called once, after sampling.
   *
   * @returns The metrics by name.
   */
  metrics?(): ExactMetrics | Promise<ExactMetrics>;
  /**
   * Times single calls. Called once, after sampling.
   *
   * @param seconds - Approximate duration.
   * @returns Percentiles of the calls' times.
   */
  latency?(seconds: number): Latency | Promise<Latency>;
  /**
   * Runs the measured code under its own sampling profiler, in place of `run`.
   *
   * @param seconds - Approximate duration.
   * @returns The profile.
   */
  profile?(seconds: number): Profile | Promise<Profile>;
  /** Releases what `setup` acquired. Called once, after success or failure. */
  dispose?(): void | Promise<void>;
}

/** A profile of the measured code. */
export interface Profile {
  /** Number of samples. */
  readonly samples: number;
  /** The profile in the Firefox Profiler's format, as UTF-8. */
  readonly json: Uint8Array;
}

/**
 * Profilers of a benchmark: Linux `perf`, which finds compiled code by an address map (`perfmap`) or a code dump
 * (`jitdump`), or the guest profiler of `Routine.profile`.
 */
export const PROFILERS = ['perfmap', 'jitdump', 'guest'] as const;

/** A profiler of a benchmark. */
export type Profiler = (typeof PROFILERS)[number];

/** Context of a benchmark's setup. */
export interface SetupContext {
  /** The profiler that must see code compiled in `setup`; absent when not profiling, as in every measurement. */
  readonly profiler?: Profiler;
}

/** Amount that one iteration processes. An integer: critcmp reads nothing else. */
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
  /** Kind of the bound. */
  readonly kind: 'below';
  /** The typical time must lie below this, in nanoseconds. */
  readonly ns: number;
  /** Text of the requirement, shown beside the status. */
  readonly reference?: string;
}

/**
 * Growth of a sample's iterations: linear (1, 2, … n times a step) or flat (all equal); `auto` chooses by the available
 * time.
 */
export type SamplingModeChoice = 'auto' | 'linear' | 'flat';

/** A benchmark. Its id is `group/function` or `group/function/value`. */
export interface BenchmarkDefinition {
  /** The id's first parts, beginning with the category, such as `instantiation/cold_start`. */
  readonly group: string;
  /** Name of the measured function: the last part of the id, or the one before `value`. */
  readonly function: string;
  /** The parameter, if the function is measured at several. */
  readonly value?: string;
  /** The measured operation, in one sentence. */
  readonly description: string;
  /** Location of the measured loop: in the engine, natively (`engine`), or in JavaScript (`node`). */
  readonly side: 'engine' | 'node';
  /**
   * Settings of the engine, such as `{ interruption: 'fuel', traps: 'signals' }`; comparisons show differences between
   * them.
   */
  readonly settings?: Readonly<Record<string, string>>;
  /** Amount that one iteration processes; reports add a rate. */
  readonly throughput?: Throughput;
  /** A bound on the typical time. */
  readonly target?: Target;
  /** Growth of the iterations. Default `auto`. */
  readonly samplingMode?: SamplingModeChoice;
  /**
   * Prepares the measurement. Not timed.
   *
   * @param context - Context of the setup, such as a profiler.
   * @returns The routine to measure.
   */
  setup(context?: SetupContext): Routine | Promise<Routine>;
}

/** The input of a derived row: a benchmark measured in the same run. */
export interface DerivedInput {
  /** Slope of a linear sample, else mean; nanoseconds per iteration. */
  readonly typicalNs: number;
  /** Mean, median, deviations and slope, in nanoseconds per iteration. */
  readonly estimates: Estimates;
  /** Exact metrics by name; empty if the benchmark has none. */
  readonly metrics: ExactMetrics;
}

/** Units of derived values. */
export const UNITS = ['ratio', 'percent', 'ns', 'bytes', 'count', 'ns/KB', 'GB/s'] as const;

/** Unit of a derived value. */
export type Unit = (typeof UNITS)[number];

/** A bound on a derived value, in the row's unit. */
export interface DerivedTarget {
  /** Required relation of the value to the bound. */
  readonly comparison: '<' | '<=' | '>=' | '>';
  /** The bound. */
  readonly value: number;
}

/** A derived value with a remark. */
export interface AnnotatedValue {
  /** The value in the row's unit. */
  readonly value: number;
  /** The remark, shown beside the value. */
  readonly detail: string;
}

/** A row computed from several benchmarks of one run, such as a ratio. Skipped unless every input was measured. */
export interface DerivedDefinition {
  /** Id, unique among derived rows; begins with the category by convention. */
  readonly id: string;
  /** The meaning of the value, in one sentence. */
  readonly description: string;
  /** Unit of the value. */
  readonly unit: Unit;
  /** Ids of the input benchmarks, from this suite or others. */
  readonly inputs: readonly string[];
  /**
   * Computes the value in `unit`, with an optional remark such as a coefficient of determination.
   *
   * @param input - Returns the measured input with this id, which must be one of `inputs`; throws for
   *   any other, and the row fails.
   * @returns The value, or the value with a remark.
   */
  compute(input: (id: string) => DerivedInput): number | AnnotatedValue;
  /** A bound on the value. */
  readonly target?: DerivedTarget;
  /** Text of the requirement, shown beside the status. */
  readonly reference?: string;
}

/** A suite: benchmarks of one category. The default export of a suite file. */
export interface Suite {
  /** First path component of every benchmark's group. */
  readonly category: string;
  /** Whether a run without filters includes the suite. */
  readonly isDefault: boolean;
  /** The suite's benchmarks, at least one. */
  readonly benchmarks: readonly BenchmarkDefinition[];
  /** Rows computed from measured benchmarks. */
  readonly derived?: readonly DerivedDefinition[];
  /** Versions of the measured software, such as `{ wasmtime: '48.0.8' }`; recorded with every run. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** Returns the id of a benchmark: `group/function` or `group/function/value`. */
export function benchmarkId(benchmark: Pick<BenchmarkDefinition, 'group' | 'function' | 'value'>): string {
  const { group, value } = benchmark;
  return [group, benchmark.function, ...(value === undefined ? [] : [value])].join('/');
}

/** Returns the first path component of a benchmark's group or id. */
export function categoryOf(id: string): string {
  return id.split('/', 1)[0] as string;
}
