// What does the bench offer to those who write benchmarks, or run them from code?
export { parseShard, type Shard, shardOf } from './shard.js';
export { adviceFor, adviceForResult } from './advice.js';
export { type Analysis, analyze } from './analyze.js';
export { async, type BatchExtras, type Hooks, native, type PerBatch, type PerIteration, sync } from './batch.js';
export { type Clock, systemClock } from './clock.js';
export { type Conditions, probeConditions, type ProbeOptions } from './conditions.js';
export {
  type Batch,
  type BenchmarkDefinition,
  benchmarkId,
  categoryOf,
  type Derived,
  type DerivedTarget,
  type Measured,
  type Profile,
  type Profiler,
  PROFILERS,
  type SamplingModeChoice,
  type SetupContext,
  type Suite,
  type Target,
  type Throughput,
  type Unit,
} from './definition.js';
export { type BenchmarkOptions, defineSuite, parameterized, type SuiteOptions } from './define.js';
export { type DerivedFailure, type DerivedRow, deriveRows, type TargetRow, targetRows } from './derived.js';
export {
  type Commit,
  describeEnvironment,
  type Environment,
  type EnvironmentOptions,
  type Machine,
} from './environment.js';
export { BenchError, type BenchErrorCode, OptionError } from './errors.js';
export { type Exercise, forSeconds, once } from './exercise.js';
export { type Latency, timeSingleCalls } from './latency.js';
export type { ExactMetrics } from './metrics.js';
export { DEFAULT_OPTIONS, type Options, parseOptions } from './options.js';
export { type Plan, planSamples, type PlanOptions, type Shortfall } from './plan.js';
export { QUICK_SAMPLE_SIZE, type QuickOptions, takeQuickSample } from './quick.js';
export {
  exerciseBenchmarks,
  type Failure,
  type Observer,
  type Outcome,
  type Position,
  type ProgressObserver,
  type Result,
  runBenchmarks,
  type RunOptions,
  type Sequence,
} from './run.js';
export type { Sample, SamplingMode } from './sample.js';
export { type SamplerOptions, takeSample } from './sampler.js';
export { selectBenchmarks, type Selection, selectsId } from './select.js';
export { checkSuites } from './suites.js';
export {
  type Guard,
  neverFinished,
  supervised,
  type Supervision,
  type Supervisor,
  type Undertaking,
} from './supervision.js';
export { presentable, stackOf, textOf } from './thrown.js';
export { type WarmUp, warmUp, type WarmUpOptions } from './warm-up.js';
export type { Estimates } from '../stats/bootstrap.js';
export type { ConfidenceInterval, Estimate } from '../stats/estimate.js';
export { type LinearFit, linearFit } from '../stats/regression.js';
