/** Which guest does a file hold: a component or a core module, in which form? */

import { createReadStream } from 'node:fs';
import path from 'node:path';

import { native } from '../native.js';
import { MeasureError } from './errors.js';

/** A guest to measure, as a binary. */
export interface Guest {
  readonly binary: Uint8Array;
  readonly isComponent: boolean;
}

const REASONS = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission is denied'],
]);

/** The largest source that engines compile where nobody says otherwise. A device or a pipe may never end. */
const MOST_MIB = 64;

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/**
 * Reads a binary, or WAT.
 *
 * @param file - Its path, as messages name it.
 * @param directory - What a relative path starts from.
 * @throws MeasureError `BAD_GUEST` where there is no such file, it is too large, or it is no WebAssembly.
 */
export async function readGuest(file: string, directory: string): Promise<Guest> {
  const bytes = await read(file, directory);
  const binary = MAGIC.every((byte, i) => bytes[i] === byte) ? bytes : fromText(file, bytes);
  // The preamble's second half: the version, and the layer, which is 1 in components.
  return { binary, isComponent: binary[6] === 1 };
}

/** What benchmarks of the guest in `file` are called where nobody says otherwise: the file's name without its ending. */
export function nameOf(file: string): string {
  const safe = path
    .basename(file)
    .replace(/\.(wasm|wat|wast)$/i, '')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '_');
  return /^\.*$/.test(safe) ? 'guest' : safe;
}

async function read(file: string, directory: string): Promise<Uint8Array> {
  const mostBytes = MOST_MIB * 2 ** 20;
  const chunks: Buffer[] = [];
  try {
    // `end` is read too: one byte more than fits.
    for await (const chunk of createReadStream(path.resolve(directory, file), { end: mostBytes })) {
      chunks.push(chunk as Buffer);
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = REASONS.get(code ?? '') ?? message;
    throw new MeasureError('BAD_GUEST', `cannot read ${file}: ${reason}`, { cause });
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length <= mostBytes) return bytes;
  throw new MeasureError('BAD_GUEST', `${file} is too large: engines compile ${MOST_MIB} MiB at most`);
}

function fromText(file: string, bytes: Uint8Array): Uint8Array {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.trim() === '') throw new Error('it is empty');
    return native.parseText(text);
  } catch (cause) {
    const why = cause instanceof TypeError ? 'it does not begin with 00 61 73 6d' : placed((cause as Error).message);
    throw new MeasureError('BAD_GUEST', `${file} is no WebAssembly, neither binary nor text: ${why}`, { cause });
  }
}

/** The first line of a message that shows the source, with the place that it points to. */
function placed(message: string): string {
  const [first = ''] = message.replace(/^cannot compile: /, '').split('\n');
  const [, line, column] = /--> .*?:(\d+):(\d+)/.exec(message) ?? [];
  return line === undefined ? first : `${first} at line ${line}, column ${column}`;
}
