// What does `airssys-wasm/bench` offer to those who write benchmarks, or run them from code?
export { async, type BatchExtras, type Hooks, native, type PerBatch, type PerIteration, sync } from './bench/batch.js';
export { type BenchmarkOptions, defineSuite, parameterized, type SuiteOptions } from './bench/define.js';
export {
  type Batch,
  type BenchmarkDefinition,
  type Derived,
  type DerivedTarget,
  type Measured,
  type SamplingModeChoice,
  type Suite,
  type Target,
  type Throughput,
  type Unit,
} from './bench/definition.js';
export { BenchError, type BenchErrorCode, OptionError } from './bench/errors.js';
export type { Latency } from './bench/latency.js';
export type { ExactMetrics } from './bench/metrics.js';
export { DEFAULT_OPTIONS, type Options } from './bench/options.js';
export { type LinearFit, linearFit } from './stats/regression.js';

export { type KeepOptions, runSuites, type RunSuitesOptions } from './session/suites.js';
export type { SessionObserver } from './session/request.js';
export { BaselineError } from './baseline/errors.js';
export type { Format, ReportedResult, RunReport } from './report/run.js';
export { renderBencher } from './report/bencher.js';
export { renderBmf } from './report/bmf.js';
export { renderCsv } from './report/csv.js';
export { renderGithub } from './report/github.js';
export { type Page, renderHtml } from './report/html.js';
export { renderJson } from './report/json.js';
export { renderJunit } from './report/junit.js';
export { renderMarkdown } from './report/markdown.js';
