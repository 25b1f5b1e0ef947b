// Addon: loads it and hands it the class of its errors. The only import of `native/`.

import type * as Old from '../native/binding.js';
import { loadAddon } from './addon/load.js';
import { createError } from './errors.js';

// OLD BINDING, from here to the end of the file: delete once the addon has the names of `Binding` itself.
// What remains then is
//   export const native: typeof Binding = loadAddon(…) as typeof Binding;
//   native.setErrorFactory(createError);
//   export type { … } from '../native/binding.js';

/** Every code of the engine's errors. */
export type NativeErrorCode =
  | 'COMPILE'
  | 'BINARY_TOO_LARGE'
  | 'IO'
  | 'LINK'
  | 'UNKNOWN_EXPORT'
  | 'TRAP'
  | 'OUT_OF_FUEL'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'BUSY'
  | 'MEMORY_LIMIT'
  | 'TRANSFER_LIMIT'
  | 'INSTANCE_LIMIT'
  | 'POISONED'
  | 'DISPOSED'
  | 'REENTRANT'
  | 'STACK_EXHAUSTED'
  | 'BAD_VALUE'
  | 'BAD_OPTION'
  | 'UNSUPPORTED'
  | 'DESERIALIZE'
  | 'HOST_FAILED'
  | 'INTERNAL';

/** What an import or export is. */
export type ExternKind =
  | 'function'
  | 'instance'
  | 'memory'
  | 'table'
  | 'global'
  | 'tag'
  | 'type'
  | 'resource'
  | 'module'
  | 'component';

/** An import or export: its name, its kind and its type. */
export interface ExternDescription extends Omit<Old.ItemDescription, 'kind' | 'items'> {
  kind: ExternKind;
  /** For instances of interfaces: what they export. */
  exports?: ExternDescription[];
}

/** An error as data. */
export interface Failure extends Omit<Old.Failure, 'code'> {
  code: NativeErrorCode | 'RESULT';
}

/** A live instance, opaque to JavaScript. */
export type NativeHandle = object & { readonly handle: unique symbol };

/** How a promise of the addon's ended: with a value, a failure and its payload, or an exception of a host function. */
export type Settled<T = unknown> = [0, T, undefined] | [1, Failure, unknown] | [2, unknown, undefined];

/** The terms of one call. */
export interface CallTerms {
  /** Fuel; `null` for no bound, absent for the instance's. */
  fuel?: bigint | null | undefined;
  /** Time in milliseconds; `null` for no bound, absent for the instance's. */
  timeoutMs?: number | null | undefined;
  /** Whether the call returns a measurement instead of its value. */
  isMeasured?: boolean;
  /** The number by which `instanceAbort` stops the call; 0 for none. */
  abortId?: number;
  /** Whether the call starts on an executor thread. */
  offload?: boolean;
}

/** The totals of an instance. */
export interface Metrics extends Omit<Old.MetricsInfo, 'path'> {
  execution: 'direct' | 'fiber';
}

/** What the addon asks of JavaScript for calls that do not end at once. */
export interface AsyncHooks {
  awaitPromise: (promise: unknown, ticket: number, leftMs: number | undefined) => void;
  captureContext: () => (run: (...args: unknown[]) => unknown, ...args: unknown[]) => unknown;
  cancelTimer: (ticket: number) => void;
  requestTurn: () => void;
  ignoreRejection: (promise: Promise<unknown>) => void;
}

/** The options of an engine. */
export interface EngineOptions extends Omit<Old.EngineOptions, 'maxima'> {
  limits?: Old.MaximaOptions;
}

export type { LimitOptions, NativeMemory, WorkloadOptions } from '../native/binding.js';

/** Compiled code. */
export interface NativeCompiled extends Omit<Old.NativeCompiled, 'imports' | 'exports' | 'instantiator'> {
  readonly imports: ExternDescription[];
  readonly exports: ExternDescription[];
  instantiator(
    limits: Old.LimitOptions,
    isAsync: boolean,
  ): (used?: NativeHandle, functions?: readonly Function[]) => NativeHandle | Promise<Settled<NativeHandle>>;
}

/** A source: a binary, WAT, or the path of a file that holds one of them. */
export type NativeSource = Uint8Array | string | { path: string };

/** A configured engine. */
export interface NativeEngine extends Pick<Old.NativeEngine, 'liveInstances' | 'dispose'> {
  compileComponent(source: NativeSource): Promise<NativeCompiled | Failure>;
  compileModule(source: NativeSource): Promise<NativeCompiled | Failure>;
  deserializeComponent(bytes: Uint8Array, key: Uint8Array): NativeCompiled;
  deserializeModule(bytes: Uint8Array, key: Uint8Array): NativeCompiled;
  unsafeDeserializeComponent(bytes: Uint8Array, key?: Uint8Array): NativeCompiled;
  unsafeDeserializeModule(bytes: Uint8Array, key?: Uint8Array): NativeCompiled;
}

type Same =
  | 'cacheStatistics'
  | 'emptyFunction'
  | 'NativeWorkload'
  | 'parseText'
  | 'resumeDeferred'
  | 'version'
  | 'waitExpired'
  | 'waitSettled'
  | 'wasmtimeVersion';

/** The addon's functions and classes; their documentation is in `native/binding.d.ts`. */
interface Binding extends Pick<typeof Old, Same> {
  NativeCompiled: abstract new () => NativeCompiled;
  NativeEngine: new (options: EngineOptions) => NativeEngine;
  instanceAbort(handle: NativeHandle, abortId: number): void;
  instanceDispose(handle: NativeHandle): Metrics | Promise<void> | null;
  instanceFunction(handle: NativeHandle, path: string[]): (...args: unknown[]) => unknown;
  instanceInvoker(handle: NativeHandle, path: string[]): (args: readonly unknown[], terms: CallTerms) => unknown;
  instanceMemory(handle: NativeHandle, name: string): Old.NativeMemory;
  instanceMetrics(handle: NativeHandle): Metrics;
  setAsyncHooks(hooks: AsyncHooks): void;
  setErrorFactory(factory: (failure: Failure, payload: unknown) => Error): void;
}

const old = loadAddon(import.meta.url, process.env['NAPI_RS_NATIVE_LIBRARY_PATH']) as typeof Old;

export const native: Binding = {
  ...old,
  NativeCompiled: old.NativeCompiled as never,
  NativeEngine: function NativeEngine({ limits, ...options }: EngineOptions) {
    return new old.NativeEngine({ ...options, ...(limits && { maxima: limits }) });
  } as never,
  instanceDispose(handle) {
    const disposed = old.instanceDispose(handle);
    return disposed === null || 'then' in disposed ? disposed : metrics(disposed);
  },
  instanceInvoker(handle, path) {
    const invoke = old.instanceFunction(handle, path, true);
    return (args, { fuel, timeoutMs, isMeasured, abortId, offload }) =>
      invoke(args, fuel, timeoutMs, isMeasured, abortId, offload);
  },
  instanceMetrics: (handle) => metrics(old.instanceMetrics(handle)),
  setAsyncHooks({ awaitPromise, captureContext, cancelTimer, requestTurn, ignoreRejection }) {
    old.setWaitHooks(awaitPromise, captureContext, cancelTimer, requestTurn, ignoreRejection);
  },
  setErrorFactory: (factory) => old.setErrorFactory(factory as never),
};

for (const name of ['imports', 'exports'] as const) {
  const original = Object.getOwnPropertyDescriptor(old.NativeCompiled.prototype, name);
  Object.defineProperty(old.NativeCompiled.prototype, name, {
    get() {
      const descriptions = original?.get?.call(this) as Old.ItemDescription[];
      return descriptions.map(description);
    },
  });
}

function description({ items, ...rest }: Old.ItemDescription): ExternDescription {
  return { ...(rest as ExternDescription), ...(items && { exports: items.map(description) }) };
}

function metrics({ path, calls, ...rest }: Old.MetricsInfo): Metrics {
  return { ...rest, calls: calls - 1, execution: path === 'driver' ? 'fiber' : 'direct' };
}

native.setErrorFactory(createError);
