// What is a run asked to do, whoever asks: a command line or a program?
import type { Store } from '../baseline/store.js';
import type { BenchmarkDefinition, Suite } from '../bench/suite/definition.js';
import type { Clock } from '../bench/sampling/clock.js';
import type { Options } from '../bench/options.js';
import type { ProgressObserver } from '../bench/run.js';
import type { Supervision } from '../bench/process-guard.js';
import type { ReportedResult } from '../report/run-report.js';

/** With what results are compared. */
export interface Reference {
  /** The baseline's name. */
  readonly name: string;
  /** Whether every benchmark must have it. */
  readonly isRequired: boolean;
}

/** Where measurements are kept, and which. */
export interface Keeping {
  readonly store: Store;
  readonly reference: Reference;
  /** The baselines that are written beside `new`. */
  readonly save: readonly string[];
}

/** One run over some of the benchmarks that there are. */
export interface SessionRequest extends Supervision {
  /** All suites, also those that are not run: what is alike in their names is told apart among them. */
  readonly suites: readonly Suite[];
  readonly selected: readonly BenchmarkDefinition[];
  readonly options: Options;
  /** Sample as shortly as gives a rough figure. */
  readonly isQuick?: boolean;
  /** Stop at the first failure. */
  readonly failFast: boolean;
  /** Absent where nothing is read or written. */
  readonly keeping?: Keeping;
  /** Where to look for the commit that is measured. */
  readonly workingDirectory: string;
  readonly clock: Clock;
}

/** Follows a run as the bench's own observer does, and gets results with what they were compared with. */
export interface SessionObserver extends ProgressObserver {
  /** Once all baselines are read, before anything is measured. */
  onOpen?(): void | Promise<void>;
  /**
   * After the result is kept; if it throws, the benchmark has failed.
   *
   * @param result - The benchmark, with what it was compared with.
   */
  onCompared?(result: ReportedResult): void | Promise<void>;
}
