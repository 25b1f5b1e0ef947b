/** How does a live guest look whose calls run at once? */

import { createError } from '../errors.js';
import { native, type NativeHandle } from '../native.js';
import { type CallOptions, checkSignal, findFunction, type Invoker, Invokers } from './options/call.js';
import { type Exports, type GuestFunction, rawFunction, type Shape } from './interface/exports.js';
import type { HostFunction } from './interface/imports.js';
import type { InstantiateOptions, Instantiator } from './instantiate.js';
import type { Metrics } from './metrics.js';
import type { Outcome } from './measurement.js';

/** Under which an exported function keeps the host functions alive that it may call. */
const kept = Symbol('host functions');

/**
 * A live guest whose calls run at once, on the calling thread.
 *
 * A trap ends a component instance, and a timeout any instance: further calls fail with `POISONED`.
 */
export class SyncInstance<E = Exports> {
  #handle: NativeHandle | undefined;
  readonly #functions: readonly HostFunction[] | undefined;
  readonly #origin: Instantiator;
  readonly #shape: Shape;
  #exports: E | undefined;
  #invokers: Invokers | undefined;
  #last: Metrics | undefined;

  /** @internal */
  constructor(origin: Instantiator, options: InstantiateOptions, shape: Shape) {
    const { made, functions } = origin.instantiate(options);
    this.#handle = made as NativeHandle;
    this.#functions = functions;
    this.#origin = origin;
    this.#shape = shape;
  }

  /**
   * What the guest exports.
   *
   * Of components: functions under their camelCase names, interfaces as objects under their full names. Of core
   * modules: functions and memories under their own names. A function `then` is left to {@link SyncInstance.call}: these
   * objects would be taken for promises, and whoever awaits one would wait for the guest.
   *
   * @throws {@link WasmError} `DISPOSED`.
   */
  get exports(): E {
    const handle = this.#live();
    const { kind, items } = this.#shape;
    this.#exports ??= kind.exports(handle, items, (path) => this.#function(path)) as E;
    return this.#exports;
  }

  /**
   * Calls an exported function by name.
   *
   * @param name - Its name, in camelCase or as in the binary; in an interface `interface#function`.
   * @param args - Its arguments.
   * @param options - Bounds of this call alone, in the place of the instance's. A `signal` is looked at before and after
   *   the call: nothing can abort it meanwhile.
   * @returns What it returns.
   * @throws {@link WasmError} `UNKNOWN_EXPORT`, and all that may end a call: `TRAP`, `OUT_OF_FUEL`, `TIMEOUT`,
   *   `MEMORY_LIMIT`, `TRANSFER_LIMIT`, `POISONED`, `DISPOSED`, `BAD_VALUE`, `RESULT`, `UNSUPPORTED`, `STACK_EXHAUSTED`,
   *   `ABORTED`; and whatever a host function throws.
   */
  call(name: string, args: readonly unknown[] = [], options?: CallOptions): unknown {
    if (options !== undefined) return this.#invoke(name, args, options, false);
    return findFunction(this.#shape, this.exports as object, name, args)(...args);
  }

  /**
   * As {@link SyncInstance.call}, telling also what the call cost.
   *
   * @param name - Its name.
   * @param args - Its arguments.
   * @param options - Bounds of this call alone.
   * @returns What it returns, with fuel, memory and time.
   * @throws As {@link SyncInstance.call}.
   */
  measure(name: string, args: readonly unknown[] = [], options: CallOptions = {}): Outcome {
    return this.#invoke(name, args, options, true) as Outcome;
  }

  /**
   * What the instance has consumed since it was made.
   *
   * @returns The totals.
   * @throws {@link WasmError} `DISPOSED`, `REENTRANT` inside a host function.
   */
  metrics(): Metrics {
    return native.instanceMetrics(this.#live()) as Metrics;
  }

  /**
   * Frees the instance at once. Doing it twice is allowed.
   *
   * @returns The last metrics.
   * @throws {@link WasmError} `REENTRANT` inside a host function.
   */
  dispose(): Metrics {
    if (this.#handle !== undefined) {
      this.#last = native.instanceDispose(this.#handle) as Metrics;
      this.#origin.takeBack(this.#handle);
      this.#handle = undefined;
    }
    return this.#last as Metrics;
  }

  /** The same as {@link SyncInstance.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #function(path: readonly string[]): GuestFunction {
    const raw = rawFunction(this.#live(), path);
    if (this.#functions !== undefined) Object.defineProperty(raw, kept, { value: this.#functions });
    return raw;
  }

  #invoke(name: string, args: readonly unknown[], options: CallOptions, isMeasured: boolean): unknown {
    // The first call finds the instance at rest, and what it exports; one from a host function does not.
    void this.exports;
    this.#invokers ??= new Invokers(this.#shape);
    const invoke: Invoker = this.#invokers.find(this.#live(), name, args);
    const { terms, signal } = this.#invokers.terms(options, isMeasured);
    checkSignal(signal);
    const value = invoke(args, ...terms);
    checkSignal(signal);
    return value;
  }

  #live(): NativeHandle {
    if (this.#handle !== undefined) return this.#handle;
    throw createError({ code: 'DISPOSED', message: 'the instance has been disposed of' });
  }
}
