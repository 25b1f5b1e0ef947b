// How is refused what someone wrote into a definition?
import { inspect } from 'node:util';

import { BenchError } from '../errors.js';
import { didYouMean } from './did-you-mean.js';

const MAX_VALUE_LENGTH = 60;

/** Throws a BenchError with `BAD_DEFINITION`. */
export function rejectDefinition(message: string): never {
  throw new BenchError('BAD_DEFINITION', message);
}

/** A value as it stands in a message: on one line, and short. */
export function inspectShort(value: unknown): string {
  const text = inspect(value, { depth: 1, breakLength: Infinity, compact: true });
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH - 1)}…` : text;
}

/** Refuses a field that is not `known`, with the nearest one that is. `whose` comes first in the message. */
export function rejectUnknownFields(whose: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const suggestion = didYouMean(unknown, known);
  const fix = suggestion === undefined ? `choose from ${known.join(', ')}` : `did you mean '${suggestion}'?`;
  rejectDefinition(`${whose}: there is no field '${unknown}': ${fix}`);
}

/** Whether `value` is an object with fields: not an array, not `null`. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
