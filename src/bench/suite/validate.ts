// How is refused what someone wrote into a definition?
import { inspect } from 'node:util';

import { BenchError } from '../errors.js';
import { nearest } from './did-you-mean.js';

const LONGEST_VALUE = 60;

/** Throws a BenchError with `BAD_DEFINITION`. */
export function refuse(message: string): never {
  throw new BenchError('BAD_DEFINITION', message);
}

/** A value as it stands in a message: on one line, and short. */
export function shown(value: unknown): string {
  const text = inspect(value, { depth: 1, breakLength: Infinity, compact: true });
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}

/** Refuses a field that is not `known`, with the nearest one that is. `whose` comes first in the message. */
export function refuseUnknownFields(whose: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const suggestion = nearest(unknown, known);
  const fix = suggestion === undefined ? `choose from ${known.join(', ')}` : `did you mean '${suggestion}'?`;
  refuse(`${whose}: there is no field '${unknown}': ${fix}`);
}
