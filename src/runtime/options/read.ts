// Option readers: check names and types, and return the values as the addon takes them. Words and most ranges are the
// engine's to check.

import { createError, optionTypeError } from '../../errors.js';

/**
 * Reads one option. Its errors name the option, the value received and the fix.
 *
 * @param option - The option's full name.
 * @param value - What the caller gave, which is not `undefined`.
 * @returns The value as the addon takes it.
 */
export type Reader<T> = (option: string, value: unknown) => T;

/**
 * A reader for each option of `T`, no more and no less. An option that the addon takes is read as the type that it has
 * there, in `Native`.
 */
export type Readers<T, Native = object> = {
  readonly [K in keyof T | keyof Native]-?: Reader<K extends keyof Native ? Native[K] : unknown>;
};

/** The options that were given, as read. */
export type Read<R> = { -readonly [K in keyof R]?: R[K] extends Reader<infer T> ? T : never };

/**
 * Reads `options`.
 *
 * @param path - The options' full name in messages; empty for the outermost.
 * @param options - What the caller gave; an option that is `undefined` counts as absent.
 * @param readers - A reader for each option that there is.
 * @throws TypeError (`BAD_OPTION`) for an unknown name or a wrong type, and the readers' errors.
 */
export function readOptions<R extends Readonly<Record<string, Reader<unknown>>>>(
  path: string,
  options: unknown,
  readers: R,
): Read<R> {
  checkNames(path, options, readers);
  const read: Record<string, unknown> = {};
  for (const name in readers) {
    const value = options[name];
    if (value !== undefined) read[name] = readers[name]?.(fullName(path, name), value);
  }
  return read as Read<R>;
}

/**
 * Checks that `options` is an object that has no other names than `known`.
 *
 * @throws TypeError (`BAD_OPTION`).
 */
export function checkNames(
  path: string,
  options: unknown,
  known: object,
): asserts options is Readonly<Record<string, unknown>> {
  checkObject(path === '' ? 'options' : path, options);
  for (const name in options) {
    if (!Object.hasOwn(known, name)) throw optionTypeError(fullName(path, name), unknownName(name, Object.keys(known)));
  }
}

function fullName(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function unknownName(name: string, known: readonly string[]): string {
  const near = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase().replaceAll(/[-_]/g, ''));
  return near === undefined
    ? `there is no such option; expected one of ${known.join(', ')}`
    : `there is no such option; did you mean '${near}'?`;
}

/** An object that is not an array. @throws TypeError (`BAD_OPTION`). */
export function checkObject(option: string, value: unknown): asserts value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected(option, 'an object', value);
}

/** A string. */
export const string: Reader<string> = (option, value) => {
  if (typeof value === 'string') return value;
  throw unexpected(option, 'a string', value);
};

/** A boolean. */
export const boolean: Reader<boolean> = (option, value) => {
  if (typeof value === 'boolean') return value;
  throw unexpected(option, 'a boolean', value);
};

/** A number of any kind: NaN and fractions are out of every range. */
export const number: Reader<number> = (option, value) => {
  if (typeof value === 'number') return value;
  throw unexpected(option, 'a number', value);
};

/** A whole number from 1. */
export const count: Reader<number> = (option, value) => {
  const given = number(option, value);
  if (Number.isSafeInteger(given) && given >= 1) return given;
  throw outOfRange(option, `expected a whole number from 1, got ${describe(given)}`);
};

/** Fuel: a whole number from 1 that may exceed what a number can hold, or `null` for `'unlimited'`. */
export const fuel: Reader<bigint | null> = (option, value) => {
  if (value === 'unlimited') return null;
  if (typeof value === 'number') return BigInt(positive(option, value));
  if (typeof value !== 'bigint') throw unexpected(option, "a bigint, a number or 'unlimited'", value);
  if (value > 0n && value < 2n ** 64n) return value;
  throw outOfRange(option, `expected 1n to ${2n ** 64n - 1n}n, or 'unlimited', got ${describe(value)}`);
};

/** A time in milliseconds: a whole number from 1, or `null` for `'unlimited'`. */
export const timeout: Reader<number | null> = (option, value) => {
  if (value === 'unlimited') return null;
  if (typeof value !== 'number') throw unexpected(option, "a number or 'unlimited'", value);
  return positive(option, value);
};

function positive(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw outOfRange(option, `expected a whole number from 1, or 'unlimited', got ${describe(value)}`);
}

/** The error of an option of the wrong type. */
export function unexpected(option: string, expected: string, value: unknown): Error {
  return optionTypeError(option, `expected ${expected}, got ${describe(value)}`);
}

/** The error of an option of the right type whose value is not allowed. */
export function outOfRange(option: string, message: string): Error {
  return createError({ code: 'BAD_OPTION', option, message: `option '${option}': ${message}` });
}

/** The longest text that a message quotes. */
const MAX_QUOTED = 60;

function clip(text: string): string {
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
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
