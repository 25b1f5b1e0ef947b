/** How does a live guest look whose calls nobody has to wait for? */

import { createError } from '../errors.js';
import { native, type NativeHandle } from '../native.js';
import { inFrame, isPromise, unwrap } from './async/hooks.js';
import {
  aborted,
  type CallOptions,
  checkSignal,
  findFunction,
  type Invoker,
  Invokers,
  type Terms,
} from './options/call.js';
import { type Exports, type GuestFunction, rawFunction, type Shape } from './interface/exports.js';
import type { HostFunction } from './interface/imports.js';
import type { InstantiateOptions, Instantiator } from './instantiate.js';
import type { Metrics } from './metrics.js';
import type { Path } from './interface/names.js';
import type { Outcome } from './measurement.js';

/** @internal What an instance is made of. */
export interface Parts {
  readonly shape: Shape;
  readonly handle: NativeHandle;
  readonly functions: readonly HostFunction[] | undefined;
}

/** @internal Calls an export on another thread from the start: what is spared by beginning here. */
export let hopping: (instance: Instance<any>, name: string) => (...args: unknown[]) => Promise<unknown>;

/**
 * A live guest whose calls return promises.
 *
 * A call that ends within a slice (some 0.1 ms) ends where it was made. What takes longer goes on on the engine's threads,
 * slice by slice, in turn with all others; so does a call that follows others which have kept the event loop from turning for
 * some 4 ms together. Host functions always run on the thread that called. Calls of one instance
 * run one after the other.
 *
 * A trap ends a component instance, a timeout or an abort any instance: further calls fail with `POISONED`.
 */
export class Instance<E = Exports> {
  readonly #parts: Parts;
  readonly #invokers: Invokers;
  #exports: E | undefined;
  #disposal: Promise<Metrics> | undefined;
  #isDisposed = false;

  static {
    hopping = (instance, name) => {
      const { handle } = instance.#parts;
      const invoke = instance.#invokers.find(handle, name, []) as (...given: unknown[]) => unknown;
      return async (...args) => finished(invoke(args, undefined, undefined, false, 0, true));
    };
  }

  /** @internal */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.#invokers = new Invokers(parts.shape);
  }

  /**
   * What the guest exports, as {@link SyncInstance.exports}, but that every function returns a promise. Memories are
   * within reach while no call is under way, and inside host functions.
   *
   * @throws {@link WasmError} `DISPOSED`.
   */
  get exports(): E {
    const { handle, shape } = this.#live();
    this.#exports ??= shape.kind.exports(handle, shape.items, (path) => asyncFunction(this.#parts, path)) as E;
    return this.#exports;
  }

  /**
   * Calls an exported function by name.
   *
   * @param name - Its name, in camelCase or as in the binary; in an interface `interface#function`.
   * @param args - Its arguments; they are copied before this returns.
   * @param options - A signal that aborts the call, and bounds of this call alone.
   * @returns What it returns.
   * @throws {@link WasmError} `UNKNOWN_EXPORT`, and all that may end a call: `TRAP`, `OUT_OF_FUEL`, `TIMEOUT`, `ABORTED`,
   *   `MEMORY_LIMIT`, `TRANSFER_LIMIT`, `POISONED`, `DISPOSED`, `BUSY` where too many wait already, `REENTRANT` inside the
   *   instance's own host functions, `BAD_VALUE`, `BAD_OPTION`, `RESULT`, `UNSUPPORTED`; and whatever a host function
   *   throws.
   */
  async call(name: string, args: readonly unknown[] = [], options?: CallOptions): Promise<unknown> {
    if (options !== undefined) return this.#invoke(name, args, options, false);
    return findFunction(this.#parts.shape, this.exports as object, name, args)(...args);
  }

  /**
   * As {@link Instance.call}, telling also what the call cost.
   *
   * @param name - Its name.
   * @param args - Its arguments.
   * @param options - A signal that aborts the call, and bounds of this call alone.
   * @returns What it returns, with fuel, memory and time; the time that it waited for its turn is not counted.
   * @throws As {@link Instance.call}.
   */
  async measure(name: string, args: readonly unknown[] = [], options: CallOptions = {}): Promise<Outcome> {
    return (await this.#invoke(name, args, options, true)) as Outcome;
  }

  /**
   * What the instance has consumed since it was made; while a call is under way, as of when it began.
   *
   * @returns The totals.
   * @throws {@link WasmError} `DISPOSED`.
   */
  metrics(): Metrics {
    return native.instanceMetrics(this.#live().handle) as Metrics;
  }

  /**
   * Frees the instance. Calls under way and those that wait for their turn end with `ABORTED`. Doing it twice is allowed.
   *
   * @returns The last metrics, once the instance is freed.
   */
  dispose(): Promise<Metrics> {
    this.#isDisposed = true;
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  /** The same as {@link Instance.dispose}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #dispose(): Promise<Metrics> {
    const { handle } = this.#parts;
    const disposed = native.instanceDispose(handle);
    if (!isPromise(disposed)) return disposed as Metrics;
    await disposed;
    return native.instanceDispose(handle) as Metrics;
  }

  async #invoke(name: string, args: readonly unknown[], options: CallOptions, isMeasured: boolean): Promise<unknown> {
    const { handle } = this.#live();
    const { terms, signal } = this.#invokers.terms(options, isMeasured);
    // The first of all calls finds the instance at rest, and what it exports; later ones may not.
    void this.exports;
    const invoke = this.#invokers.find(handle, name, args);
    checkSignal(signal);
    if (signal) return abortable(this.#parts, invoke, args, terms, signal);
    return ended(this.#parts, () => invoke(args, ...terms));
  }

  #live(): Parts {
    if (!this.#isDisposed) return this.#parts;
    throw createError({ code: 'DISPOSED', message: 'the instance has been disposed of' });
  }
}

/** @internal Makes an instance, whose start function may take a while. */
export async function makeInstance<E>(
  origin: Instantiator,
  options: InstantiateOptions,
  shape: Shape,
): Promise<Instance<E>> {
  const { made, functions } = origin.instantiate(options);
  const handle = (await finished(made)) as NativeHandle;
  return new Instance<E>({ shape, handle, functions });
}

function asyncFunction(parts: Parts, path: Path): GuestFunction {
  const raw = rawFunction(parts.handle, path);
  if (parts.functions !== undefined) {
    return async (...args: unknown[]) => inFrame(parts, () => raw(...args));
  }
  return async (...args: unknown[]) => {
    const given = raw(...args);
    return isPromise(given) ? unwrap(await given) : given;
  };
}

/** The value of a call that ended at once, or of its promise. */
async function finished(given: unknown): Promise<unknown> {
  return isPromise(given) ? unwrap(await given) : given;
}

/** The end of a call, in a frame of its own where the guest may call its host. */
async function ended(parts: Parts, call: () => unknown): Promise<unknown> {
  return parts.functions === undefined ? finished(call()) : inFrame(parts, call);
}

async function abortable(
  parts: Parts,
  invoke: Invoker,
  args: readonly unknown[],
  terms: Terms,
  signal: AbortSignal,
): Promise<unknown> {
  const abort = (): void => native.instanceAbort(parts.handle, terms[3]);
  const call = (): unknown => {
    const given = invoke(args, ...terms);
    // A getter among the arguments, or a host function, may have aborted it already.
    if (signal.aborted && isPromise(given)) abort();
    else checkSignal(signal);
    return given;
  };
  listen(signal, abort);
  try {
    return await ended(parts, call);
  } catch (error) {
    throw signal.aborted && (error as { code?: unknown } | null)?.code === 'ABORTED' ? aborted(signal) : error;
  } finally {
    forget(signal, abort);
  }
}

/** What is to be done when a signal is aborted, and the one listener that does it: each more would make Node warn. */
interface Aborts {
  readonly all: Set<() => void>;
  readonly run: () => void;
}

const aborts = new WeakMap<AbortSignal, Aborts>();

function listen(signal: AbortSignal, abort: () => void): void {
  const found = aborts.get(signal);
  if (found) {
    found.all.add(abort);
    return;
  }
  const all = new Set([abort]);
  // The last first: those that wait in a queue would begin where the call before them ends.
  const run = (): void => [...all].reverse().forEach((each) => each());
  aborts.set(signal, { all, run });
  signal.addEventListener('abort', run, { once: true });
}

function forget(signal: AbortSignal, abort: () => void): void {
  const found = aborts.get(signal);
  found?.all.delete(abort);
  if (found?.all.size !== 0) return;
  aborts.delete(signal);
  signal.removeEventListener('abort', found.run);
}
