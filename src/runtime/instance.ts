// Instance: asynchronous calls into one guest.

import { createError } from '../errors.js';
import { native, type NativeHandle } from '../native.js';
import { checkSignal, runAbortable } from './async/abort.js';
import { asyncFunction, runCall } from './async/call.js';
import { isPromise, unwrap } from './async/result.js';
import type { InstantiateOptions, Instantiator } from './instantiate.js';
import type { Exports, ExportTable, GuestFunction } from './interface/exports.js';
import type { HostFunction } from './interface/imports.js';
import type { ExportPath } from './interface/names.js';
import type { CallName, CallParameters, CallResult, Promisified } from './interface/typed-exports.js';
import { findFunction, Invokers } from './invokers.js';
import type { Measurement } from './measurement.js';
import type { Metrics } from './metrics.js';
import { type CallOptions, readCallOptions } from './options/call.js';

/** @internal The parts of an instance. */
export interface InstanceInternals {
  readonly table: ExportTable;
  readonly handle: NativeHandle;
  readonly functions: readonly HostFunction[] | undefined;
}

/** @internal The parts of `instance`, for `async/offload.ts` only. */
export let internalsOf: (instance: Instance<any>) => InstanceInternals;

/**
 * A live guest whose calls return promises.
 *
 * A call that ends within a time slice (some 0.1 ms) runs on the calling thread. Longer calls continue on the engine's
 * executor threads, time-sliced with other calls. Calls are also offloaded once guests have blocked the event loop for
 * about 4 ms. Host functions always run on the calling thread. Calls of one instance run one after the other.
 *
 * A trap ends a component instance, and a timeout or an abort any instance: further calls fail with `POISONED`.
 */
export class Instance<E = Exports> {
  readonly #internals: InstanceInternals;
  readonly #invokers: Invokers;
  #exports: object | undefined;
  #disposal: Promise<Metrics> | undefined;
  #isDisposed = false;

  static {
    internalsOf = (instance) => instance.#internals;
  }

  /** @internal */
  constructor(internals: InstanceInternals) {
    this.#internals = internals;
    this.#invokers = new Invokers(internals.table);
  }

  /**
   * The exports of the guest, as {@link SyncInstance.exports}, but every function returns a promise of its result.
   *
   * Memories are accessible while no call is in progress, and inside host functions.
   *
   * @throws {@link WasmError} `DISPOSED`.
   */
  get exports(): Promisified<E> {
    return this.#createExports() as Promisified<E>;
  }

  /**
   * Calls an exported function by name.
   *
   * @param name - Its name, in camelCase or as in the binary; `interface#function` in an interface.
   * @param parameters - Its arguments in an array, which are copied before this returns, and the options of this call.
   * @returns The function's result.
   * @throws As {@link SyncInstance.call}, in the promise; and `BUSY` if `limits.queuedCalls` calls wait already.
   *   `REENTRANT` means here: inside the instance's own host functions.
   */
  call<K extends CallName<E>>(name: K, ...parameters: CallParameters<E, K>): Promise<Awaited<CallResult<E, K>>>;
  async call(name: string, args: readonly unknown[] = [], options?: CallOptions): Promise<unknown> {
    if (options !== undefined) return this.#invoke(name, args, options, false);
    return findFunction(this.#internals.table, this.#createExports(), name, args)(...args);
  }

  /**
   * Calls an exported function as {@link Instance.call} does, and measures the call.
   *
   * @param name - Its name.
   * @param parameters - Its arguments in an array, and the options of this call.
   * @returns The function's result, with fuel, memory and time. Time in the queue does not count.
   * @throws As {@link Instance.call}.
   */
  measure<K extends CallName<E>>(
    name: K,
    ...parameters: CallParameters<E, K>
  ): Promise<Measurement<Awaited<CallResult<E, K>>>>;
  async measure(name: string, args: readonly unknown[] = [], options: CallOptions = {}): Promise<unknown> {
    return this.#invoke(name, args, options, true);
  }

  /**
   * Consumption of the instance since it was created; during a call, as of when the call began.
   *
   * @returns The totals.
   * @throws {@link WasmError} `DISPOSED`.
   */
  metrics(): Metrics {
    return native.instanceMetrics(this.#live().handle);
  }

  /**
   * Frees the instance. Running and queued calls end with `ABORTED`. A second call does nothing.
   *
   * @returns The last metrics, once the instance is freed.
   */
  dispose(): Promise<Metrics> {
    this.#isDisposed = true;
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  /** Calls {@link Instance.dispose}; for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #dispose(): Promise<Metrics> {
    const { handle } = this.#internals;
    const disposed = native.instanceDispose(handle);
    if (!isPromise(disposed)) return disposed as Metrics;
    await disposed;
    return native.instanceDispose(handle) as Metrics;
  }

  #createExports(): object {
    const { handle, table } = this.#live();
    this.#exports ??= table.create(handle, (path) => this.#function(path));
    return this.#exports;
  }

  #function(path: ExportPath): GuestFunction {
    return asyncFunction(ownerOf(this.#internals), native.instanceFunction(this.#internals.handle, path));
  }

  async #invoke(name: string, args: readonly unknown[], options: CallOptions, isMeasured: boolean): Promise<unknown> {
    const { handle } = this.#live();
    const { nativeOptions, signal, abortId } = readCallOptions(options, isMeasured);
    // The exports of a busy instance cannot be looked up, so the first call looks them up while it is idle.
    this.#createExports();
    const invoke = this.#invokers.find(handle, name, args);
    checkSignal(signal);
    const owner = ownerOf(this.#internals);
    if (!signal) return runCall(owner, invoke, [args, ...nativeOptions]);
    const abort = (): void => native.instanceAbort(handle, abortId);
    return runAbortable(owner, invoke, [args, ...nativeOptions], { signal, abort });
  }

  #live(): InstanceInternals {
    if (!this.#isDisposed) return this.#internals;
    throw createError({ code: 'DISPOSED', message: 'the instance has been disposed of' });
  }
}

/** @internal Creates an instance, whose start function may take a while. */
export async function createInstance<E>(
  origin: Instantiator,
  options: InstantiateOptions,
  table: ExportTable,
): Promise<Instance<E>> {
  const { handle, functions } = origin.instantiate(options);
  return new Instance<E>({ table, handle: isPromise(handle) ? unwrap(await handle) : handle, functions });
}

/** The owner of the frames of its calls: an instance that may call its host. */
function ownerOf(internals: InstanceInternals): InstanceInternals | undefined {
  return internals.functions && internals;
}
