// Call options: the limits of one call, and its abort signal.

import type { NativeCallOptions } from '../../native.js';
import { fuel, type Reader, type Readers, readOptions, timeout, unexpected } from './read.js';

/** Options of one call. `fuel` and `timeoutMs` replace the instance's limits for this call. */
export interface CallOptions {
  /** Aborts the call: it ends with `ABORTED`, and an instance that was running is poisoned. */
  readonly signal?: AbortSignal | undefined;
  /** Fuel of this call, 1 to 2⁶⁴ − 1. Rejected by engines that do not count fuel (`BAD_OPTION`). */
  readonly fuel?: bigint | number | 'unlimited' | undefined;
  /** Time of this call, in milliseconds, a whole number from 1 to 2³¹ − 1. */
  readonly timeoutMs?: number | 'unlimited' | undefined;
}

const abortSignal: Reader<AbortSignal> = (option, value) => {
  if (value instanceof AbortSignal) return value;
  throw unexpected(option, 'an AbortSignal', value);
};

const CALL_OPTIONS = { signal: abortSignal, fuel, timeoutMs: timeout } satisfies Readers<
  CallOptions,
  { fuel: NativeCallOptions[0]; timeoutMs: NativeCallOptions[1] }
>;

/** @internal Options as read: those that the addon takes, and the signal with the id by which it aborts the call. */
export interface ReadCallOptions {
  readonly nativeOptions: NativeCallOptions;
  readonly signal: AbortSignal | undefined;
  readonly abortId: number;
}

let lastAbortId = 0;

/**
 * @internal Reads the options of a call.
 *
 * @throws TypeError or RangeError (`BAD_OPTION`).
 */
export function readCallOptions(options: CallOptions, isMeasured: boolean): ReadCallOptions {
  const { signal, fuel, timeoutMs } = readOptions('', options, CALL_OPTIONS);
  if (signal) lastAbortId += 1;
  const abortId = signal ? lastAbortId : 0;
  return { nativeOptions: [fuel, timeoutMs, isMeasured, abortId], signal, abortId };
}
