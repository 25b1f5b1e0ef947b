// Memory: reads and writes a guest's linear memory.

import { types } from 'node:util';
import { badValue } from '../errors.js';
import { native, type NativeHandle, type NativeMemory } from '../native.js';
import { describe } from './options/read.js';

/** A linear memory that a core instance exports. Bytes are copied in and out. */
export class Memory {
  readonly #native: NativeMemory;

  /** @internal */
  constructor(handle: NativeHandle, name: string) {
    this.#native = native.instanceMemory(handle, name);
  }

  /** The current size, in bytes. It grows with the guest's memory. */
  get byteLength(): number {
    return this.#native.byteLength;
  }

  /**
   * Copies `length` bytes starting at `offset`.
   *
   * @param offset - Offset of the first byte.
   * @param length - Number of bytes.
   * @returns The copy; later changes of the memory do not affect it.
   * @throws TypeError (`BAD_VALUE`) if the range is not inside the memory.
   */
  read(offset: number, length: number): Uint8Array {
    return this.#native.read(checkNumber('offset', offset), checkNumber('length', length));
  }

  /**
   * Copies bytes into the memory.
   *
   * @param offset - Offset of the first byte written.
   * @param source - The bytes.
   * @throws TypeError (`BAD_VALUE`) if the range is not inside the memory.
   */
  write(offset: number, source: Uint8Array): void {
    if (!types.isUint8Array(source)) throw badValue(`the source must be a Uint8Array, got ${describe(source)}`);
    this.#native.write(checkNumber('offset', offset), source);
  }
}

function checkNumber(what: string, value: number): number {
  if (typeof value === 'number') return value;
  throw badValue(`the ${what} must be a number, got ${describe(value)}`);
}
