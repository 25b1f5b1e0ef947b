// Assertions on errors: fail the test unless the expected typed error is thrown.
import type { ExecutionContext } from 'ava';
import { WasmError, type ErrorCode, type WasmErrorData } from '../../src/index.js';

/** An error of this package, whatever its class. */
export type Failure = Error & WasmErrorData;

/** The error that `run` throws; its code must be `code`. */
export function failure(t: ExecutionContext, code: ErrorCode, run: () => unknown, note = code as string): Failure {
  try {
    run();
  } catch (error) {
    return checked(t, code, error, note);
  }
  return missing(t, code, note);
}

/** The error that `run` rejects with; its code must be `code`. */
export async function rejection(
  t: ExecutionContext,
  code: ErrorCode,
  run: () => Promise<unknown>,
  note = code as string,
): Promise<Failure> {
  try {
    await run();
  } catch (error) {
    return checked(t, code, error, note);
  }
  return missing(t, code, note);
}

function checked(t: ExecutionContext, code: ErrorCode, error: unknown, note: string): Failure {
  const failure = error as Failure;
  t.true(error instanceof WasmError, `${note}: not of this package: ${String(error)}`);
  t.is(failure.code, code, `${note}: ${failure.message}`);
  t.true(error instanceof Error && failure.message.length > 0, note);
  return failure;
}

function missing(t: ExecutionContext, code: ErrorCode, note: string): never {
  t.fail(`${note}: nothing was thrown, expected ${code}`);
  throw new Error('nothing was thrown');
}
