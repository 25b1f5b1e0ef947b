// What does `airssys-wasm/bench` offer to those who write benchmarks, or run them from code?
export {
  async,
  type BatchExtras,
  type Hooks,
  native,
  type PerBatch,
  type PerIteration,
  sync,
} from './bench/suite/batch.js';
export { type BenchmarkOptions, defineSuite, parameterized, type SuiteOptions } from './bench/suite/define.js';
export {
  type Batch,
  type BenchmarkDefinition,
  type Derived,
  type DerivedTarget,
  type Measured,
  type Profile,
  type Profiler,
  type Remarked,
  type SamplingModeChoice,
  type SetupContext,
  type Suite,
  type Target,
  type Throughput,
  type Unit,
} from './bench/suite/definition.js';
export { BenchError, type BenchErrorCode, OptionError } from './bench/errors.js';
export type { Latency } from './bench/sampling/latency.js';
export type { ExactMetrics } from './bench/exact-metrics.js';
export { DEFAULT_OPTIONS, type Options } from './bench/options.js';
export { type LinearFit, linearFit } from './stats/regression.js';

export { type KeepOptions, runSuites, type RunSuitesOptions } from './session/run-suites.js';
export type { SessionObserver } from './session/request.js';
export { BaselineError, type BaselineErrorCode } from './baseline/errors.js';
export type { Format, ReportedResult, RunReport } from './report/run-report.js';
// What a report is made of.
export type { Comparison, Verdict } from './baseline/compare.js';
export type { Circumstances, StoredOptions } from './baseline/files/schema.js';
export type { Baseline } from './baseline/store.js';
export type { Analysis } from './bench/analyze.js';
export type { DerivedFailure, DerivedRow, TargetRow } from './bench/derived.js';
export type { Commit, Environment, Machine } from './bench/machine/environment.js';
export type { Plan, Shortfall } from './bench/sampling/plan.js';
export type { Failure, Position } from './bench/run.js';
export type { Sample, SamplingMode } from './bench/sampling/sample.js';
export type { WarmUp } from './bench/sampling/warm-up.js';
export type { Estimates } from './stats/bootstrap.js';
export type { Change } from './stats/comparison.js';
export type { ConfidenceInterval, Estimate } from './stats/estimate.js';
export type { Fences, Outlier, OutlierCounts } from './stats/outliers.js';
export { renderBencher } from './report/formats/bencher.js';
export { renderBmf } from './report/formats/bmf.js';
export { renderCsv } from './report/formats/csv.js';
export { renderGithub } from './report/formats/github.js';
export { type Page, renderHtml } from './report/html/html.js';
export { renderJson } from './report/formats/json.js';
export { renderJunit } from './report/formats/junit.js';
export { renderMarkdown } from './report/formats/markdown.js';
