// Written calls, such as `add(1, 2)`: their name and arguments in WAVE.

import { badValue } from '../../errors.js';
import type { NativeCompiled } from '../../native.js';
import { describe } from '../options/read.js';
import type { ExportTable } from './exports.js';
import { type ExportPath, unknownExport } from './names.js';

/** A parsed call, ready for `instance.call(name, args)`. */
export interface ParsedCall {
  /** The name of the exported function, as it was written. */
  readonly name: string;
  /** The arguments as JavaScript values. */
  readonly args: readonly unknown[];
}

/** @internal A written call whose function is found and whose arguments are still text. */
export interface ResolvedCall {
  readonly name: string;
  readonly path: ExportPath;
  /** In WAVE, with the parentheses. */
  readonly args: string;
}

/** A plain or quoted name, and the arguments. */
const FORM = /^\s*(?:(?<quoted>"(?:[^"\\]|\\.)*")|(?<plain>[^("]+?))\s*(?<args>\(.*)$/s;

/**
 * @internal Finds the export that `text` calls.
 *
 * @throws TypeError (`BAD_VALUE`) if it does not have the form of a call, {@link WasmError} `UNKNOWN_EXPORT`.
 */
export function resolveCall(exports: ExportTable, text: string): ResolvedCall {
  if (typeof text !== 'string') throw badValue(`the call must be a string, got ${describe(text)}`);
  const { quoted, plain = '', args = '' } = FORM.exec(text)?.groups ?? {};
  const name = quoted === undefined ? plain : unquote(quoted);
  if (name === undefined || args === '') {
    throw badValue(`cannot read the call ${describe(text)}: write a name and arguments, as in add(1, 2)`);
  }
  const path = exports.path(name);
  if (path === undefined) throw unknownExport(name, exports.descriptions, 'name');
  return { name, path, args: args.trimEnd() };
}

/** @internal Parses the call that `text` writes. */
export function parseCall(compiled: NativeCompiled, exports: ExportTable, text: string): ParsedCall {
  const { name, path, args } = resolveCall(exports, text);
  return { name, args: compiled.parseArguments([...path], args) };
}

function unquote(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}
