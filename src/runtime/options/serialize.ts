/** What tells compiled code of one's own from anybody else's? */

import { types } from 'node:util';
import { badValue } from '../../errors.js';
import { checkOptions, describe } from './check.js';

/** What compiled code is serialized and deserialized with. */
export interface SerializeOptions {
  /**
   * A secret of at least 16 random bytes, such as `crypto.randomBytes(32)`. The bytes get a tag that only its holders can
   * make: BLAKE3, keyed. They are not encrypted.
   */
  readonly key?: Uint8Array | undefined;
}

const checks = { key: () => undefined };

/**
 * The key of `options`, if there is one.
 *
 * @throws TypeError (`BAD_OPTION`) for an unknown option, (`BAD_VALUE`) for a key that is not bytes.
 */
export function optionalKey(options: SerializeOptions): Uint8Array | undefined {
  checkOptions('', options, checks);
  const { key } = options;
  if (key === undefined || types.isUint8Array(key)) return key;
  throw badValue(`the key must be a Uint8Array, got ${describe(key)}`);
}

/**
 * The key of `options`, which must be there.
 *
 * @throws As {@link optionalKey}, and TypeError (`BAD_VALUE`) where there is none.
 */
export function mandatoryKey(options: SerializeOptions): Uint8Array {
  const key = optionalKey(options ?? {});
  if (key) return key;
  throw badValue("a key is mandatory: give the one that 'serialize' was given as { key }");
}
