// Typed exports: what a guest's interface means for asynchronous instances, and for calls by name.

import type { Memory } from '../memory.js';
import type { CallOptions } from '../options/call.js';
import type { GuestFunction } from './exports.js';

/**
 * The exports of an asynchronous instance of a guest that exports `E`: every function returns a promise of its result,
 * also in interfaces. Memories are the same.
 */
export type Promisified<E> = { [K in keyof E]: PromisifiedExport<E[K]> };

type PromisifiedExport<T> =
  IsAny<T> extends true
    ? T
    : T extends Memory
      ? T
      : T extends (...args: infer A) => infer R
        ? (...args: A) => Promise<Awaited<R>>
        : T extends object
          ? Promisified<T>
          : T;

/**
 * The names by which `call` finds the functions of a guest that exports `E`: those of functions, and
 * `interface#function` for functions of interfaces. Any string if `E` does not list its names.
 */
export type CallName<E> = string extends keyof E
  ? string
  : { [K in keyof E & string]-?: NameOf<NonNullable<E[K]>, K> }[keyof E & string];

type NameOf<T, K extends string> =
  IsAny<T> extends true
    ? K | `${K}#${string}`
    : T extends AnyFunction
      ? K
      : T extends Memory
        ? never
        : T extends object
          ? `${K}#${FunctionName<T>}`
          : never;

type FunctionName<T> = {
  [F in keyof T & string]-?: NonNullable<T[F]> extends AnyFunction ? F : never;
}[keyof T & string];

/** Parameters after the name in `call` and `measure`: the arguments in an array, and {@link CallOptions}. */
export type CallParameters<E, K extends string> =
  [] extends Arguments<E, K>
    ? [args?: Arguments<E, K>, options?: CallOptions]
    : [args: Arguments<E, K>, options?: CallOptions];

type Arguments<E, K extends string> = [K] extends [never] ? readonly unknown[] : readonly [...Parameters<Callee<E, K>>];

/** The result of the function of this name. */
export type CallResult<E, K extends string> = ReturnType<Callee<E, K>>;

type Callee<E, K extends string> = K extends keyof E
  ? FunctionOf<E[K]>
  : K extends `${infer I}#${infer F}`
    ? I extends keyof E
      ? F extends keyof NonNullable<E[I]>
        ? FunctionOf<NonNullable<E[I]>[F]>
        : GuestFunction
      : GuestFunction
    : GuestFunction;

type FunctionOf<T> =
  IsAny<T> extends true ? GuestFunction : NonNullable<T> extends AnyFunction ? NonNullable<T> : GuestFunction;

type AnyFunction = (...args: never[]) => unknown;

type IsAny<T> = 0 extends 1 & T ? true : false;
