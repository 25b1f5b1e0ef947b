// Invokers: call exports by name.

import { badValue } from '../errors.js';
import { native, type NativeHandle, type NativeInvoker } from '../native.js';
import { type ExportTable, functionOf, type GuestFunction } from './interface/exports.js';
import { unknownExport } from './interface/names.js';
import { describe } from './options/read.js';

/** @internal The invokers of one instance, created when first needed. */
export class Invokers {
  readonly #table: ExportTable;
  readonly #invokers = new Map<string, NativeInvoker>();

  constructor(table: ExportTable) {
    this.#table = table;
  }

  /**
   * The invoker of the export of this name.
   *
   * @throws TypeError (`BAD_VALUE`), {@link WasmError} `UNKNOWN_EXPORT`, `UNSUPPORTED`.
   */
  find(handle: NativeHandle, name: string, args: readonly unknown[]): NativeInvoker {
    checkArguments(args);
    const known = this.#invokers.get(name);
    if (known) return known;
    checkName(name);
    const path = this.#table.path(name);
    if (path === undefined) throw unknownExport(name, this.#table.descriptions, 'jsName');
    const invoker = native.instanceInvoker(handle, path);
    this.#invokers.set(name, invoker);
    return invoker;
  }
}

/**
 * @internal The exported function of this name, for a call with these arguments.
 *
 * @throws TypeError (`BAD_VALUE`), {@link WasmError} `UNKNOWN_EXPORT`.
 */
export function findFunction(
  table: ExportTable,
  exports: object,
  name: string,
  args: readonly unknown[],
): GuestFunction {
  checkName(name);
  const found = functionOf(table, exports, name);
  if (!isFunction(found)) throw unknownExport(name, table.descriptions, 'jsName');
  checkArguments(args);
  return found;
}

function isFunction(value: unknown): value is GuestFunction {
  return typeof value === 'function';
}

function checkName(name: string): void {
  if (typeof name !== 'string') throw badValue(`the name must be a string, got ${describe(name)}`);
}

function checkArguments(args: readonly unknown[]): void {
  if (!Array.isArray(args)) throw badValue(`the arguments must be an array, got ${describe(args)}`);
}
