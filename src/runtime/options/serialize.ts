// Serialize options: the key by which serialized code is known to be the caller's own.

import { types } from 'node:util';
import { badValue } from '../../errors.js';
import { describe, type Reader, type Readers, readOptions } from './read.js';

/** Options to serialize and deserialize compiled code. */
export interface SerializeOptions {
  /**
   * A secret of at least 16 random bytes, such as `crypto.randomBytes(32)`. The bytes get a tag that only holders of
   * the key can make: keyed BLAKE3. They are not encrypted.
   */
  readonly key?: Uint8Array | undefined;
}

const key: Reader<Uint8Array> = (_, value) => {
  if (types.isUint8Array(value)) return value;
  throw badValue(`the key must be a Uint8Array, got ${describe(value)}`);
};

const SERIALIZE_OPTIONS = { key } satisfies Readers<SerializeOptions>;

/**
 * The key of `options`, or `undefined`.
 *
 * @throws TypeError (`BAD_OPTION`) for an unknown option, (`BAD_VALUE`) for a key that is not bytes.
 */
export function optionalKey(options: SerializeOptions): Uint8Array | undefined {
  return readOptions('', options, SERIALIZE_OPTIONS).key;
}

/**
 * The key of `options`, which is mandatory.
 *
 * @throws As {@link optionalKey}, and TypeError (`BAD_VALUE`) if there is no key.
 */
export function mandatoryKey(options: SerializeOptions): Uint8Array {
  const key = optionalKey(options ?? {});
  if (key) return key;
  throw badValue("a key is mandatory: pass the one that 'serialize' was given, as { key }");
}
