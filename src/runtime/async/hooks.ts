// Hooks of the addon: what JavaScript does for calls that do not end at once. Importing this file hands them over.

import { AsyncResource } from 'node:async_hooks';
import { native } from '../../native.js';

/** Added to each timer: one that fires early would find the deadline not yet passed. */
const LATE_MS = 1;

/** Node fires timers beyond this at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The timers of the calls that wait, by ticket. */
const timers = new Map<number, NodeJS.Timeout>();

/**
 * Reports to the addon how a host function's promise settled, or that the call's time is up.
 *
 * It never reports before this returns, with any getters and methods of the promise.
 */
function awaitPromise(promise: unknown, ticket: number, leftMs: number | undefined): void {
  if (leftMs !== undefined) timers.set(ticket, setTimeout(expire, timerMs(leftMs), ticket));
  void settle(promise, ticket);
}

async function settle(promise: unknown, ticket: number): Promise<void> {
  let value: unknown;
  let isRejected = false;
  try {
    value = await promise;
  } catch (reason) {
    value = reason;
    isRejected = true;
    // A getter may have thrown before the first await.
    await Promise.resolve();
  }
  cancelTimer(ticket);
  native.promiseSettled(ticket, value, isRejected);
}

function expire(ticket: number): void {
  timers.delete(ticket);
  native.deadlinePassed(ticket);
}

function timerMs(leftMs: number): number {
  return Math.min(Math.ceil(leftMs) + LATE_MS, MAX_TIMER_MS);
}

/** Cancels the deadline of a call that no longer waits. */
function cancelTimer(ticket: number): void {
  clearTimeout(timers.get(ticket));
  timers.delete(ticket);
}

/** Captures the current asynchronous context: returns a function that runs others in it. */
function captureContext(): (run: (...args: unknown[]) => unknown, ...args: unknown[]) => unknown {
  const resource = new AsyncResource('airssys-wasm.call');
  return (run, ...args) => resource.runInAsyncScope(run, undefined, ...args);
}

/** Lets the event loop turn before deferred calls continue. */
function requestTurn(): void {
  setImmediate(native.resumeDeferred);
}

/** Attaches a no-op rejection handler, so that an unawaited promise does not crash the process. */
function ignoreRejection(promise: Promise<unknown>): void {
  // Not by the promise's own `then`, which may be anything.
  void Promise.prototype.then.call(promise, undefined, () => undefined);
}

native.setAsyncHooks({ awaitPromise, captureContext, cancelTimer, requestTurn, ignoreRejection });
