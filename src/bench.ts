// Public API of `airssys-wasm/bench`: definition of benchmarks, and runs from code.
export {
  async,
  type RoutineOptions,
  type Hooks,
  custom,
  type BatchHooks,
  type IterationHooks,
  sync,
} from './bench/suite/routine.js';
export { type BenchmarkOptions, defineSuite, parameterized, type SuiteOptions } from './bench/suite/define.js';
export {
  type Routine,
  type BenchmarkDefinition,
  type DerivedDefinition,
  type DerivedTarget,
  type DerivedInput,
  type Profile,
  type Profiler,
  type AnnotatedValue,
  type SamplingModeChoice,
  type SetupContext,
  type Suite,
  type Target,
  type Throughput,
  type Unit,
} from './bench/suite/definition.js';
export { BenchError, type BenchErrorCode, OptionError } from './bench/errors.js';
export type { Latency } from './bench/timing/latency.js';
export type { ExactMetrics } from './bench/exact-metrics.js';
export { DEFAULT_OPTIONS, type Options } from './bench/options.js';
export { type LinearFit, linearFit } from './stats/regression.js';

export { type BaselineOptions, runSuites, type RunSuitesOptions } from './session/run-suites.js';
export type { RunObserver } from './session/request.js';
export { BaselineError, type BaselineErrorCode } from './baseline/errors.js';
export type { ReportedResult, RunReport } from './report/run-report.js';
// Types of a report.
export type { Comparison, Verdict } from './baseline/compare.js';
export type { RunMetadata, StoredOptions } from './baseline/files/file-schema.js';
export type { Baseline } from './baseline/store.js';
export type { Analysis } from './bench/analyze.js';
export type { DerivedFailure, DerivedRow, TargetRow } from './bench/derived.js';
export type { Commit, Environment, Machine } from './bench/machine/environment.js';
export type { SamplingPlan, InsufficientTime } from './bench/sampling/plan.js';
export type { BenchmarkFailure, RunPosition } from './bench/run-benchmarks.js';
export type { Sample, SamplingMode } from './bench/sampling/sample.js';
export type { WarmUp } from './bench/sampling/warm-up.js';
export type { Estimates } from './stats/bootstrap.js';
export type { Change } from './stats/comparison.js';
export type { ConfidenceInterval, Estimate } from './stats/estimate.js';
export type { Fences, Outlier, OutlierCounts } from './stats/outliers.js';
export { type RenderedReport, type ReportFormatName, renderReport } from './report/formats.js';
export type { Page } from './report/html/html.js';
