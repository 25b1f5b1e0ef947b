// Guest file: a component or core module, read as a binary or WAT.
import { createReadStream } from 'node:fs';
import path from 'node:path';

import { native } from '../native.js';
import { MeasureError } from './errors.js';

/** The binary of a guest to measure. */
export interface GuestBinary {
  /** The WebAssembly binary. */
  readonly binary: Uint8Array;
  /** Whether it is a component, not a core module. */
  readonly isComponent: boolean;
}

const REASONS = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission is denied'],
]);

/** The engine's default limit of a source's size. Reading is bounded, because a device or pipe may never end. */
const MAX_MIB = 64;

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/**
 * Reads a guest from a binary or WAT file.
 *
 * @param file - The path; messages name it as given.
 * @param directory - Base of a relative path.
 * @throws MeasureError `BAD_GUEST` if the file cannot be read, is too large, or is not WebAssembly.
 */
export async function readGuest(file: string, directory: string): Promise<GuestBinary> {
  const bytes = await read(file, directory);
  const binary = MAGIC.every((byte, i) => bytes[i] === byte) ? bytes : fromText(file, bytes);
  // The preamble's second half: the version, and the layer, which is 1 in components.
  return { binary, isComponent: binary[6] === 1 };
}

/** Returns the default name of the guest in `file`: the file's name without its extension. */
export function guestName(file: string): string {
  const safe = path
    .basename(file)
    .replace(/\.(wasm|wat|wast)$/i, '')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '_');
  return /^\.*$/.test(safe) ? 'guest' : safe;
}

async function read(file: string, directory: string): Promise<Uint8Array> {
  const maxBytes = MAX_MIB * 2 ** 20;
  const chunks: Buffer[] = [];
  try {
    // `end` is inclusive: this reads one byte more than the limit.
    for await (const chunk of createReadStream(path.resolve(directory, file), { end: maxBytes })) {
      chunks.push(chunk as Buffer);
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = REASONS.get(code ?? '') ?? message;
    throw new MeasureError('BAD_GUEST', `cannot read ${file}: ${reason}`, { cause });
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length <= maxBytes) return bytes;
  throw new MeasureError('BAD_GUEST', `${file} is too large: engines compile ${MAX_MIB} MiB at most`);
}

function fromText(file: string, bytes: Uint8Array): Uint8Array {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.trim() === '') throw new Error('it is empty');
    return native.parseText(text);
  } catch (cause) {
    const why =
      cause instanceof TypeError
        ? 'it does not begin with 00 61 73 6d'
        : firstLineWithPosition((cause as Error).message);
    throw new MeasureError('BAD_GUEST', `${file} is not WebAssembly, neither binary nor text: ${why}`, { cause });
  }
}

/** Returns the first line of a message of the WAT parser, with the position that its excerpt marks. */
function firstLineWithPosition(message: string): string {
  const [first = ''] = message.replace(/^cannot compile: /, '').split('\n');
  const [, line, column] = /--> .*?:(\d+):(\d+)/.exec(message) ?? [];
  return line === undefined ? first : `${first} at line ${line}, column ${column}`;
}
