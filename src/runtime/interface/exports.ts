// Exports: the objects through which JavaScript sees what a guest exports.

import { createError, WasmError } from '../../errors.js';
import type { ExternDescription, NativeHandle } from '../../native.js';
import { Memory } from '../memory.js';
import { ambiguous, componentPath, type ExportPath, interfacesByShortName, modulePath } from './names.js';

/** The exports of a guest, by name. Pass your own type to `instantiate` if you have one. */
export type Exports = { readonly [name: string]: any };

/** A function that a guest exports. */
export type GuestFunction = (...args: any[]) => unknown;

/** @internal Creates the function that calls the export at `path`. */
export type FunctionFactory = (path: ExportPath) => GuestFunction;

/** @internal How exports are created and found by name; differs between core modules and components. */
export interface ExportResolver {
  readonly kind: 'module' | 'component';
  /** All exports; `factory` creates each function. */
  exports(handle: NativeHandle, descriptions: readonly ExternDescription[], factory: FunctionFactory): object;
  /** The path of the exported function of this name. */
  path(descriptions: readonly ExternDescription[], name: string): ExportPath | undefined;
}

/** @internal The exports of a compiled guest: descriptions, and paths by name. */
export class ExportTable {
  readonly resolver: ExportResolver;
  readonly descriptions: readonly ExternDescription[];
  readonly #paths = new Map<string, ExportPath>();

  constructor(resolver: ExportResolver, descriptions: readonly ExternDescription[]) {
    this.resolver = resolver;
    this.descriptions = descriptions;
  }

  /** The path of the exported function of this name, looked up once for all instances. */
  path(name: string): ExportPath | undefined {
    const known = this.#paths.get(name);
    if (known) return known;
    const path = this.resolver.path(this.descriptions, name);
    if (path) this.#paths.set(name, path);
    return path;
  }

  /** The exports of an instance; `factory` creates each function. */
  create(handle: NativeHandle, factory: FunctionFactory): object {
    return this.resolver.exports(handle, this.descriptions, factory);
  }
}

/** @internal */
export const moduleResolver: ExportResolver = { kind: 'module', exports: moduleExports, path: modulePath };

/** @internal */
export const componentResolver: ExportResolver = {
  kind: 'component',
  exports: (_, descriptions, factory) => componentExports(descriptions, [], factory),
  path: componentPath,
};

function moduleExports(
  handle: NativeHandle,
  descriptions: readonly ExternDescription[],
  factory: FunctionFactory,
): object {
  const exports = emptyObject();
  for (const { name, kind } of descriptions) {
    if (kind === 'function') {
      const value = callable(factory, [name]);
      if (name === 'then') hide(exports, value);
      else exports[name] = value;
    }
    if (kind === 'memory') exports[name] = new Memory(handle, name);
  }
  return Object.freeze(exports);
}

/** Functions and interfaces, each also under its name in the binary, and interfaces under their short names. */
function componentExports(
  descriptions: readonly ExternDescription[],
  path: ExportPath,
  factory: FunctionFactory,
): object {
  const exports = emptyObject();
  const define = (name: string, value: unknown, enumerable: boolean): void => {
    if (!Object.hasOwn(exports, name)) Object.defineProperty(exports, name, { value, enumerable });
  };
  for (const one of descriptions) {
    const value = componentExport(one, [...path, one.name], factory);
    if (value === undefined) continue;
    if (one.kind === 'function' && one.name === 'then') hide(exports, value);
    else {
      define(one.jsName, value, true);
      define(one.name, value, false);
    }
  }
  for (const [name, interfaces] of interfacesByShortName(descriptions)) {
    const [first, ...others] = interfaces;
    if (first && others.length === 0) define(name, own(exports, first.name), false);
    else if (name !== 'then' && !Object.hasOwn(exports, name)) defineAmbiguous(exports, name, interfaces);
  }
  return Object.freeze(exports);
}

function emptyObject(): Record<PropertyKey, unknown> {
  return Object.create(null) as Record<PropertyKey, unknown>;
}

/**
 * The key of a function `then`: an object with a property `then` would be thenable, and `await` would call the guest.
 */
const THEN = Symbol('then');

function hide(exports: object, value: unknown): void {
  Object.defineProperty(exports, THEN, { value });
}

/** Makes access to a name that several interfaces share fail, instead of picking one of them. */
function defineAmbiguous(exports: object, name: string, interfaces: readonly ExternDescription[]): void {
  Object.defineProperty(exports, name, {
    get() {
      throw ambiguous(
        name,
        interfaces.map((one) => one.name),
      );
    },
  });
}

function componentExport(one: ExternDescription, path: ExportPath, factory: FunctionFactory): object | undefined {
  switch (one.kind) {
    case 'function':
      return callable(factory, path);
    case 'instance':
      return componentExports(one.exports ?? [], path, factory);
    default:
      return undefined;
  }
}

/** The function, or one that throws why it cannot be called: other exports remain usable. */
function callable(factory: FunctionFactory, path: ExportPath): GuestFunction {
  try {
    return factory(path);
  } catch (error) {
    if (!(error instanceof WasmError) || error.code !== 'UNSUPPORTED') throw error;
    return () => {
      throw createError(error.toJSON());
    };
  }
}

/** @internal The function of this name among the exports of an instance. */
export function functionOf(table: ExportTable, exports: object, name: string): unknown {
  return table.path(name)?.reduce((found: unknown, part) => own(found as object, part), exports);
}

function own(exports: object, name: string): unknown {
  if (name === 'then' && THEN in exports) return exports[THEN];
  return Object.hasOwn(exports, name) ? (exports as Readonly<Record<string, unknown>>)[name] : undefined;
}
