/** How do a guest's exports look from JavaScript? */

import { createError, type WasmError } from '../../errors.js';
import { type ItemDescription, native, type NativeHandle } from '../../native.js';
import { Memory } from '../memory.js';
import { ambiguous, byShortName, componentPath, corePath, type Path } from './names.js';

/** What a guest exports, by name. Give your own type to `instantiate` where you have one. */
export type Exports = { readonly [name: string]: any };

/** A function that a guest exports. */
export type GuestFunction = (...args: any[]) => unknown;

/** @internal Makes the function that calls the export at `path`. */
export type Caller = (path: Path) => GuestFunction;

/** @internal What core modules and components differ in: how their exports come to be, and how names find them. */
export interface Kind {
  readonly name: 'module' | 'component';
  /** All exports, each function made by `caller`. */
  exports(handle: NativeHandle, items: readonly ItemDescription[], caller: Caller): object;
  /** Where the exported function of this name is. */
  path(items: readonly ItemDescription[], name: string): Path | undefined;
}

/** @internal What a compiled guest exports. */
export class Shape {
  readonly kind: Kind;
  readonly items: readonly ItemDescription[];
  readonly #paths = new Map<string, Path>();

  constructor(kind: Kind, items: readonly ItemDescription[]) {
    this.kind = kind;
    this.items = items;
  }

  /** Where the exported function of this name is; it is looked for once for all instances. */
  path(name: string): Path | undefined {
    const known = this.#paths.get(name);
    if (known) return known;
    const path = this.kind.path(this.items, name);
    if (path) this.#paths.set(name, path);
    return path;
  }
}

/** @internal */
export const core: Kind = { name: 'module', exports: coreExports, path: corePath };

/** @internal */
export const component: Kind = {
  name: 'component',
  exports: (_, items, caller) => componentExports(items, [], caller),
  path: componentPath,
};

function coreExports(handle: NativeHandle, items: readonly ItemDescription[], caller: Caller): object {
  const exports: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { name, kind } of items) {
    if (kind === 'function') {
      const value = callable(caller, [name]);
      if (name === 'then') hide(exports, value);
      else exports[name] = value;
    }
    if (kind === 'memory') exports[name] = new Memory(handle, name);
  }
  return Object.freeze(exports);
}

/** Functions and interfaces, each also under its name in the binary, and interfaces under names that are short for one. */
function componentExports(items: readonly ItemDescription[], path: Path, caller: Caller): object {
  const exports: object = Object.create(null) as object;
  const define = (name: string, value: unknown, enumerable: boolean): void => {
    if (!Object.hasOwn(exports, name)) Object.defineProperty(exports, name, { value, enumerable });
  };
  for (const item of items) {
    const value = componentExport(item, [...path, item.name], caller);
    if (value === undefined) continue;
    if (item.kind === 'function' && item.name === 'then') hide(exports, value);
    else {
      define(item.jsName, value, true);
      define(item.name, value, false);
    }
  }
  for (const [name, interfaces] of byShortName(items)) {
    const [{ name: fullName }, ...others] = interfaces as [ItemDescription, ...ItemDescription[]];
    if (others.length === 0) define(name, own(exports, fullName), false);
    else if (name !== 'then' && !Object.hasOwn(exports, name)) refuse(exports, name, interfaces);
  }
  return Object.freeze(exports);
}

/** Where a function `then` is: an object that has one is taken for a promise by whoever awaits it. */
const THEN = Symbol('then');

function hide(exports: object, value: unknown): void {
  Object.defineProperty(exports, THEN, { value });
}

/** Nobody gets the first of several by chance. */
function refuse(exports: object, name: string, interfaces: readonly ItemDescription[]): void {
  Object.defineProperty(exports, name, {
    get() {
      throw ambiguous(
        name,
        interfaces.map((item) => item.name),
      );
    },
  });
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

/** @internal The function of this name among the exports of a guest of this shape. */
export function functionOf(shape: Shape, exports: object, name: string): unknown {
  return shape.path(name)?.reduce((found: unknown, part) => own(found as object, part), exports);
}

function own(exports: object, name: string): unknown {
  if (name === 'then' && THEN in exports) return exports[THEN];
  return Object.hasOwn(exports, name) ? (exports as Record<string, unknown>)[name] : undefined;
}

/** @internal The export of `path` as the addon's own function, which calls synchronously or gives what it waits for. */
export function rawFunction(handle: NativeHandle, path: Path): GuestFunction {
  return native.instanceFunction(handle, [...path]);
}
