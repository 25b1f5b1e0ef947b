// Routines: a timed loop over a function, with untimed preparation and clean-up around it.
import { types } from 'node:util';

import { inspectShort, namesOf, rejectDefinition, rejectUnknownFields } from './validate.js';
import { monotonicNs } from '../timing/clock.js';
import type { Routine } from './definition.js';
import { timeSingleCalls } from '../timing/latency.js';
import { asyncLoop, type Loop, type LoopForm, loopStore, type LoopStore, syncLoop } from '../timing/loop.js';

/** Options of a routine: all of its members but `run`. */
export type RoutineOptions = Omit<Routine, 'run'>;

/** Untimed preparation and clean-up of each iteration. */
export interface IterationHooks<Input, Output> {
  /** The hooks run for each iteration. Default `iteration`. */
  readonly per?: 'iteration';
  /** Creates the input of one iteration. */
  readonly setup?: () => Input | Promise<Input>;
  /** Disposes of one iteration's input and output; the output is `undefined` if an error occurred before it. */
  readonly teardown?: (input: Input, output: Output) => void | Promise<void>;
  /**
   * Number of inputs that are prepared, and alive, at once. The clock is read once before and once after each chunk.
   * Default 64.
   */
  readonly chunk?: number;
}

/** Untimed preparation and clean-up of each batch, whose iterations share one input. */
export interface BatchHooks<Input> {
  /** The hooks run for each batch. */
  readonly per: 'batch';
  /** Creates the input that all iterations of a batch share. */
  readonly setup?: () => Input | Promise<Input>;
  /** Disposes of one batch's input. */
  readonly teardown?: (input: Input) => void | Promise<void>;
}

/** Untimed preparation and clean-up around the measured function. */
export type Hooks<Input, Output> = IterationHooks<Input, Output> | BatchHooks<Input>;

const DEFAULT_CHUNK = 64;

/**
 * Creates a routine that calls `fn` in a synchronous loop. The loop costs less than 3 ns per iteration and allocates
 * nothing. It keeps the result of every call, so V8 cannot eliminate the call as dead code.
 *
 * @param fn - The measured code. With `setup`, its input is the argument.
 * @param options - Preparation and clean-up, exact metrics, disposal.
 * @returns The routine, for a benchmark's `setup` to return.
 * @throws BenchError with `BAD_DEFINITION` if `fn` is not a function or an option is unknown or invalid; and, when it
 * runs, if `fn` returns a promise.
 */
export function sync<Input = void, Output = unknown>(
  fn: (input: Input) => Output,
  options: Hooks<Input, Output> & RoutineOptions = {},
): Routine {
  const { hooks, routineOptions } = readOptions('sync', fn, options);
  const form = loopForm(hooks);
  const loop = syncLoop(form);
  return { ...routineOptions, run: runner(fn, form, hooks, (...args) => rejectPromises(loop(...args), args[2])) };
}

/**
 * Creates a routine that calls `fn` and awaits each result before the next call. Each iteration includes the time of the
 * `await`.
 *
 * Without preparation, single calls are timed as well: their slowest times are the latency that callers see.
 *
 * @param fn - The measured code. With `setup`, its input is the argument.
 * @param options - Preparation and clean-up, exact metrics, disposal.
 * @returns The routine, for a benchmark's `setup` to return.
 * @throws BenchError with `BAD_DEFINITION` if `fn` is not a function or an option is unknown or invalid.
 */
export function async<Input = void, Output = unknown>(
  fn: (input: Input) => PromiseLike<Output> | Output,
  options: Hooks<Input, Output> & RoutineOptions = {},
): Routine {
  const { hooks, routineOptions } = readOptions('async', fn, options);
  const form = loopForm(hooks);
  const latency: Routine['latency'] = (seconds) => timeSingleCalls(fn as () => unknown, seconds);
  return {
    ...(isBare(hooks) && { latency }),
    ...routineOptions,
    run: runner(fn, form, hooks, asyncLoop(form)),
  };
}

/**
 * Creates a routine that runs and times its own loop, for example in native code.
 *
 * @param run - Runs the given number of iterations and returns the elapsed nanoseconds.
 * @param options - Exact metrics, times of single calls, profiler, disposal.
 * @returns The routine, for a benchmark's `setup` to return.
 * @throws BenchError with `BAD_DEFINITION` if `run` is not a function or an option is unknown.
 */
export function custom(run: Routine['run'], options: RoutineOptions = {}): Routine {
  requireFunction('custom', run);
  rejectUnknownFields('options of custom', options, ROUTINE_OPTIONS);
  return { ...options, run };
}

const ROUTINE_OPTIONS = namesOf<keyof RoutineOptions>({ metrics: true, latency: true, profile: true, dispose: true });
const HOOK_OPTIONS = namesOf<keyof ResolvedHooks>({ setup: true, teardown: true, per: true, chunk: true });
const FREQUENCIES: readonly unknown[] = namesOf<ResolvedHooks['per']>({ iteration: true, batch: true });

/** The hooks with their defaults, for any input and output. */
interface ResolvedHooks {
  readonly per: 'iteration' | 'batch';
  readonly setup: (() => unknown) | undefined;
  readonly teardown: ((input: never, output: never) => void | Promise<void>) | undefined;
  readonly chunk: number;
}

function readOptions(
  constructorName: string,
  fn: unknown,
  options: object,
): { hooks: ResolvedHooks; routineOptions: RoutineOptions } {
  requireFunction(constructorName, fn);
  rejectUnknownFields(`options of ${constructorName}`, options, [...HOOK_OPTIONS, ...ROUTINE_OPTIONS]);
  const {
    setup,
    teardown,
    per = 'iteration',
    chunk = DEFAULT_CHUNK,
    ...routineOptions
  } = options as Partial<ResolvedHooks> & RoutineOptions;
  if (!FREQUENCIES.includes(per))
    rejectDefinition(`the option per of ${constructorName} is ${inspectShort(per)}: give 'iteration' or 'batch'`);
  if (!Number.isSafeInteger(chunk) || chunk < 1) {
    rejectDefinition(
      `the option chunk of ${constructorName} is ${inspectShort(chunk)}: give a whole number of at least 1`,
    );
  }
  for (const [name, hook] of Object.entries({ setup, teardown })) {
    if (hook !== undefined && typeof hook !== 'function')
      rejectDefinition(`the option ${name} of ${constructorName} is ${inspectShort(hook)}: give a function`);
  }
  return { hooks: { per, setup, teardown, chunk }, routineOptions };
}

function requireFunction(constructorName: string, fn: unknown): void {
  if (typeof fn === 'function') return;
  rejectDefinition(
    `${constructorName} got ${inspectShort(fn)}: pass the function to measure, not its result, as in ${constructorName}(() => work())`,
  );
}

function isBare({ setup, teardown }: ResolvedHooks): boolean {
  return setup === undefined && teardown === undefined;
}

function loopForm(hooks: ResolvedHooks): LoopForm {
  if (isBare(hooks)) return { input: 'none', keepsOutputs: false };
  const isPerIteration = hooks.per === 'iteration';
  return { input: isPerIteration ? 'own' : 'shared', keepsOutputs: isPerIteration && hooks.teardown !== undefined };
}

type Elapsed = bigint | Promise<bigint>;

function runner(
  fn: (input: never) => unknown,
  form: LoopForm,
  hooks: ResolvedHooks,
  loop: Loop<Elapsed>,
): (iterations: number) => Elapsed {
  // One store for all batches: its arrays grow and settle on an element kind during the warm-up, not inside measured
  // time.
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
  { setup, teardown }: ResolvedHooks,
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
  hooks: ResolvedHooks,
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

/** Placeholder for a missing output: a number, so an array of numbers keeps its element kind. */
const NO_OUTPUT = NaN;

async function aroundChunk(
  size: number,
  { setup, teardown }: ResolvedHooks,
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
      // A failing clean-up does not stop the rest; the first error is the cause.
      await cleanUp(teardown, inputs[cleaned], output);
    }
    throw error;
  }
}

async function cleanUp(teardown: ResolvedHooks['teardown'], input: unknown, output: unknown): Promise<void> {
  try {
    await teardown?.(input as never, output as never);
  } catch {
    // the caller rethrows the original error
  }
}

/** Releases the objects that an array holds. An array of numbers is left as it is, so it keeps storing them unboxed. */
function release(held: unknown[]): void {
  if (typeof held[0] !== 'number') held.fill(undefined);
}

/** Rejects a synchronous function that returns promises. The warm-up finds it: its first batch is a single call. */
function rejectPromises(elapsedNs: bigint, { other, outputs: [first] }: LoopStore): bigint {
  const promise = [other, first].find((output) => types.isPromise(output));
  if (promise === undefined) return elapsedNs;
  promise.catch(() => undefined); // its own rejection does not matter
  rejectDefinition(
    'the function given to sync returned a promise, so only the time until it returns would be measured: use async; to measure just that time, return something else',
  );
}
