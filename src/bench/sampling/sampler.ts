// Sampler: runs the planned batches in order, scheduled by benchmark.js.
//
// benchmark.js schedules the batches and owns their lifecycle; our batches measure the time. By default it evaluates
// source text, discards fast cycles, repeats a batch whose body throws and adds 10–90 ns per iteration. Therefore each
// of its deferred cycles runs exactly one planned batch, and its results are ignored:
//
//   cycle ─→ fn(deferred) ─→ routine.run(planned iterations) ─→ record ─→ resolve ─→ next cycle … complete
//                                      └ throws ─→ keep the error, abort, resolve ─→ complete ─→ rethrow
import Benchmark from 'benchmark';

import type { Routine } from '../suite/definition.js';
import { BenchError } from '../errors.js';
import type { SamplingPlan } from './plan.js';
import { runTimedBatch, type Sample } from './sample.js';

/** benchmark.js with the clocks captured now: if measured code replaced them, it would wait forever. */
const Scheduler = Benchmark.runInContext({
  Date: class extends Date {
    static override readonly now = Date.now;
  },
  process: { hrtime: process.hrtime },
}) as unknown as typeof Benchmark;

/** Options of sampling. */
export interface SamplerOptions {
  /** Called between batches, never while one runs, with the number of finished batches. */
  readonly onBatch?: ((done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs the batches of `plan` in order.
 *
 * @returns One time for each planned batch.
 * @throws Whatever the routine throws; BenchError with `BAD_MEASUREMENT` if a batch takes no time, `INTERRUPTED` when the
 * signal is aborted, `NO_CODE_GENERATION` if this process forbids the code generation that benchmark.js needs.
 */
export async function takeSample(routine: Routine, plan: SamplingPlan, options: SamplerOptions = {}): Promise<Sample> {
  requireCodeGeneration();
  const timesNs: number[] = [];
  await schedule(plan.iterations.length, async (index) => {
    if (options.signal?.aborted) throw new BenchError('INTERRUPTED', 'interrupted during sampling');
    options.onBatch?.(index);
    timesNs.push(await runTimedBatch(routine, plan.iterations[index] as number));
  });
  return { mode: plan.mode, iterations: plan.iterations, timesNs };
}

/** Runs `cycle` for each index in order through benchmark.js, and rethrows the first error. */
function schedule(cycles: number, cycle: (index: number) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let index = 0;
    let failure: { readonly error: unknown } | undefined;
    const benchmark = new Scheduler({
      defer: true,
      async: true,
      initCount: 1,
      minTime: Number.MIN_VALUE,
      minSamples: cycles,
      maxTime: -1,
      delay: 0,
      fn: (deferred: Pick<Benchmark.Deferred, 'resolve'>) => {
        const settle = () => deferred.resolve();
        // benchmark.js repeats a cycle that it clocked at 0, after the plan is complete.
        if (index >= cycles || failure !== undefined) return settle();
        cycle(index++).then(settle, (error: unknown) => {
          failure = { error };
          benchmark.abort();
          settle();
        });
      },
      onComplete: () => (failure === undefined ? resolve() : reject(failure.error)),
    });
    benchmark.run();
  });
}

function requireCodeGeneration(): void {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- tests for what benchmark.js does
    void new Function('');
  } catch (cause) {
    throw new BenchError(
      'NO_CODE_GENERATION',
      'benchmark.js needs code generation from strings, which this process forbids: start node without --disallow-code-generation-from-strings',
      { cause },
    );
  }
}
