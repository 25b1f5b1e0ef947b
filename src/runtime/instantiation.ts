/** Are the options of an instantiation what they should be? */

import { type Check, checkOptions, object } from './options.js';
import { optionTypeError } from '../errors.js';

const imports: Check = (option, value) => {
  object(option, value);
  const names = Object.keys(value as object);
  if (names.length > 0) {
    throw optionTypeError(option, `host functions are not served by this version, got ${names.join(', ')}`);
  }
};

/**
 * Checks the options of an instantiation, but for the limits themselves.
 *
 * @throws TypeError (`BAD_OPTION`) for an unknown or missing option.
 */
export function checkInstantiation(options: unknown): void {
  checkOptions('', options, { limits: object, imports });
  if ((options as { limits?: unknown }).limits === undefined) {
    throw optionTypeError('limits', 'is mandatory: give at least { memoryBytes }');
  }
}
