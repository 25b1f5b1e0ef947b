/** How does a call that somebody wrote, such as `add(1, 2)`, become the name and the arguments of one? */

import { badValue } from '../errors.js';
import type { ItemDescription, NativeCompiled } from '../native.js';
import { type Kind, type Path, unknownExport } from './exports.js';
import { describe } from './options.js';

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

/** What of an export says how it is called. */
interface Named {
  readonly kind: string;
  readonly name: string;
  readonly items?: readonly Named[];
}

/** A name, or any name in quotes, and what stands behind it. */
const FORM = /^\s*(?:(?<quoted>"(?:[^"\\]|\\.)*")|(?<plain>[^("]+?))\s*(?<args>\(.*)$/s;

/**
 * @internal Finds the export that `text` calls.
 *
 * @throws TypeError (`BAD_VALUE`) where it has not the form of a call, {@link WasmError} `UNKNOWN_EXPORT`.
 */
export function findWritten(kind: Kind, items: readonly ItemDescription[], text: string): WrittenCall {
  if (typeof text !== 'string') throw badValue(`the call must be a string, got ${describe(text)}`);
  const { quoted, plain = '', args = '' } = FORM.exec(text)?.groups ?? {};
  const name = quoted === undefined ? plain : unquote(quoted);
  if (name === undefined || args === '') {
    throw badValue(`cannot read the call ${describe(text)}: write a name and arguments, as in add(1, 2)`);
  }
  const path = kind.path(items, name);
  if (path === undefined) throw unknownExport(name, callableNames(items));
  return { name, path, args: args.trimEnd() };
}

/** @internal Reads the call that `text` writes. */
export function readInvocation(
  compiled: NativeCompiled,
  kind: Kind,
  items: readonly ItemDescription[],
  text: string,
): Invocation {
  const { name, path, args } = findWritten(kind, items, text);
  return { name, args: compiled.parseArguments([...path], args) };
}

/** @internal The functions that can be called, as they are written: those of an interface behind `interface#`. */
export function callableNames(items: readonly Named[]): string[] {
  return items.flatMap(({ kind, name, items: inner = [] }) => {
    if (kind === 'function') return [name];
    return kind === 'instance' ? callableNames(inner).map((of) => `${name}#${of}`) : [];
  });
}

function unquote(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
