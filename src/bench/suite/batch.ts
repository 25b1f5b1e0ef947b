// How does a function become a batch: a loop that is timed, and preparation around it that is not?
import { types } from 'node:util';

import { refuse, refuseUnknownFields, shown } from './validate.js';
import { monotonicNs } from '../sampling/clock.js';
import type { Batch } from './definition.js';
import { timeSingleCalls } from '../sampling/latency.js';
import { asyncLoop, type Loop, type LoopForm, loopStore, type LoopStore, syncLoop } from '../sampling/loop.js';

/** What a batch may have beside its loop. */
export type BatchExtras = Omit<Batch, 'run'>;

/** Preparation and clean-up around each iteration; neither is timed. */
export interface PerIteration<Input, Output> {
  /** How often the hooks run. Default `iteration`. */
  readonly per?: 'iteration';
  /** Makes the input of one iteration. */
  readonly setup?: () => Input | Promise<Input>;
  /** Disposes of one iteration's input and output; the output is `undefined` where an error came before it. */
  readonly teardown?: (input: Input, output: Output) => void | Promise<void>;
  /**
   * How many inputs are prepared, and alive, at once: the clock is read once before and once after so many iterations.
   * Default 64.
   */
  readonly chunk?: number;
}

/** Preparation and clean-up around each batch, whose iterations share one input; neither is timed. */
export interface PerBatch<Input> {
  /** How often the hooks run. */
  readonly per: 'batch';
  /** Makes the input of all iterations of one batch. */
  readonly setup?: () => Input | Promise<Input>;
  /** Disposes of one batch's input. */
  readonly teardown?: (input: Input) => void | Promise<void>;
}

/** What happens around the measured function, outside of the time. */
export type Hooks<Input, Output> = PerIteration<Input, Output> | PerBatch<Input>;

const DEFAULT_CHUNK = 64;

/**
 * A batch that calls `fn` in a synchronous loop, which costs less than 3 ns an iteration and allocates nothing. The
 * result of every call is kept, so that the optimizer cannot leave the call out.
 *
 * @param fn - The measured code. With `setup`, its input is the argument.
 * @param options - Preparation and clean-up, exact metrics, disposal.
 * @returns What a benchmark's `setup` returns.
 * @throws BenchError with `BAD_DEFINITION` for what is no function, an unknown or impossible option and, when it runs,
 * a function that returns a promise.
 */
export function sync<Input = void, Output = unknown>(
  fn: (input: Input) => Output,
  options: Hooks<Input, Output> & BatchExtras = {},
): Batch {
  const { hooks, extras } = readOptions('sync', fn, options);
  const form = formOf(hooks);
  const loop = syncLoop(form);
  return { ...extras, run: runner(fn, form, hooks, (...args) => refusingPromises(loop(...args), args[2])) };
}

/**
 * A batch that calls `fn` and awaits what it returns, one call after another. The time of an `await` is part of each
 * iteration.
 *
 * Without preparation, single calls are timed as well: how long the slowest take is what those who wait for one see.
 *
 * @param fn - The measured code. With `setup`, its input is the argument.
 * @param options - Preparation and clean-up, exact metrics, disposal.
 * @returns What a benchmark's `setup` returns.
 * @throws BenchError with `BAD_DEFINITION` for what is no function, and an unknown or impossible option.
 */
export function async<Input = void, Output = unknown>(
  fn: (input: Input) => PromiseLike<Output> | Output,
  options: Hooks<Input, Output> & BatchExtras = {},
): Batch {
  const { hooks, extras } = readOptions('async', fn, options);
  const form = formOf(hooks);
  const latency: Batch['latency'] = (seconds) => timeSingleCalls(fn as () => unknown, seconds);
  return {
    ...(isBare(hooks) && { latency }),
    ...extras,
    run: runner(fn, form, hooks, asyncLoop(form)),
  };
}

/**
 * A batch whose loop runs elsewhere, in native code say, and is timed there.
 *
 * @param run - Runs so many iterations and returns the elapsed nanoseconds.
 * @param extras - Exact metrics, times of single calls, disposal.
 * @returns What a benchmark's `setup` returns.
 * @throws BenchError with `BAD_DEFINITION` for what is no function, and an unknown option.
 */
export function native(run: Batch['run'], extras: BatchExtras = {}): Batch {
  requireFunction('native', run);
  refuseUnknownFields('options of native', extras, EXTRAS);
  return { ...extras, run };
}

const EXTRAS = Object.keys({ metrics: true, latency: true, profile: true, dispose: true } satisfies Record<
  keyof BatchExtras,
  true
>);
const OPTIONS = ['setup', 'teardown', 'per', 'chunk', ...EXTRAS];
const FREQUENCIES: readonly unknown[] = ['iteration', 'batch'];

/** The hooks with their defaults, whatever their input and output. */
interface ReadHooks {
  readonly per: 'iteration' | 'batch';
  readonly setup: (() => unknown) | undefined;
  readonly teardown: ((input: never, output: never) => void | Promise<void>) | undefined;
  readonly chunk: number;
}

function readOptions(maker: string, fn: unknown, options: object): { hooks: ReadHooks; extras: BatchExtras } {
  requireFunction(maker, fn);
  refuseUnknownFields(`options of ${maker}`, options, OPTIONS);
  const {
    setup,
    teardown,
    per = 'iteration',
    chunk = DEFAULT_CHUNK,
    ...extras
  } = options as Partial<ReadHooks> & BatchExtras;
  if (!FREQUENCIES.includes(per)) refuse(`the option per of ${maker} is ${shown(per)}: give 'iteration' or 'batch'`);
  if (!Number.isSafeInteger(chunk) || chunk < 1) {
    refuse(`the option chunk of ${maker} is ${shown(chunk)}: give a whole number of at least 1`);
  }
  for (const [name, hook] of Object.entries({ setup, teardown })) {
    if (hook !== undefined && typeof hook !== 'function')
      refuse(`the option ${name} of ${maker} is ${shown(hook)}: give a function`);
  }
  return { hooks: { per, setup, teardown, chunk }, extras };
}

function requireFunction(maker: string, fn: unknown): void {
  if (typeof fn === 'function') return;
  refuse(
    `${maker} got ${shown(fn)}: give it the function to measure, not what it returns, as in ${maker}(() => work())`,
  );
}

function isBare({ setup, teardown }: ReadHooks): boolean {
  return setup === undefined && teardown === undefined;
}

function formOf(hooks: ReadHooks): LoopForm {
  if (isBare(hooks)) return { input: 'none', keepsOutputs: false };
  const isOwn = hooks.per === 'iteration';
  return { input: isOwn ? 'own' : 'shared', keepsOutputs: isOwn && hooks.teardown !== undefined };
}

type Elapsed = bigint | Promise<bigint>;

function runner(
  fn: (input: never) => unknown,
  form: LoopForm,
  hooks: ReadHooks,
  loop: Loop<Elapsed>,
): (iterations: number) => Elapsed {
  // One store for all batches: what is kept in it takes its form during the warm-up, and no array grows in the time.
  const store = loopStore();
  const time = (iterations: number) => loop(fn, iterations, store, monotonicNs);
  switch (form.input) {
    case 'none':
      return time;
    case 'shared':
      return (iterations) => aroundBatch(iterations, hooks, store, time);
    case 'own':
      return (iterations) => aroundChunks(iterations, hooks, store, time);
  }
}

async function aroundBatch(
  iterations: number,
  { setup, teardown }: ReadHooks,
  { inputs }: LoopStore,
  time: (iterations: number) => Elapsed,
): Promise<bigint> {
  inputs[0] = await setup?.();
  let elapsedNs: bigint;
  try {
    elapsedNs = await time(iterations);
  } catch (error) {
    await cleanUp(teardown, inputs[0], undefined);
    throw error;
  }
  await teardown?.(inputs[0] as never, undefined as never);
  release(inputs);
  return elapsedNs;
}

async function aroundChunks(
  iterations: number,
  hooks: ReadHooks,
  store: LoopStore,
  time: (iterations: number) => Elapsed,
): Promise<bigint> {
  let elapsedNs = 0n;
  for (let done = 0; done < iterations; done += hooks.chunk) {
    elapsedNs += await aroundChunk(Math.min(hooks.chunk, iterations - done), hooks, store, time);
  }
  release(store.inputs);
  release(store.outputs);
  return elapsedNs;
}

/** Stands where there is no output yet: an array of numbers takes it without becoming one of another kind. */
const NO_OUTPUT = NaN;

async function aroundChunk(
  size: number,
  { setup, teardown }: ReadHooks,
  { inputs, outputs }: LoopStore,
  time: (iterations: number) => Elapsed,
): Promise<bigint> {
  let [prepared, cleaned] = [0, 0];
  try {
    for (; prepared < size; prepared++) {
      const input = setup?.();
      inputs[prepared] = types.isPromise(input) ? await input : input;
    }
    if (teardown === undefined) return await time(size);
    while (outputs.length < size) outputs.push(NO_OUTPUT);
    outputs.fill(NO_OUTPUT, 0, size);
    const elapsedNs = await time(size);
    while (cleaned < size) {
      const i = cleaned++;
      await teardown(inputs[i] as never, outputs[i] as never);
    }
    return elapsedNs;
  } catch (error) {
    for (; cleaned < prepared; cleaned++) {
      const output = Number.isNaN(outputs[cleaned]) ? undefined : outputs[cleaned];
      // What cannot be cleaned up either is no reason to leave the rest; the first error says why.
      await cleanUp(teardown, inputs[cleaned], output);
    }
    throw error;
  }
}

async function cleanUp(teardown: ReadHooks['teardown'], input: unknown, output: unknown): Promise<void> {
  try {
    await teardown?.(input as never, output as never);
  } catch {
    // the caller has an error already
  }
}

/** Lets go of what an array holds. One of numbers holds nothing, and stays one that takes numbers without a box. */
function release(held: unknown[]): void {
  if (typeof held[0] !== 'number') held.fill(undefined);
}

/** A promise from a synchronous function is found in the warm-up, whose first batch is one call. */
function refusingPromises(elapsedNs: bigint, { other, outputs: [first] }: LoopStore): bigint {
  const promise = [other, first].find((output) => types.isPromise(output));
  if (promise === undefined) return elapsedNs;
  promise.catch(() => undefined); // whether it is rejected as well is of no interest
  refuse(
    'the function given to sync returned a promise, so that only its beginning would be timed: give it to async; to time just the beginning, return something else',
  );
}
