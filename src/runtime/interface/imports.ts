/** Which functions of the host's serve what a guest imports? */

import { createError, optionTypeError } from '../../errors.js';
import type { ItemDescription } from '../../native.js';
import { listed } from './format-list.js';
import { describe, object } from '../options/check.js';

/** A function of the host's. On asynchronous instances it may return a promise. */
export type HostFunction = (...args: any[]) => unknown;

/**
 * What a guest imports, by module and name, as in the JavaScript API for WebAssembly: `{ env: { now: () => 42 } }`.
 *
 * Functions get numbers (`i64` as `bigint`) and return one, an array of several, or nothing.
 */
export interface Imports {
  readonly [module: string]: { readonly [name: string]: HostFunction };
}

/**
 * @internal The functions for a guest's imports, in their order; `undefined` where it has none.
 *
 * @throws TypeError (`BAD_OPTION`), {@link WasmError} `LINK` naming all that is missing or no function.
 */
export function resolveImports(items: readonly ItemDescription[], imports: unknown): HostFunction[] | undefined {
  if (imports !== undefined) object('imports', imports);
  if (items.length === 0) return undefined;
  const unservable: string[] = [];
  const missing: string[] = [];
  const functions = items.map((item) => {
    const isOne = isServable(item);
    const found = isOne ? lookUp(imports, item) : undefined;
    if (!isOne) unservable.push(unservableText(item));
    else if (typeof found !== 'function') missing.push(missingText(item, found));
    return found as HostFunction;
  });
  if (unservable.length + missing.length > 0) {
    // What no host can serve comes first, or functions would be written in vain.
    const unserved = [...unservable, ...missing];
    const message = `cannot instantiate: the guest imports ${listed(unserved)}`;
    throw createError({ code: 'LINK', message });
  }
  return functions;
}

const NUMBERS = new Set(['i32', 'i64', 'f32', 'f64']);

function isServable({ kind, params = [], results = [] }: ItemDescription): boolean {
  if (kind !== 'function') return false;
  return params.every(({ type }) => NUMBERS.has(type)) && results.every((type) => NUMBERS.has(type));
}

function unservableText({ module, name, type }: ItemDescription): string {
  return `'${module}.${name}' (${type}), which no host can serve in this version: only functions of numbers`;
}

function lookUp(imports: unknown, { module = '', name }: ItemDescription): unknown {
  const group: unknown = (imports as Record<string, unknown> | undefined)?.[module];
  if (group === undefined || group === null) return undefined;
  if (typeof group !== 'object' && typeof group !== 'function') {
    throw optionTypeError(`imports.${module}`, `expected an object of functions, got ${describe(group)}`);
  }
  return (group as Record<string, unknown>)[name];
}

function missingText({ module, name, type }: ItemDescription, found: unknown): string {
  const what =
    found === undefined ? "which 'imports' does not have" : `which must be a function, got ${describe(found)}`;
  return `'${module}.${name}' (${type}), ${what}`;
}
