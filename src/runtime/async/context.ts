// Call frames: the calls around the running host function. A call that would wait for itself is rejected.

import { AsyncLocalStorage } from 'node:async_hooks';
import { createError } from '../../errors.js';

/** A call in progress of an instance with host functions, and the calls around it. */
export interface Frame {
  readonly owner: object;
  readonly outer: Frame | undefined;
  isLive: boolean;
}

// Created with the first frame: before Node 24 a running store makes Node follow all promises of the process.
let frames: AsyncLocalStorage<Frame> | undefined;

/**
 * @internal A frame for a call of `owner`. Set its `isLive` to false when the call ends.
 *
 * @throws {@link WasmError} `REENTRANT` inside one of `owner`'s host functions.
 */
export function createFrame(owner: object): Frame {
  const outer = frames?.getStore();
  for (let frame = outer; frame; frame = frame.outer) {
    if (frame.owner === owner && frame.isLive) throw reentrant();
  }
  return { owner, outer: liveOnly(outer), isLive: true };
}

/** @internal Calls a function in a frame, in which its host functions run as well. */
export function runInFrame<A extends unknown[]>(frame: Frame, call: (...args: A) => unknown, args: A): unknown {
  frames ??= new AsyncLocalStorage();
  return frames.run(frame, call, ...args);
}

/** Drops frames that have ended: they block no call, and would pile up otherwise. */
function liveOnly(frame: Frame | undefined): Frame | undefined {
  let live = frame;
  while (live && !live.isLive) live = live.outer;
  return live;
}

function reentrant(): Error {
  const message =
    'the instance is running the call that this host function serves, so another call would wait for itself; return first, or use another instance';
  return createError({ code: 'REENTRANT', message });
}
