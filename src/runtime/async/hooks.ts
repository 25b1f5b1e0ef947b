/** What becomes of calls that do not end at once, and in whose context do their host functions run? */

import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { types } from 'node:util';
import { createError, type WasmErrorData } from '../../errors.js';
import { native } from '../../native.js';

/** What the addon resolves a promise to: a value, a failure (with its payload), or what a host function threw. */
type Settled = [0, unknown, undefined] | [1, WasmErrorData, unknown] | [2, unknown, undefined];

/**
 * @internal Whether the addon gave a promise. Its promises are of the process's own realm, and so not of the class that
 * the package sees in a realm of its own, such as Jest's.
 */
export function isPromise(given: unknown): given is Promise<unknown> {
  return typeof given === 'object' && types.isPromise(given);
}

/**
 * @internal What a call gave: its value where it ended at once, else the value of its promise.
 *
 * Errors are made here, where the stack shows who waits.
 */
export function unwrap(settled: unknown): unknown {
  const [kind, value, payload] = settled as Settled;
  if (kind === 0) return value;
  throw kind === 1 ? createError(value, payload) : value;
}

/** A call under way of an instance with host functions; host functions see it as theirs, and all around it. */
interface Frame {
  readonly owner: object;
  readonly outer: Frame | undefined;
  isLive: boolean;
}

let frames: AsyncLocalStorage<Frame> | undefined;

/**
 * @internal Runs a call of `owner`, so that its own host functions are known by what they call.
 *
 * @throws {@link WasmError} `REENTRANT` inside of one of `owner`'s host functions: the call would wait for itself.
 */
export async function inFrame(owner: object, call: () => unknown): Promise<unknown> {
  frames ??= new AsyncLocalStorage();
  const outer = frames.getStore();
  for (let frame = outer; frame; frame = frame.outer) {
    if (frame.owner === owner && frame.isLive) throw reentrant();
  }
  const frame: Frame = { owner, outer: liveOnly(outer), isLive: true };
  try {
    const given = frames.run(frame, call);
    return isPromise(given) ? unwrap(await given) : given;
  } finally {
    frame.isLive = false;
  }
}

/** Frames that have ended hold nothing up, and would pile up otherwise. */
function liveOnly(frame: Frame | undefined): Frame | undefined {
  let live = frame;
  while (live && !live.isLive) live = live.outer;
  return live;
}

function reentrant(): Error {
  const message =
    'the instance is running the call that this host function serves, and would wait for itself; return first, or use another instance';
  return createError({ code: 'REENTRANT', message });
}

/** Timers that fire early would find time left. */
const LATE_MS = 1;

/** Past this a timer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The timers of the calls that wait, by ticket. */
const timers = new Map<number, NodeJS.Timeout>();

/**
 * Brings back to the addon what becomes of a host function's promise, or that the call's time is up.
 *
 * It never does so before this returns, whatever getters and methods the promise has of its own.
 */
function wait(promise: unknown, ticket: number, leftMs: number | undefined): void {
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
    // A getter may have thrown before anything was waited for.
    await Promise.resolve();
  }
  forget(ticket);
  native.waitSettled(ticket, value, isRejected);
}

function expire(ticket: number): void {
  timers.delete(ticket);
  native.waitExpired(ticket);
}

function timerMs(leftMs: number): number {
  return Math.min(Math.ceil(leftMs) + LATE_MS, MAX_TIMER_MS);
}

/** Keeps no time any more for a call that no longer waits. */
function forget(ticket: number): void {
  clearTimeout(timers.get(ticket));
  timers.delete(ticket);
}

/** What runs a function in the context of today, later and elsewhere. */
function context(): (run: (...args: unknown[]) => unknown, ...args: unknown[]) => unknown {
  const resource = new AsyncResource('airssys-wasm.call');
  return (run, ...args) => resource.runInAsyncScope(run, undefined, ...args);
}

/** Lets the event loop have its turn before calls go on that took much of the thread. */
function later(): void {
  setImmediate(native.resumeDeferred);
}

/** A promise that is refused may be rejected later, and nobody waits for it. */
function ignore(promise: Promise<unknown>): void {
  // Not by its own method: that may be anything.
  void Promise.prototype.then.call(promise, undefined, () => undefined);
}

native.setWaitHooks(wait, context, forget, later, ignore);
