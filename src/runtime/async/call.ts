// Asynchronous calls: run in a frame, and wait if they do not end at once.

import type { GuestFunction } from '../interface/exports.js';
import { createFrame, runInFrame } from './context.js';
import './hooks.js';
import { isPromise, unwrap } from './result.js';

/**
 * @internal Calls a function of the addon.
 *
 * @param owner - The instance, if it has host functions: it identifies the frames of its calls.
 * @param call - The function.
 * @param args - Its arguments.
 * @returns Its value, or that of the promise that it returned.
 * @throws {@link WasmError} `REENTRANT` inside one of `owner`'s host functions, and the errors of the call.
 */
export async function runCall<A extends unknown[]>(
  owner: object | undefined,
  call: (...args: A) => unknown,
  args: A,
): Promise<unknown> {
  const frame = owner && createFrame(owner);
  try {
    const result = frame ? runInFrame(frame, call, args) : call(...args);
    return isPromise(result) ? unwrap(await result) : result;
  } finally {
    if (frame) frame.isLive = false;
  }
}

/**
 * @internal An export whose calls return promises.
 *
 * @param owner - As of {@link runCall}.
 * @param call - The addon's function that calls the export.
 */
export function asyncFunction(owner: object | undefined, call: GuestFunction): GuestFunction {
  if (owner) return (...args) => runCall(owner, call, args);
  // As `runCall`, which V8 does not inline: passing the arguments on would cost a call 7 % more.
  return async (...args) => {
    const result = call(...args);
    return isPromise(result) ? unwrap(await result) : result;
  };
}
