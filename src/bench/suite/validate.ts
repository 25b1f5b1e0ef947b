// Basics of validation: rejection of definitions, lists of known names, and short text of values.
import { inspect } from 'node:util';

import { BenchError } from '../errors.js';
import { didYouMean } from './did-you-mean.js';

/** Returns the names of a union. The compiler rejects a list that lacks one or has others. */
export function namesOf<Name extends string>(names: Readonly<Record<Name, true>>): readonly Name[] {
  return Object.keys(names) as Name[];
}

const MAX_VALUE_LENGTH = 60;

/** @throws BenchError with `BAD_DEFINITION`. */
export function rejectDefinition(message: string): never {
  throw new BenchError('BAD_DEFINITION', message);
}

/** Returns a value as text for a message: on one line, at most 60 characters. */
export function inspectShort(value: unknown): string {
  const text = inspect(value, { depth: 1, breakLength: Infinity, compact: true });
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH - 1)}…` : text;
}

/** Rejects a field that is not `known`, and suggests the closest known one. `owner` begins the message. */
export function rejectUnknownFields(owner: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const suggestion = didYouMean(unknown, known);
  const fix = suggestion === undefined ? `choose from ${known.join(', ')}` : `did you mean '${suggestion}'?`;
  rejectDefinition(`${owner}: there is no field '${unknown}': ${fix}`);
}

/** Whether `value` is an object with fields: not an array, not `null`. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
