// How does a function become a batch: a loop that is timed, and nothing else with it?
//
// Each batch gets a loop compiled for it alone. One shared loop would collect the type feedback of every benchmark
// that ran before, and its call of the measured function would be inlined for the first and not for the others: the
// order of the benchmarks would show in their times.
import { compileFunction } from 'node:vm';

import type { Batch } from './definition.js';
import { timeSingleCalls } from './latency.js';

/** What a batch may have beside its loop. */
export type BatchExtras = Pick<Batch, 'metrics' | 'latency' | 'dispose'>;

/** Preparation and clean-up around each iteration; neither is timed. */
export interface IterationHooks<Input, Output> {
  /** Makes the input of one iteration. */
  readonly setup?: () => Input;
  /** Disposes of one iteration's input and output. */
  readonly teardown?: (input: Input, output: Output) => void | Promise<void>;
  /**
   * How many inputs are prepared, and alive, at once: the clock is read once before and once after so many iterations.
   * Default 64.
   */
  readonly chunk?: number;
}

const DEFAULT_CHUNK = 64;

/**
 * A batch that calls `fn` in a synchronous loop. The result of every call is stored where the optimizer cannot see
 * that nobody reads it.
 *
 * @param fn - The measured code. With `setup`, its input is the argument.
 */
export function sync<Input = void, Output = unknown>(
  fn: (input: Input) => Output,
  options: IterationHooks<Input, Output> & BatchExtras = {},
): Batch {
  const { setup, teardown, chunk = DEFAULT_CHUNK, ...extras } = options;
  if (setup === undefined && teardown === undefined) {
    const loop = compile('', 'sink.value = fn()') as SyncLoop;
    return { ...extras, run: (iterations) => loop(fn, iterations, sink, now) };
  }
  const loop = compile('', 'outputs[i] = fn(inputs[i])') as SyncLoop;
  return {
    ...extras,
    run: (iterations) =>
      inChunks(iterations, chunk, { setup, teardown }, (size, inputs, outputs) =>
        loop(fn, size, sink, now, inputs, outputs),
      ),
  };
}

/**
 * A batch that calls `fn` and awaits what it returns, one call after another. The time of an `await` is part of each
 * iteration.
 *
 * Without preparation, single calls are timed as well: how long the slowest take is what those who wait for one see.
 *
 * @param fn - The measured code. With `setup`, its input is the argument.
 */
export function async<Input = void, Output = unknown>(
  fn: (input: Input) => PromiseLike<Output> | Output,
  options: IterationHooks<Input, Output> & BatchExtras = {},
): Batch {
  const { setup, teardown, chunk = DEFAULT_CHUNK, ...extras } = options;
  if (setup === undefined && teardown === undefined) {
    const loop = compile('async', 'sink.value = await fn()') as AsyncLoop;
    const latency: Batch['latency'] = (seconds) => timeSingleCalls(fn as () => unknown, seconds);
    return { latency, ...extras, run: (iterations) => loop(fn, iterations, sink, now) };
  }
  const loop = compile('async', 'outputs[i] = await fn(inputs[i])') as AsyncLoop;
  return {
    ...extras,
    run: (iterations) =>
      inChunks(iterations, chunk, { setup, teardown }, (size, inputs, outputs) =>
        loop(fn, size, sink, now, inputs, outputs),
      ),
  };
}

/**
 * A batch whose loop runs elsewhere, in native code say, and is timed there.
 *
 * @param run - Runs so many iterations and returns the elapsed nanoseconds.
 */
export function native(run: Batch['run'], extras: BatchExtras = {}): Batch {
  return { ...extras, run };
}

type LoopArguments = [
  fn: (input: never) => unknown,
  iterations: number,
  sink: { value: unknown },
  now: () => bigint,
  inputs?: unknown[],
  outputs?: unknown[],
];
type SyncLoop = (...args: LoopArguments) => bigint;
type AsyncLoop = (...args: LoopArguments) => Promise<bigint>;

const sink: { value: unknown } = { value: undefined };
const now = (): bigint => process.hrtime.bigint();
let compiled = 0;

function compile(modifier: '' | 'async', statement: string): SyncLoop | AsyncLoop {
  // V8 gives equal sources one function with one set of feedback: the number keeps them apart.
  const source = `return ${modifier} function loop${compiled++}(fn, iterations, sink, now, inputs, outputs) {
    const start = now();
    for (let i = 0; i < iterations; i++) ${statement};
    return now() - start;
  }`;
  return compileFunction(source)() as SyncLoop | AsyncLoop;
}

async function inChunks<Input, Output>(
  iterations: number,
  chunk: number,
  hooks: { setup: (() => Input) | undefined; teardown: IterationHooks<Input, Output>['teardown'] | undefined },
  loop: (size: number, inputs: Input[], outputs: Output[]) => bigint | Promise<bigint>,
): Promise<bigint> {
  let elapsedNs = 0n;
  for (let done = 0; done < iterations; done += chunk) {
    const size = Math.min(chunk, iterations - done);
    const inputs = Array.from({ length: size }, () => hooks.setup?.() as Input);
    const outputs = new Array<Output>(size);
    elapsedNs += await loop(size, inputs, outputs);
    if (hooks.teardown === undefined) continue;
    for (let i = 0; i < size; i++) await hooks.teardown(inputs[i] as Input, outputs[i] as Output);
  }
  return elapsedNs;
}
