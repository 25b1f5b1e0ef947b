// Limits: what one instance may use.

import { optionTypeError } from '../../errors.js';
import type { LimitOptions } from '../../native.js';
import { fuel, number, type Readers, readOptions, string, timeout } from './read.js';

/**
 * Limits of one instance. `memoryBytes` is mandatory. Every other limit has a default: nothing is unlimited unless you
 * write it.
 */
export interface Limits {
  /** All memories of the instance together, in bytes; at least 1, at most the engine's `limits.memoryBytes`. */
  readonly memoryBytes: number;
  /**
   * Fuel of each call (and of instantiation), in Wasmtime's units, 1 to 2⁶⁴ − 1: roughly one for each instruction. By
   * default 1,000,000,000 on engines that count fuel; others reject the option.
   */
  readonly fuel?: bigint | number | 'unlimited';
  /**
   * Time of each call, in milliseconds, a whole number from 1 to 2³¹ − 1. By default 1,000 on engines with epochs, and
   * if fuel is unlimited.
   *
   * Asynchronous instances always have a timeout, by default 30,000: fuel does not bound the host functions that they
   * wait for. On an engine that counts fuel alone, a synchronous call with a timeout runs on a separate fiber in time
   * slices. Synchronous guests with host functions do too, unless this is `'unlimited'`; their host calls are then
   * faster, but none of their calls can have a timeout.
   */
  readonly timeoutMs?: number | 'unlimited';
  /** Effect of a refused growth of memory: ends the call with `MEMORY_LIMIT` (default), or returns −1 to the guest. */
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
   * Bytes that one call may transfer from the guest to the host; by default 128 MiB. Values other than lists of bytes
   * or numbers are charged by their size on the host: 32 bytes each, plus 128 per nested object or array.
   */
  readonly transferBytes?: number;
  /**
   * Calls that may wait while another call of the same asynchronous instance is in progress, from 0; by default 1,000.
   * Their wait does not count against `timeoutMs`; a signal bounds it.
   */
  readonly queuedCalls?: number;
}

const LIMITS = {
  memoryBytes: number,
  fuel,
  timeoutMs: timeout,
  onMemoryLimit: string,
  tableElements: number,
  instances: number,
  memories: number,
  tables: number,
  transferBytes: number,
  queuedCalls: number,
} satisfies Readers<Limits, LimitOptions>;

/**
 * @internal The limits as the addon takes them.
 *
 * @throws TypeError or RangeError (`BAD_OPTION`) naming the limit that is missing, unknown, of the wrong type or out of
 *   range.
 */
export function readLimits(limits: unknown): LimitOptions {
  const { memoryBytes, ...others } = readOptions('limits', limits, LIMITS);
  if (memoryBytes !== undefined) return { memoryBytes, ...others };
  const message = 'is mandatory: say how many bytes the memories of the instance may hold';
  throw optionTypeError('limits.memoryBytes', message);
}
