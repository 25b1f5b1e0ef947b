// SyncInstance: synchronous calls into one guest.

import { createError } from '../errors.js';
import { native, type NativeHandle } from '../native.js';
import { checkSignal } from './async/abort.js';
import type { InstantiateOptions, Instantiator } from './instantiate.js';
import type { Exports, ExportTable, GuestFunction } from './interface/exports.js';
import type { HostFunction } from './interface/imports.js';
import type { ExportPath } from './interface/names.js';
import type { CallName, CallParameters, CallResult } from './interface/typed-exports.js';
import { findFunction, Invokers } from './invokers.js';
import type { Measurement } from './measurement.js';
import type { Metrics } from './metrics.js';
import { type CallOptions, readCallOptions } from './options/call.js';

/** The key under which an exported function keeps the host functions alive that it may call. */
const KEPT = Symbol('host functions');

/**
 * A live guest whose calls run at once, on the calling thread.
 *
 * A trap ends a component instance, and a timeout any instance: further calls fail with `POISONED`.
 */
export class SyncInstance<E = Exports> {
  #handle: NativeHandle | undefined;
  readonly #functions: readonly HostFunction[] | undefined;
  readonly #origin: Instantiator;
  readonly #table: ExportTable;
  #exports: object | undefined;
  #invokers: Invokers | undefined;
  #last: Metrics | undefined;

  /** @internal */
  constructor(origin: Instantiator, options: InstantiateOptions, table: ExportTable) {
    const { handle, functions } = origin.instantiate(options);
    // Only the handle of an asynchronous instance may be a promise.
    this.#handle = handle as NativeHandle;
    this.#functions = functions;
    this.#origin = origin;
    this.#table = table;
  }

  /**
   * The exports of the guest.
   *
   * Of components: functions under their camelCase names, interfaces as objects under their full names. Of core
   * modules: functions and memories under their names in the binary. An export named `then` is reachable only through
   * {@link SyncInstance.call}: otherwise `exports` would be thenable and `await` would call the guest.
   *
   * @throws {@link WasmError} `DISPOSED`.
   */
  get exports(): E {
    return this.#createExports() as E;
  }

  /**
   * Calls an exported function by name.
   *
   * @param name - Its name, in camelCase or as in the binary; `interface#function` in an interface.
   * @param parameters - Its arguments in an array, and the options of this call. A `signal` is checked before and after
   *   the call: nothing can abort the call in between.
   * @returns The function's result.
   * @throws {@link WasmError} `UNKNOWN_EXPORT`, and the errors that end a call: `TRAP`, `OUT_OF_FUEL`, `TIMEOUT`,
   *   `ABORTED`, `MEMORY_LIMIT`, `TRANSFER_LIMIT`, `POISONED`, `DISPOSED`, `REENTRANT`, `BAD_VALUE`, `BAD_OPTION`,
   *   `RESULT`, `UNSUPPORTED`, `STACK_EXHAUSTED`; and any exception of a host function.
   */
  call<K extends CallName<E>>(name: K, ...parameters: CallParameters<E, K>): CallResult<E, K>;
  call(name: string, args: readonly unknown[] = [], options?: CallOptions): unknown {
    if (options !== undefined) return this.#invoke(name, args, options, false);
    return findFunction(this.#table, this.#createExports(), name, args)(...args);
  }

  /**
   * Calls an exported function as {@link SyncInstance.call} does, and measures the call.
   *
   * @param name - Its name.
   * @param parameters - Its arguments in an array, and the options of this call.
   * @returns The function's result, with fuel, memory and time.
   * @throws As {@link SyncInstance.call}.
   */
  measure<K extends CallName<E>>(name: K, ...parameters: CallParameters<E, K>): Measurement<CallResult<E, K>>;
  measure(name: string, args: readonly unknown[] = [], options: CallOptions = {}): unknown {
    return this.#invoke(name, args, options, true);
  }

  /**
   * Consumption of the instance since it was created.
   *
   * @returns The totals.
   * @throws {@link WasmError} `DISPOSED`, `REENTRANT` inside a host function.
   */
  metrics(): Metrics {
    return native.instanceMetrics(this.#live());
  }

  /**
   * Frees the instance at once. A second call does nothing.
   *
   * @returns The last metrics.
   * @throws {@link WasmError} `REENTRANT` inside a host function.
   */
  dispose(): Metrics {
    if (this.#handle !== undefined) {
      this.#last = native.instanceDispose(this.#handle) as Metrics;
      this.#origin.recycle(this.#handle);
      this.#handle = undefined;
    }
    return this.#last as Metrics;
  }

  /** Calls {@link SyncInstance.dispose}; for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #createExports(): object {
    const handle = this.#live();
    this.#exports ??= this.#table.create(handle, (path) => this.#function(path));
    return this.#exports;
  }

  #function(path: ExportPath): GuestFunction {
    const raw = native.instanceFunction(this.#live(), path);
    if (this.#functions !== undefined) Object.defineProperty(raw, KEPT, { value: this.#functions });
    return raw;
  }

  #invoke(name: string, args: readonly unknown[], options: CallOptions, isMeasured: boolean): unknown {
    // The exports of a busy instance cannot be looked up, so the first call looks them up while it is idle.
    this.#createExports();
    this.#invokers ??= new Invokers(this.#table);
    const invoke = this.#invokers.find(this.#live(), name, args);
    const { nativeOptions, signal } = readCallOptions(options, isMeasured);
    checkSignal(signal);
    const value = invoke(args, ...nativeOptions);
    checkSignal(signal);
    return value;
  }

  #live(): NativeHandle {
    if (this.#handle !== undefined) return this.#handle;
    throw createError({ code: 'DISPOSED', message: 'the instance has been disposed of' });
  }
}
