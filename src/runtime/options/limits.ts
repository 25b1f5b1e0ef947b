/** What may an instance use? */

import { createError, optionTypeError } from '../../errors.js';
import type { LimitOptions } from '../../native.js';
import { bound, checkOptions, describe, fuel, number, string } from './check.js';

/**
 * What one instance may use. `memoryBytes` has no default; what bounds a call has one, so that nothing is unlimited
 * unless written out.
 */
export interface Limits {
  /** The sum over all memories of the instance, in bytes; at least 1, at most the engine's `maxima.memoryBytes`. */
  readonly memoryBytes: number;
  /**
   * Fuel of each call (and of instantiation), in Wasmtime's units, 1 to 2⁶⁴ − 1: roughly one for each instruction. By
   * default 1,000,000,000 on engines that count fuel; others refuse the option.
   */
  readonly fuel?: bigint | number | 'unlimited';
  /**
   * Time of each call, in milliseconds, a whole number from 1 to 2³¹ − 1. By default 1,000 on engines with epochs, and
   * where fuel is unlimited.
   * Asynchronous instances have one in any case, by default 30,000: fuel does not bound the host functions that they wait
   * for. On an engine that counts fuel alone, a synchronous call with a timeout runs in slices on a stack of its own, and so
   * do all calls of a synchronous guest with host functions, unless this is `'unlimited'`: its host calls are faster then,
   * and none of its calls can be given a timeout.
   */
  readonly timeoutMs?: number | 'unlimited';
  /** What a refused growth of memory does: ends the call with `MEMORY_LIMIT` (default), or shows the guest −1. */
  readonly onMemoryLimit?: 'trap' | 'refuse';
  /** Elements in all tables of the instance together, from 0; by default 100,000. */
  readonly tableElements?: number;
  /** Core instances inside the instance, from 1; by default 100. */
  readonly instances?: number;
  /** Memories inside the instance, from 0; by default 100. */
  readonly memories?: number;
  /** Tables inside the instance, from 0; by default 100. */
  readonly tables?: number;
  /**
   * Bytes that one call may bring from the guest to the host; by default 128 MiB. What is no byte or number of a list
   * counts by what it takes on the host: 32 bytes each, and 128 more for an object or an array inside of another value.
   */
  readonly transferBytes?: number;
  /**
   * Calls that may wait while another of the same asynchronous instance is under way, from 0; by default 1,000. Their wait
   * does not count against `timeoutMs`; a signal bounds it.
   */
  readonly queuedCalls?: number;
}

const checks = {
  memoryBytes: number,
  fuel,
  timeoutMs: bound,
  onMemoryLimit: string,
  tableElements: number,
  instances: number,
  memories: number,
  tables: number,
  transferBytes: number,
  queuedCalls: number,
};

/**
 * @internal The limits as the addon takes them.
 *
 * @throws TypeError or RangeError (`BAD_OPTION`) naming the limit that is missing, unknown or of the wrong type.
 */
export function nativeLimits(limits: Limits): LimitOptions {
  checkOptions('limits', limits, checks);
  if (limits.memoryBytes === undefined) {
    const message = 'is mandatory: say how many bytes the memories of the instance may hold';
    throw optionTypeError('limits.memoryBytes', message);
  }
  // Each by its name, for limits may be inherited. The addon takes undefined for what is absent.
  const { memoryBytes, onMemoryLimit, tableElements, instances, memories, tables, transferBytes, queuedCalls } = limits;
  const bounds = { fuel: nativeFuel(limits.fuel), timeoutMs: nativeTimeout(limits.timeoutMs) };
  const parts = { tableElements, instances, memories, tables, transferBytes, queuedCalls };
  return { memoryBytes, onMemoryLimit, ...bounds, ...parts } as LimitOptions;
}

/** @internal Fuel as the addon takes it: `null` where it is unlimited. */
export function nativeFuel(value: Limits['fuel'], option = 'limits.fuel'): bigint | null | undefined {
  if (value === 'unlimited') return null;
  if (typeof value !== 'bigint') return value === undefined ? value : BigInt(positive(option, value));
  if (value > 0n && value < 2n ** 64n) return value;
  throw badBound(option, `expected 1n to ${2n ** 64n - 1n}n, or 'unlimited', got ${describe(value)}`);
}

/** @internal A timeout as the addon takes it: `null` where it is unlimited. */
export function nativeTimeout(value: Limits['timeoutMs'], option = 'limits.timeoutMs'): number | null | undefined {
  if (value === 'unlimited') return null;
  return value === undefined ? value : positive(option, value);
}

function positive(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw badBound(option, `expected a whole number from 1, or 'unlimited', got ${describe(value)}`);
}

function badBound(option: string, message: string): Error {
  return createError({ code: 'BAD_OPTION', option, message: `option '${option}': ${message}` });
}
