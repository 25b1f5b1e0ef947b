// Results of the addon: a value at once, or a promise that settles to one.

import { createError } from '../../errors.js';
import type { Settled } from '../../native.js';
import { types } from 'node:util';

/**
 * @internal Whether the addon returned a promise. Its promises belong to the process's main realm, so they are not
 * instances of the `Promise` that the package sees in another realm, such as Jest's.
 */
export function isPromise<T>(result: T): result is T & PromiseIn<T> {
  return typeof result === 'object' && types.isPromise(result);
}

/** The promises that a result may be; of results of calls, which may be anything, those that settle to them. */
type PromiseIn<T> = unknown extends T ? Promise<Settled> : Extract<T, Promise<unknown>>;

/**
 * @internal The value that a promise of the addon settled to.
 *
 * Errors are created here, so that their stack shows the caller that awaits.
 */
export function unwrap<T>([kind, value, payload]: Settled<T>): T {
  if (kind === 0) return value;
  throw kind === 1 ? createError(value, payload) : value;
}
