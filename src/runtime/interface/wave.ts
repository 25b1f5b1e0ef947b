/** How does a call that somebody wrote, such as `add(1, 2)`, become the name and the arguments of one? */

import { badValue } from '../../errors.js';
import type { NativeCompiled } from '../../native.js';
import type { Shape } from './exports.js';
import { type Path, unknownExport } from './names.js';
import { describe } from '../options/check.js';

/** A call that was written, ready for `instance.call(name, args)`. */
export interface Invocation {
  /** The exported function's name, as it was written. */
  readonly name: string;
  /** Its arguments as JavaScript's values. */
  readonly args: readonly unknown[];
}

/** @internal Where a call leads, with its arguments as they were written. */
export interface WrittenCall {
  readonly name: string;
  readonly path: Path;
  /** With the brackets. */
  readonly args: string;
}

/** A name, or any name in quotes, and what stands behind it. */
const FORM = /^\s*(?:(?<quoted>"(?:[^"\\]|\\.)*")|(?<plain>[^("]+?))\s*(?<args>\(.*)$/s;

/**
 * @internal Finds the export that `text` calls.
 *
 * @throws TypeError (`BAD_VALUE`) where it has not the form of a call, {@link WasmError} `UNKNOWN_EXPORT`.
 */
export function findWritten(shape: Shape, text: string): WrittenCall {
  if (typeof text !== 'string') throw badValue(`the call must be a string, got ${describe(text)}`);
  const { quoted, plain = '', args = '' } = FORM.exec(text)?.groups ?? {};
  const name = quoted === undefined ? plain : unquote(quoted);
  if (name === undefined || args === '') {
    throw badValue(`cannot read the call ${describe(text)}: write a name and arguments, as in add(1, 2)`);
  }
  const path = shape.path(name);
  if (path === undefined) throw unknownExport(name, shape.items, 'name');
  return { name, path, args: args.trimEnd() };
}

/** @internal Reads the call that `text` writes. */
export function readInvocation(compiled: NativeCompiled, shape: Shape, text: string): Invocation {
  const { name, path, args } = findWritten(shape, text);
  return { name, args: compiled.parseArguments([...path], args) };
}

function unquote(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
