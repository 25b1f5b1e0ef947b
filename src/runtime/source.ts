// Sources: what is compiled, and its form for the addon.

import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { badValue } from '../errors.js';
import type { NativeSource } from '../native.js';
import { describe } from './options/read.js';

/**
 * A source to compile: a binary's bytes, the `file:` URL of a binary or of WAT, or WAT as a string.
 * A string is never a path.
 */
export type Source = Uint8Array | ArrayBuffer | URL | string;

/**
 * @internal The source as the addon takes it. Bytes that must wait are copied, since the caller may change them.
 *
 * @throws TypeError (`BAD_VALUE`) for anything that is no source.
 */
export function readSource(source: Source, waits: boolean): NativeSource {
  if (typeof source === 'string') return source;
  if (types.isUint8Array(source)) return waits ? source.slice() : source;
  if (types.isArrayBuffer(source)) return viewOf(source).slice();
  if (source instanceof URL) return { path: filePath(source) };
  throw badValue(`the source must be bytes, a file URL or WAT text, got ${describe(source)}`);
}

/**
 * @internal The bytes of compiled code.
 *
 * @throws TypeError (`BAD_VALUE`) for anything else.
 */
export function checkBytes(bytes: Uint8Array): Uint8Array {
  if (types.isUint8Array(bytes)) return bytes;
  throw badValue(`expected a Uint8Array, got ${describe(bytes)}`);
}

function viewOf(buffer: ArrayBuffer): Uint8Array {
  try {
    return new Uint8Array(buffer);
  } catch {
    throw badValue('the source is a detached ArrayBuffer');
  }
}

function filePath(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    if (url.protocol === 'file:') throw badValue(`the source '${url.href}' names no file: ${(cause as Error).message}`);
    throw badValue(`the source must be a file: URL, got '${url.href}'; read other places yourself and pass the bytes`);
  }
}
