/** What may be said of a single call, and how does it reach the addon? */

import { badValue, createError, optionTypeError } from '../../errors.js';
import { native, type NativeHandle } from '../../native.js';
import { functionOf, type GuestFunction, type Shape } from '../interface/exports.js';
import { nativeFuel, nativeTimeout } from './limits.js';
import { unknownExport } from '../interface/names.js';
import { bound, type Check, checkOptions, describe, fuel } from './check.js';

/** What is particular to one call; each bound stands in the place of the instance's own. */
export interface CallOptions {
  /** Aborts the call: it ends with `ABORTED`, and an instance that was running is poisoned. */
  readonly signal?: AbortSignal | undefined;
  /** Fuel of this call, 1 to 2⁶⁴ − 1. Engines that count none refuse it. */
  readonly fuel?: bigint | number | 'unlimited' | undefined;
  /** Time of this call, in milliseconds, a whole number from 1 to 2³¹ − 1. */
  readonly timeoutMs?: number | 'unlimited' | undefined;
}

/** @internal Calls an export with an array of arguments and terms. */
export type Invoker = (args: readonly unknown[], ...terms: Terms) => unknown;

/** @internal Fuel and timeout (`null` for none), whether to measure, and the number by which it may be aborted. */
export type Terms = [
  fuel: bigint | null | undefined,
  timeoutMs: number | null | undefined,
  isMeasured: boolean,
  number: number,
];

const signalCheck: Check = (option, value) => {
  if (!(value instanceof AbortSignal)) {
    throw optionTypeError(option, `expected an AbortSignal, got ${describe(value)}`);
  }
};

const checks = { signal: signalCheck, fuel, timeoutMs: bound };

let lastNumber = 0;

/** @internal The invokers of one instance, made when they are first asked for. */
export class Invokers {
  readonly #shape: Shape;
  readonly #made = new Map<string, Invoker>();

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  /**
   * The invoker of the export of this name.
   *
   * @throws TypeError (`BAD_VALUE`), {@link WasmError} `UNKNOWN_EXPORT`, `UNSUPPORTED`.
   */
  find(handle: NativeHandle, name: string, args: readonly unknown[]): Invoker {
    checkArguments(args);
    const made = this.#made.get(name);
    if (made) return made;
    if (typeof name !== 'string') throw badValue(`the name must be a string, got ${describe(name)}`);
    const path = this.#shape.path(name);
    if (path === undefined) throw unknownExport(name, this.#shape.items, 'jsName');
    const invoker = native.instanceFunction(handle, [...path], true) as Invoker;
    this.#made.set(name, invoker);
    return invoker;
  }

  /**
   * What the options mean.
   *
   * @throws TypeError or RangeError (`BAD_OPTION`).
   */
  terms(options: CallOptions, isMeasured: boolean): { terms: Terms; signal: AbortSignal | undefined } {
    checkOptions('', options, checks);
    const { signal } = options;
    if (signal) lastNumber += 1;
    const bounds = [nativeFuel(options.fuel, 'fuel'), nativeTimeout(options.timeoutMs, 'timeoutMs')] as const;
    return { terms: [...bounds, isMeasured, signal ? lastNumber : 0], signal };
  }
}

/**
 * @internal
 *
 * @throws {@link WasmError} `ABORTED` where the signal says so.
 */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}

/**
 * @internal The exported function of this name, for a call with these arguments.
 *
 * @throws TypeError (`BAD_VALUE`), {@link WasmError} `UNKNOWN_EXPORT`.
 */
export function findFunction(shape: Shape, exports: object, name: string, args: readonly unknown[]): GuestFunction {
  if (typeof name !== 'string') throw badValue(`the name must be a string, got ${describe(name)}`);
  const found = functionOf(shape, exports, name);
  if (typeof found !== 'function') throw unknownExport(name, shape.items, 'jsName');
  checkArguments(args);
  return found as GuestFunction;
}

function checkArguments(args: readonly unknown[]): void {
  if (!Array.isArray(args)) throw badValue(`the arguments must be an array, got ${describe(args)}`);
}

/** @internal The error of a call that `signal` aborted; its `reason` is the signal's. */
export function aborted(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  const why = reason instanceof Error ? reason.message : describe(reason);
  const error = createError({ code: 'ABORTED', message: `the call was aborted: ${why}` });
  // Beside the data: a reason may be anything, also what cannot be cloned.
  Object.defineProperty(error, 'reason', { value: reason, configurable: true, writable: true });
  return error;
}
