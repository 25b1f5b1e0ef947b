/** How do a guest's exports look from JavaScript, and how do names find them? */

import { createError, type WasmError } from '../errors.js';
import { type ItemDescription, native, type NativeHandle } from '../native.js';
import { Memory } from './memory.js';

/** What a guest exports, by name. Give your own type to `instantiate` where you have one. */
export type Exports = { readonly [name: string]: any };

/** A function that a guest exports. */
export type GuestFunction = (...args: any[]) => unknown;

/** @internal A path of names to an export: one, or an interface's and one in it. */
export type Path = readonly string[];

/** @internal Makes the function that calls the export at `path`. */
export type Caller = (path: Path) => GuestFunction;

/** @internal What core modules and components differ in: how their exports come to be, and how names find them. */
export interface Kind {
  readonly name: 'module' | 'component';
  /** All exports, each function made by `caller`. */
  exports(handle: NativeHandle, items: readonly ItemDescription[], caller: Caller): object;
  /** The exported function of this name. */
  find(exports: object, name: string): unknown;
  /** Where the exported function of this name is. */
  path(items: readonly ItemDescription[], name: string): Path | undefined;
}

/** @internal */
export const core: Kind = { name: 'module', exports: coreExports, find: own, path: corePath };

/** @internal */
export const component: Kind = {
  name: 'component',
  exports: (_, items, caller) => componentExports(items, [], caller),
  find: findInComponent,
  path: componentPath,
};

function coreExports(handle: NativeHandle, items: readonly ItemDescription[], caller: Caller): object {
  const exports: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { name, kind } of items) {
    if (kind === 'function') exports[name] = callable(caller, [name]);
    if (kind === 'memory') exports[name] = new Memory(handle, name);
  }
  return Object.freeze(exports);
}

/** Functions and interfaces, each also under its name in the binary, and interfaces under their short names. */
function componentExports(items: readonly ItemDescription[], path: Path, caller: Caller): object {
  const exports: object = Object.create(null) as object;
  const define = (name: string, value: unknown, enumerable: boolean): void => {
    if (!Object.hasOwn(exports, name)) Object.defineProperty(exports, name, { value, enumerable });
  };
  for (const item of items) {
    const value = componentExport(item, [...path, item.name], caller);
    if (value === undefined) continue;
    define(item.jsName, value, true);
    define(item.name, value, false);
  }
  for (const { name, kind } of items) {
    if (kind === 'instance') define(shortName(name), own(exports, name), false);
  }
  return Object.freeze(exports);
}

function componentExport(item: ItemDescription, path: Path, caller: Caller): object | undefined {
  switch (item.kind) {
    case 'function':
      return callable(caller, path);
    case 'instance':
      return componentExports(item.items ?? [], path, caller);
    default:
      return undefined;
  }
}

/** The function, or one that says why it cannot be called: that concerns its callers, not those of the others. */
function callable(caller: Caller, path: Path): GuestFunction {
  try {
    return caller(path);
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

function corePath(items: readonly ItemDescription[], name: string): Path | undefined {
  return items.some((item) => item.kind === 'function' && item.name === name) ? [name] : undefined;
}

function componentPath(items: readonly ItemDescription[], name: string): Path | undefined {
  const [first = '', second, ...more] = name.split('#');
  if (more.length > 0) return undefined;
  if (second === undefined) return functionPath(items, first);
  const found =
    items.find((item) => item.kind === 'instance' && item.name === first) ??
    items.find((item) => item.kind === 'instance' && shortName(item.name) === first);
  const inner = functionPath(found?.items ?? [], second);
  return inner && [(found as ItemDescription).name, ...inner];
}

function functionPath(items: readonly ItemDescription[], name: string): Path | undefined {
  const found = items.find((item) => item.kind === 'function' && (item.jsName === name || item.name === name));
  return found && [found.name];
}

/** @internal The export of `path` as the addon's own function, which calls synchronously or gives what it waits for. */
export function rawFunction(handle: NativeHandle, path: Path): GuestFunction {
  return native.instanceFunction(handle, [...path]);
}

/** @internal */
export function unknownExport(name: string, names: readonly string[]): Error {
  const there = names.length === 0 ? 'nothing' : names.join(', ');
  return createError({ code: 'UNKNOWN_EXPORT', message: `no exported function '${name}'; there is ${there}` });
}
