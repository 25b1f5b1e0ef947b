/** How does a live guest look from JavaScript? */

import { badValue, createError, type WasmError } from '../errors.js';
import { type ItemDescription, native, type NativeHandle } from '../native.js';
import type { Metrics } from './metrics.js';
import type { InstantiateOptions, Instantiator } from './instantiation.js';
import { Memory } from './memory.js';
import { describe } from './options.js';

/** What a guest exports, by name. Give your own type to `instantiateSync` where you have one. */
export type Exports = { readonly [name: string]: any };

/** A function that a guest exports. */
export type GuestFunction = (...args: unknown[]) => unknown;

/**
 * A live guest whose calls run at once, on the calling thread.
 *
 * A trap ends a component instance, and a timeout any instance: further calls fail with `POISONED`.
 */
export class SyncInstance<E = Exports> {
  #handle: NativeHandle | undefined;
  readonly #origin: Instantiator;
  readonly #items: readonly ItemDescription[];
  readonly #kind: Kind;
  #exports: E | undefined;
  #last: Metrics | undefined;

  /** @internal */
  constructor(origin: Instantiator, options: InstantiateOptions, items: readonly ItemDescription[], kind: Kind) {
    this.#handle = origin.instantiate(options);
    this.#origin = origin;
    this.#items = items;
    this.#kind = kind;
  }

  /**
   * What the guest exports.
   *
   * Of components: functions under their camelCase names, interfaces as objects under their full names. Of core
   * modules: functions and memories under their own names.
   *
   * @throws {@link WasmError} `DISPOSED`.
   */
  get exports(): E {
    this.#exports ??= this.#kind.exports(this.#live(), this.#items, []) as E;
    return this.#exports;
  }

  /**
   * Calls an exported function by name.
   *
   * @param name - Its name, in camelCase or as in the binary; in an interface `interface#function`.
   * @param args - Its arguments.
   * @returns What it returns.
   * @throws {@link WasmError} `UNKNOWN_EXPORT`, and all that may end a call: `TRAP`, `OUT_OF_FUEL`, `TIMEOUT`,
   *   `MEMORY_LIMIT`, `TRANSFER_LIMIT`, `POISONED`, `DISPOSED`, `BAD_VALUE`, `RESULT`, `UNSUPPORTED`, `STACK_EXHAUSTED`.
   */
  call(name: string, args: readonly unknown[] = []): unknown {
    if (typeof name !== 'string') throw badValue(`the name must be a string, got ${describe(name)}`);
    const found = this.#kind.find(this.exports as object, name);
    if (typeof found !== 'function') throw unknownExport(name, Object.keys(this.exports as object));
    if (!Array.isArray(args)) {
      throw badValue(`the arguments must be an array, got ${describe(args)}`);
    }
    return (found as GuestFunction)(...args);
  }

  /**
   * What the instance has consumed since it was made.
   *
   * @throws {@link WasmError} `DISPOSED`.
   */
  metrics(): Metrics {
    return native.instanceMetrics(this.#live()) as Metrics;
  }

  /**
   * Frees the instance at once. Doing it twice is allowed.
   *
   * @returns The last metrics.
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

  #live(): NativeHandle {
    if (this.#handle !== undefined) return this.#handle;
    throw createError({ code: 'DISPOSED', message: 'the instance has been disposed of' });
  }
}

/** @internal What core modules and components differ in: how their exports come to be, and how names find them. */
export interface Kind {
  readonly name: 'module' | 'component';
  exports(handle: NativeHandle, items: readonly ItemDescription[], path: readonly string[]): object;
  find(exports: object, name: string): unknown;
}

/** @internal */
export const core: Kind = { name: 'module', exports: coreExports, find: own };

/** @internal */
export const component: Kind = { name: 'component', exports: componentExports, find: findInComponent };

function coreExports(handle: NativeHandle, items: readonly ItemDescription[]): object {
  const exports: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { name, kind } of items) {
    if (kind === 'function') exports[name] = callable(handle, [name]);
    if (kind === 'memory') exports[name] = new Memory(handle, name);
  }
  return Object.freeze(exports);
}

/** Functions and interfaces, each also under its name in the binary, and interfaces under their short names. */
function componentExports(handle: NativeHandle, items: readonly ItemDescription[], path: readonly string[]): object {
  const exports: object = Object.create(null) as object;
  const define = (name: string, value: unknown, enumerable: boolean): void => {
    if (!Object.hasOwn(exports, name)) Object.defineProperty(exports, name, { value, enumerable });
  };
  for (const item of items) {
    const value = componentExport(handle, item, [...path, item.name]);
    if (value === undefined) continue;
    define(item.jsName, value, true);
    define(item.name, value, false);
  }
  for (const { name, kind } of items) {
    if (kind === 'instance') define(shortName(name), own(exports, name), false);
  }
  return Object.freeze(exports);
}

function componentExport(handle: NativeHandle, item: ItemDescription, path: readonly string[]): object | undefined {
  switch (item.kind) {
    case 'function':
      return callable(handle, path);
    case 'instance':
      return componentExports(handle, item.items ?? [], path);
    default:
      return undefined;
  }
}

/** The function, or one that says why it cannot be called: that concerns its callers, not those of the others. */
function callable(handle: NativeHandle, path: readonly string[]): GuestFunction {
  try {
    return native.instanceFunction(handle, [...path]);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'UNSUPPORTED') throw error;
    return () => {
      throw createError((error as WasmError).toJSON());
    };
  }
}

/** `acme:calc/ops@1.0.0` is `ops` for short, as in jco. */
function shortName(name: string): string {
  const interfaceName = name.replace(/^.*\//, '').replace(/@.*$/, '');
  return interfaceName.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function findInComponent(exports: object, name: string): unknown {
  const [first = '', second, ...more] = name.split('#');
  if (more.length > 0) return undefined;
  const found = own(exports, first);
  return second === undefined || typeof found !== 'object' || found === null ? found : own(found, second);
}

function own(exports: object, name: string): unknown {
  return Object.hasOwn(exports, name) ? (exports as Record<string, unknown>)[name] : undefined;
}

function unknownExport(name: string, names: readonly string[]): Error {
  const there = names.length === 0 ? 'nothing' : names.join(', ');
  return createError({ code: 'UNKNOWN_EXPORT', message: `no exported function '${name}'; there is ${there}` });
}
