// Run of benchmarks one after another: setup, warm-up, sampling, metrics and disposal of each.
import { type Analysis, analyze } from './analyze.js';
import { type Clock, NS_PER_S } from './timing/clock.js';
import { type Routine, type BenchmarkDefinition, benchmarkId, type SetupContext } from './suite/definition.js';
import { BenchError } from './errors.js';
import type { UntimedRun } from './sampling/untimed.js';
import type { Latency } from './timing/latency.js';
import { validateMetrics, type ExactMetrics } from './exact-metrics.js';
import type { Options } from './options.js';
import { type SamplingPlan, planSamples } from './sampling/plan.js';
import { takeQuickSample } from './sampling/quick-sample.js';
import type { Sample } from './sampling/sample.js';
import { takeSample } from './sampling/sampler.js';
import { type ProcessGuard, supervised, type Supervision } from './process-guard.js';
import { toReportable } from './error-text.js';
import { type WarmUp, warmUp } from './sampling/warm-up.js';

/** Time for single calls, as a share of the measurement time. */
const LATENCY_SHARE = 0.1;

/** The result of one measured benchmark. */
export interface BenchmarkResult {
  /** `group/function` or `group/function/value`. */
  readonly id: string;
  /** The benchmark's definition. */
  readonly benchmark: BenchmarkDefinition;
  /** The warm-up; absent if the sample was quick or not taken in this run. */
  readonly warmUp?: WarmUp;
  /** The plan of the batches; absent if the sample was quick or not taken in this run. */
  readonly plan?: SamplingPlan;
  /** The raw measurements. */
  readonly sample: Sample;
  /** Statistics of the sample. */
  readonly analysis: Analysis;
  /** Exact metrics by name; empty if the benchmark has none. */
  readonly metrics: ExactMetrics;
  /** Times of single calls, if the benchmark measures them. */
  readonly latency?: Latency;
}

/** A benchmark that failed: in its setup, while it ran, or when its result was processed. */
export interface BenchmarkFailure {
  /** The benchmark's id. */
  readonly id: string;
  /** The thrown value; an object without a message is wrapped as the `cause` of an `Error`. */
  readonly error: unknown;
}

/** Position of a benchmark in its run. */
export interface RunPosition {
  /** The benchmark's id. */
  readonly id: string;
  /** Its number in the run, from 1. */
  readonly number: number;
  /** Number of benchmarks in the run. */
  readonly total: number;
}

/** Observes the progress of a run. No method is called while a batch runs. */
export interface ProgressObserver {
  /**
   * Called before a benchmark's setup.
   *
   * @param position - The benchmark's position in the run.
   */
  onStart?(position: RunPosition): void;
  /**
   * Called before a benchmark's warm-up.
   *
   * @param position - The benchmark's position in the run.
   */
  onWarmUp?(position: RunPosition): void;
  /**
   * Called when the batches are planned.
   *
   * @param position - The benchmark's position in the run.
   * @param plan - The planned batches.
   */
  onPlan?(position: RunPosition, plan: SamplingPlan): void;
  /**
   * Called before each batch.
   *
   * @param position - The benchmark's position in the run.
   * @param plan - The planned batches.
   * @param done - Number of finished batches.
   */
  onBatch?(position: RunPosition, plan: SamplingPlan, done: number): void;
  /**
   * Called when a benchmark has failed.
   *
   * @param failure - The benchmark and its error.
   */
  onFailure?(failure: BenchmarkFailure): void;
}

/** Observes a run and receives its results. */
export interface Observer extends ProgressObserver {
  /**
   * Processes a result. If it throws, the benchmark has failed.
   *
   * @param result - The result of the benchmark.
   */
  onResult?(result: BenchmarkResult): void | Promise<void>;
}

/** Options of a sequence of benchmarks. */
export interface SequenceOptions extends Supervision {
  /** Stops at the first failure. */
  readonly failFast: boolean;
  readonly observer?: Observer | undefined;
}

/** Options of a measuring run. */
export interface RunOptions extends SequenceOptions {
  readonly options: Options;
  readonly clock: Clock;
  /** Samples only until two batches agree, without a plan. Default false. */
  readonly isQuick?: boolean;
}

/** The outcome of a run. */
export interface RunOutcome {
  /** Results in the order of measurement. */
  readonly results: readonly BenchmarkResult[];
  /** The benchmarks that failed. */
  readonly failures: readonly BenchmarkFailure[];
  /** Whether the signal stopped the run; each of the `results` is complete. */
  readonly wasInterrupted: boolean;
}

/**
 * Measures `benchmarks` one after another. A failure does not stop the others unless `failFast` is set. An abort stops
 * the run after the current batch.
 */
export async function runBenchmarks(benchmarks: readonly BenchmarkDefinition[], run: RunOptions): Promise<RunOutcome> {
  const results: BenchmarkResult[] = [];
  const rest = await runSequentially(benchmarks, run, async (benchmark, position, guard) => {
    const result = await measure(benchmark, position, run, guard);
    await run.observer?.onResult?.(result);
    results.push(result);
  });
  // A benchmark can still fail after its result, through work that it left pending.
  const failed = new Set(rest.failures.map(({ id }) => id));
  return { results: results.filter(({ id }) => !failed.has(id)), ...rest };
}

/** Runs `untimed` on each of `benchmarks`, set up with `context`, without measuring. */
export async function runUntimed(
  benchmarks: readonly BenchmarkDefinition[],
  untimed: UntimedRun,
  sequence: SequenceOptions,
  context?: SetupContext,
): Promise<Omit<RunOutcome, 'results'>> {
  return runSequentially(benchmarks, sequence, async (benchmark, { id }, guard) => {
    const routine = await guard.wait(benchmark.setup(context));
    await disposing(routine, guard, () => untimed(routine, id, guard.signal));
  });
}

async function runSequentially(
  benchmarks: readonly BenchmarkDefinition[],
  { failFast, signal, observer, supervisor }: SequenceOptions,
  use: (benchmark: BenchmarkDefinition, position: RunPosition, guard: ProcessGuard) => Promise<void>,
): Promise<Omit<RunOutcome, 'results'>> {
  const failures: BenchmarkFailure[] = [];
  for (const [index, benchmark] of benchmarks.entries()) {
    if (signal?.aborted || (failFast && failures.length > 0)) break;
    const position = { id: benchmarkId(benchmark), number: index + 1, total: benchmarks.length };
    observer?.onStart?.(position);
    try {
      await supervised(`benchmark ${position.id}`, { supervisor, signal }, (guard) => use(benchmark, position, guard));
    } catch (error) {
      if (error instanceof BenchError && error.code === 'INTERRUPTED') break;
      const failure = { id: position.id, error: toReportable(error) };
      failures.push(failure);
      observer?.onFailure?.(failure);
    }
  }
  return { failures, wasInterrupted: signal?.aborted ?? false };
}

async function measure(
  benchmark: BenchmarkDefinition,
  position: RunPosition,
  run: RunOptions,
  guard: ProcessGuard,
): Promise<BenchmarkResult> {
  const routine = await guard.wait(benchmark.setup());
  const measuring = { ...run, signal: guard.signal };
  const measurement = await disposing(routine, guard, () => measureRoutine(routine, benchmark, position, measuring));
  const { id } = position;
  return { id, benchmark, ...measurement, analysis: analyze(measurement.sample, run.options, id) };
}

async function measureRoutine(
  routine: Routine,
  benchmark: BenchmarkDefinition,
  position: RunPosition,
  run: RunOptions,
): Promise<Omit<BenchmarkResult, 'id' | 'benchmark' | 'analysis'>> {
  run.observer?.onWarmUp?.(position);
  const sampled = run.isQuick
    ? { sample: await quickSample(routine, run) }
    : await plannedSample(routine, benchmark, position, run);
  const metrics = validateMetrics(await routine.metrics?.());
  const latency = await routine.latency?.(run.options.measurementTimeS * LATENCY_SHARE);
  return { ...sampled, metrics, ...(latency && { latency }) };
}

function quickSample(routine: Routine, { options, clock, signal }: RunOptions): Promise<Sample> {
  const { measurementTimeS, significanceLevel } = options;
  return takeQuickSample(routine, { maxNs: measurementTimeS * NS_PER_S, tolerance: significanceLevel, clock, signal });
}

async function plannedSample(
  routine: Routine,
  benchmark: BenchmarkDefinition,
  position: RunPosition,
  { options, clock, signal, observer }: RunOptions,
): Promise<{ warmUp: WarmUp; plan: SamplingPlan; sample: Sample }> {
  const warmedUp = await warmUp(routine, { targetNs: options.warmUpTimeS * NS_PER_S, clock, signal });
  const plan = planSamples({
    meanNs: warmedUp.meanNs,
    targetNs: options.measurementTimeS * NS_PER_S,
    sampleSize: options.sampleSize,
    mode: benchmark.samplingMode ?? 'auto',
  });
  observer?.onPlan?.(position, plan);
  const onBatch = (done: number) => observer?.onBatch?.(position, plan, done);
  return { warmUp: warmedUp, plan, sample: await takeSample(routine, plan, { onBatch, signal }) };
}

/** Runs `use`, then disposes of `routine`. If both throw, the error of `use` is rethrown. */
async function disposing<T>(routine: Routine, guard: ProcessGuard, use: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await guard.wait(use());
  } catch (error) {
    try {
      await guard.wait(routine.dispose?.());
    } catch {
      // the error of `use` is the cause
    }
    throw error;
  }
  await guard.wait(routine.dispose?.());
  return result;
}
