// How does a whole run go, from the first benchmark to the last?
import { type Analysis, analyze } from './analyze.js';
import { type Clock, NS_PER_S } from './sampling/clock.js';
import { type Batch, type BenchmarkDefinition, benchmarkId, type SetupContext } from './suite/definition.js';
import { BenchError } from './errors.js';
import type { Exercise } from './sampling/untimed.js';
import type { Latency } from './sampling/latency.js';
import { checkMetrics, type ExactMetrics } from './exact-metrics.js';
import type { Options } from './options.js';
import { type Plan, planSamples } from './sampling/plan.js';
import { takeQuickSample } from './sampling/quick-sample.js';
import type { Sample } from './sampling/sample.js';
import { takeSample } from './sampling/sampler.js';
import { type Guard, supervised, type Supervision } from './process-guard.js';
import { presentable } from './error-text.js';
import { type WarmUp, warmUp } from './sampling/warm-up.js';

/** Time spent on single calls, against that on the sample. */
const LATENCY_SHARE = 0.1;

/** One benchmark, measured. */
export interface Result {
  /** `group/function` or `group/function/value`. */
  readonly id: string;
  /** Its definition. */
  readonly benchmark: BenchmarkDefinition;
  /** Absent where the sample was quick, or not taken in this run. */
  readonly warmUp?: WarmUp;
  /** Absent where the sample was quick, or not taken in this run. */
  readonly plan?: Plan;
  /** What was measured. */
  readonly sample: Sample;
  /** What follows from it. */
  readonly analysis: Analysis;
  /** Its exact metrics by name; none where the benchmark has none. */
  readonly metrics: ExactMetrics;
  /** Of single calls, where the benchmark times them. */
  readonly latency?: Latency;
}

/** One benchmark that threw, in its setup, while it ran, or in what was done with its result. */
export interface Failure {
  /** The benchmark's id. */
  readonly id: string;
  /** What was thrown; an `Error` with it as the `cause` where it is an object without a message. */
  readonly error: unknown;
}

/** Where in a run a benchmark stands. */
export interface Position {
  /** The benchmark's id. */
  readonly id: string;
  /** From 1. */
  readonly number: number;
  /** How many benchmarks the run has. */
  readonly total: number;
}

/** Follows how far a run is. Nothing is called while a batch runs. */
export interface ProgressObserver {
  /**
   * Before a benchmark's setup.
   *
   * @param position - Where the benchmark stands.
   */
  onStart?(position: Position): void;
  /**
   * Before its warm-up.
   *
   * @param position - Where the benchmark stands.
   */
  onWarmUp?(position: Position): void;
  /**
   * Once it is known how many iterations each batch gets.
   *
   * @param position - Where the benchmark stands.
   * @param plan - The batches to come.
   */
  onPlan?(position: Position, plan: Plan): void;
  /**
   * Before each batch.
   *
   * @param position - Where the benchmark stands.
   * @param plan - All batches.
   * @param done - How many of them are done.
   */
  onBatch?(position: Position, plan: Plan, done: number): void;
  /**
   * Once a benchmark has failed.
   *
   * @param failure - What it threw.
   */
  onFailure?(failure: Failure): void;
}

/** Follows a run, and takes its results. */
export interface Observer extends ProgressObserver {
  /**
   * What is done with a result; if it throws, the benchmark has failed.
   *
   * @param result - The benchmark, measured.
   */
  onResult?(result: Result): void | Promise<void>;
}

/** How benchmarks are gone through one after another. */
export interface Sequence extends Supervision {
  /** Stop at the first failure. */
  readonly failFast: boolean;
  readonly observer?: Observer | undefined;
}

export interface RunOptions extends Sequence {
  readonly options: Options;
  readonly clock: Clock;
  /** Take two batches that agree for a sample, without a plan. Default false. */
  readonly isQuick?: boolean;
}

/** What became of a run. */
export interface Outcome {
  /** In the order in which they were measured. */
  readonly results: readonly Result[];
  readonly failures: readonly Failure[];
  /** Whether the signal stopped it; what is in `results` is complete. */
  readonly wasInterrupted: boolean;
}

/**
 * Measures `benchmarks` one after another. One that throws fails, and the others go on unless `failFast`.
 * An abort ends the run after the current batch.
 */
export async function runBenchmarks(benchmarks: readonly BenchmarkDefinition[], run: RunOptions): Promise<Outcome> {
  const results: Result[] = [];
  const rest = await oneByOne(benchmarks, run, async (benchmark, position, guard) => {
    const result = await measure(benchmark, position, run, guard);
    await run.observer?.onResult?.(result);
    results.push(result);
  });
  // A benchmark may also fail behind its result, by what it left to be done later.
  const failed = new Set(rest.failures.map(({ id }) => id));
  return { results: results.filter(({ id }) => !failed.has(id)), ...rest };
}

/** Runs `exercise` on each of `benchmarks`, prepared for `context`, and measures nothing. */
export async function exerciseBenchmarks(
  benchmarks: readonly BenchmarkDefinition[],
  exercise: Exercise,
  sequence: Sequence,
  context?: SetupContext,
): Promise<Omit<Outcome, 'results'>> {
  return oneByOne(benchmarks, sequence, async (benchmark, { id }, guard) => {
    const batch = await guard.wait(benchmark.setup(context));
    await disposing(batch, guard, () => exercise(batch, id, guard.signal));
  });
}

async function oneByOne(
  benchmarks: readonly BenchmarkDefinition[],
  { failFast, signal, observer, supervisor }: Sequence,
  use: (benchmark: BenchmarkDefinition, position: Position, guard: Guard) => Promise<void>,
): Promise<Omit<Outcome, 'results'>> {
  const failures: Failure[] = [];
  for (const [index, benchmark] of benchmarks.entries()) {
    if (signal?.aborted || (failFast && failures.length > 0)) break;
    const position = { id: benchmarkId(benchmark), number: index + 1, total: benchmarks.length };
    observer?.onStart?.(position);
    try {
      await supervised(`benchmark ${position.id}`, { supervisor, signal }, (guard) => use(benchmark, position, guard));
    } catch (error) {
      if (error instanceof BenchError && error.code === 'INTERRUPTED') break;
      const failure = { id: position.id, error: presentable(error) };
      failures.push(failure);
      observer?.onFailure?.(failure);
    }
  }
  return { failures, wasInterrupted: signal?.aborted ?? false };
}

async function measure(
  benchmark: BenchmarkDefinition,
  position: Position,
  run: RunOptions,
  guard: Guard,
): Promise<Result> {
  const batch = await guard.wait(benchmark.setup());
  const measuring = { ...run, signal: guard.signal };
  const measurement = await disposing(batch, guard, () => measureBatch(batch, benchmark, position, measuring));
  const { id } = position;
  return { id, benchmark, ...measurement, analysis: analyze(measurement.sample, run.options, id) };
}

async function measureBatch(
  batch: Batch,
  benchmark: BenchmarkDefinition,
  position: Position,
  run: RunOptions,
): Promise<Omit<Result, 'id' | 'benchmark' | 'analysis'>> {
  run.observer?.onWarmUp?.(position);
  const taken = run.isQuick
    ? { sample: await quickSample(batch, run) }
    : await plannedSample(batch, benchmark, position, run);
  const metrics = checkMetrics(await batch.metrics?.());
  const latency = await batch.latency?.(run.options.measurementTimeS * LATENCY_SHARE);
  return { ...taken, metrics, ...(latency && { latency }) };
}

function quickSample(batch: Batch, { options, clock, signal }: RunOptions): Promise<Sample> {
  const { measurementTimeS, significanceLevel } = options;
  return takeQuickSample(batch, { mostNs: measurementTimeS * NS_PER_S, tolerance: significanceLevel, clock, signal });
}

async function plannedSample(
  batch: Batch,
  benchmark: BenchmarkDefinition,
  position: Position,
  { options, clock, signal, observer }: RunOptions,
): Promise<{ warmUp: WarmUp; plan: Plan; sample: Sample }> {
  const warm = await warmUp(batch, { targetNs: options.warmUpTimeS * NS_PER_S, clock, signal });
  const plan = planSamples({
    meanNs: warm.meanNs,
    targetNs: options.measurementTimeS * NS_PER_S,
    sampleSize: options.sampleSize,
    mode: benchmark.samplingMode ?? 'auto',
  });
  observer?.onPlan?.(position, plan);
  const onBatch = (done: number) => observer?.onBatch?.(position, plan, done);
  return { warmUp: warm, plan, sample: await takeSample(batch, plan, { onBatch, signal }) };
}

/** Runs `use`, then disposes of `batch`. An error of `use` counts more than one of the disposal after it. */
async function disposing<T>(batch: Batch, guard: Guard, use: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await guard.wait(use());
  } catch (error) {
    try {
      await guard.wait(batch.dispose?.());
    } catch {
      // the first error says why
    }
    throw error;
  }
  await guard.wait(batch.dispose?.());
  return result;
}
