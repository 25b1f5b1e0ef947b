// Abort signals: each stops the calls that it was passed to.

import { createError } from '../../errors.js';
import { describe } from '../options/read.js';
import { runCall } from './call.js';
import { isPromise } from './result.js';

/** @internal The signal that aborts a call, and the function that stops the call. */
export interface AbortHandler {
  readonly signal: AbortSignal;
  /** Stops the call, if it is in progress. */
  readonly abort: () => void;
}

/**
 * @internal
 *
 * @throws {@link WasmError} `ABORTED` if the signal is aborted.
 */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}

/**
 * @internal As {@link runCall}, until the signal aborts the call.
 *
 * @throws {@link WasmError} `ABORTED`, with the signal's reason.
 */
export async function runAbortable<A extends unknown[]>(
  owner: object | undefined,
  call: (...args: A) => unknown,
  args: A,
  { signal, abort }: AbortHandler,
): Promise<unknown> {
  const begin = (): unknown => {
    const result = call(...args);
    // A getter among the arguments, or a host function, may have aborted the signal already.
    if (signal.aborted && isPromise(result)) abort();
    else checkSignal(signal);
    return result;
  };
  listen(signal, abort);
  try {
    return await runCall(owner, begin, []);
  } catch (error) {
    throw signal.aborted && isAborted(error) ? aborted(signal) : error;
  } finally {
    unlisten(signal, abort);
  }
}

function isAborted(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ABORTED';
}

/** The error of a call that `signal` aborted; its `reason` is the signal's. */
function aborted(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  const why = reason instanceof Error ? reason.message : describe(reason);
  const error = createError({ code: 'ABORTED', message: `the call was aborted: ${why}` });
  // No part of the error's data: a reason may be a value that cannot be cloned.
  Object.defineProperty(error, 'reason', { value: reason, configurable: true, writable: true });
  return error;
}

/** The calls that a signal aborts, and its one listener: Node warns about many listeners. */
interface Calls {
  readonly aborts: Set<() => void>;
  readonly listener: () => void;
}

const callsOf = new WeakMap<AbortSignal, Calls>();

function listen(signal: AbortSignal, abort: () => void): void {
  const calls = callsOf.get(signal);
  if (calls) {
    calls.aborts.add(abort);
    return;
  }
  const aborts = new Set([abort]);
  // The last first: a queued call would begin when the call before it ends.
  const listener = (): void => [...aborts].reverse().forEach((each) => each());
  callsOf.set(signal, { aborts, listener });
  signal.addEventListener('abort', listener, { once: true });
}

function unlisten(signal: AbortSignal, abort: () => void): void {
  const calls = callsOf.get(signal);
  calls?.aborts.delete(abort);
  if (calls?.aborts.size !== 0) return;
  callsOf.delete(signal);
  signal.removeEventListener('abort', calls.listener);
}
