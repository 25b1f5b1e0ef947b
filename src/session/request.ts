// Session request: a run as a command line or a program requests it.
import type { Store } from '../baseline/store.js';
import type { BenchmarkDefinition, Suite } from '../bench/suite/definition.js';
import type { Clock } from '../bench/timing/clock.js';
import type { Options } from '../bench/options.js';
import type { ProgressObserver } from '../bench/run-benchmarks.js';
import type { Supervision } from '../bench/process-guard.js';
import type { ReportedResult } from '../report/run-report.js';

/** The baseline that results are compared with. */
export interface BaselineReference {
  /** The baseline's name. */
  readonly name: string;
  /** Whether every benchmark must have it. */
  readonly isRequired: boolean;
}

/** The store of a run, the baseline that it reads and those that it writes. */
export interface BaselinePlan {
  /** Store of the baselines. */
  readonly store: Store;
  /** The baseline that results are compared with. */
  readonly reference: BaselineReference;
  /** Names of the baselines to write, in addition to `new`. */
  readonly save: readonly string[];
}

/** A run of selected benchmarks. */
export interface SessionRequest extends Supervision {
  /** All suites, including unselected ones: names of directories must be unique among them. */
  readonly suites: readonly Suite[];
  /** The benchmarks to run. */
  readonly selected: readonly BenchmarkDefinition[];
  readonly options: Options;
  /** Takes quick samples, for a rough estimate. */
  readonly isQuick?: boolean;
  /** Stops at the first failure. */
  readonly failFast: boolean;
  /** Absent if no baselines are read or written. */
  readonly baselines?: BaselinePlan;
  /** Directory inside the repository of the measured commit. */
  readonly workingDirectory: string;
  readonly clock: Clock;
}

/** Observes the progress of a run, and receives compared results. */
export interface RunObserver extends ProgressObserver {
  /** Called when all baselines are read, before anything is measured. */
  onOpen?(): void | Promise<void>;
  /**
   * Called when a result is compared and saved. If it throws, the benchmark has failed.
   *
   * @param result - The result with its comparison.
   */
  onCompared?(result: ReportedResult): void | Promise<void>;
}
