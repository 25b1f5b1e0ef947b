// Imports: finds the host functions for the imports of a guest.

import { createError, optionTypeError } from '../../errors.js';
import type { ExternDescription } from '../../native.js';
import { checkObject, describe } from '../options/read.js';
import { formatList } from './format-list.js';

/** A function of the host. On asynchronous instances it may return a promise. */
export type HostFunction = (...args: any[]) => unknown;

/**
 * Host functions by module and name, as in the JavaScript API for WebAssembly: `{ env: { now: () => 42 } }`.
 *
 * Functions receive numbers (`i64` as `bigint`) and return one, an array of several, or nothing.
 */
export interface Imports {
  readonly [module: string]: { readonly [name: string]: HostFunction };
}

/**
 * @internal The functions for a guest's imports, in their order; `undefined` if it has none.
 *
 * @throws TypeError (`BAD_OPTION`), {@link WasmError} `LINK` naming all imports that are missing or no functions.
 */
export function resolveImports(wanted: readonly ExternDescription[], imports: unknown): HostFunction[] | undefined {
  if (imports !== undefined) checkObject('imports', imports);
  if (wanted.length === 0) return undefined;
  const unsupported: string[] = [];
  const missing: string[] = [];
  const functions: HostFunction[] = [];
  for (const one of wanted) {
    if (!isSupported(one)) unsupported.push(unsupportedText(one));
    else {
      const found = lookUp(imports, one);
      if (isFunction(found)) functions.push(found);
      else missing.push(missingText(one, found));
    }
  }
  if (unsupported.length + missing.length > 0) {
    // Unsupported ones first: no function that you write can make up for them.
    const rejected = [...unsupported, ...missing];
    const message = `cannot instantiate: the guest imports ${formatList(rejected)}`;
    throw createError({ code: 'LINK', message });
  }
  return functions;
}

function isFunction(value: unknown): value is HostFunction {
  return typeof value === 'function';
}

const NUMBERS = new Set(['i32', 'i64', 'f32', 'f64']);

function isSupported({ kind, params = [], results = [] }: ExternDescription): boolean {
  if (kind !== 'function') return false;
  return params.every(({ type }) => NUMBERS.has(type)) && results.every((type) => NUMBERS.has(type));
}

function unsupportedText({ module, name, type }: ExternDescription): string {
  return `'${module}.${name}' (${type}), which this version does not support: host functions take and return numbers only`;
}

function lookUp(
  imports: Readonly<Record<string, unknown>> | undefined,
  { module = '', name }: ExternDescription,
): unknown {
  const group = imports?.[module];
  if (group === undefined || group === null) return undefined;
  if (typeof group !== 'object' && typeof group !== 'function') {
    throw optionTypeError(`imports.${module}`, `expected an object of functions, got ${describe(group)}`);
  }
  return (group as Readonly<Record<string, unknown>>)[name];
}

function missingText({ module, name, type }: ExternDescription, found: unknown): string {
  const what =
    found === undefined ? "which 'imports' does not have" : `which must be a function, got ${describe(found)}`;
  return `'${module}.${name}' (${type}), ${what}`;
}
