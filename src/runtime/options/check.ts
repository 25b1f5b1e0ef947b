/** Are the options that a caller gave of the right names and types? Ranges and words are the engine's to judge. */

import { optionTypeError } from '../../errors.js';

/** What a value must be; each check names the option, the value received and the fix. */
export type Check = (option: string, value: unknown) => void;

/**
 * Checks the names and types of `options`.
 *
 * @param path - The options' own name, as messages have it; empty for the outermost.
 * @param options - What the caller gave.
 * @param checks - The known options and what each must be; `undefined` is always allowed.
 * @throws TypeError (`BAD_OPTION`) for an unknown name or a wrong type.
 */
export function checkOptions(path: string, options: unknown, checks: Readonly<Record<string, Check>>): void {
  object(path === '' ? 'options' : path, options);
  for (const name in options as object) {
    const value = (options as Record<string, unknown>)[name];
    const option = path === '' ? name : `${path}.${name}`;
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) throw optionTypeError(option, unknownName(name, Object.keys(checks)));
    if (value !== undefined) check(option, value);
  }
}

function unknownName(name: string, known: readonly string[]): string {
  const near = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase().replaceAll(/[-_]/g, ''));
  return near === undefined
    ? `there is no such option; expected one of ${known.join(', ')}`
    : `there is no such option; did you mean '${near}'?`;
}

/** An object that is not an array. */
export const object: Check = (option, value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) expected(option, 'an object', value);
};

/** A string. */
export const string: Check = (option, value) => {
  if (typeof value !== 'string') expected(option, 'a string', value);
};

/** A boolean. */
export const boolean: Check = (option, value) => {
  if (typeof value !== 'boolean') expected(option, 'a boolean', value);
};

/** The path of a file or directory, or its URL. */
export const path: Check = (option, value) => {
  if (typeof value !== 'string' && !(value instanceof URL)) expected(option, 'a string or a URL', value);
};

/** A number of any kind; NaN and fractions are out of every range. */
export const number: Check = (option, value) => {
  if (typeof value !== 'number') expected(option, 'a number', value);
};

/** A count that may be too large for a number, or the words that mean no bound. */
export const fuel: Check = (option, value) => {
  if (typeof value !== 'bigint' && typeof value !== 'number' && value !== 'unlimited') {
    expected(option, "a bigint, a number or 'unlimited'", value);
  }
};

/** A number, or the word that means no bound. */
export const bound: Check = (option, value) => {
  if (typeof value !== 'number' && value !== 'unlimited') expected(option, "a number or 'unlimited'", value);
};

function expected(option: string, what: string, value: unknown): never {
  throw optionTypeError(option, `expected ${what}, got ${describe(value)}`);
}

/** The longest text that a message quotes. */
const QUOTED = 60;

function clip(text: string): string {
  return text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
}

/** A value as a message names it. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return clip(JSON.stringify(value));
  if (typeof value === 'bigint') return clip(`${value}n`);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  return String(value);
}
