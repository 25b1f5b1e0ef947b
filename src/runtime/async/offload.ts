// Offloaded calls, for tests and benchmarks only: calls that start on an executor thread.

import { native } from '../../native.js';
import { type Instance, internalsOf } from '../instance.js';
import { runCall } from './call.js';

/**
 * @internal The exported function of this name as one whose calls start on an executor thread.
 *
 * @param instance - Of a guest without imports.
 * @param name - The function's name.
 * @returns The function.
 */
export function offloaded(instance: Instance<any>, name: string): (...args: unknown[]) => Promise<unknown> {
  const { handle } = internalsOf(instance);
  const invoke = native.instanceInvoker(handle, [name]);
  return (...args) => runCall(undefined, invoke, [args, undefined, undefined, false, 0, true]);
}
