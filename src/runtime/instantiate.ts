/** How does a compiled guest become instances, again and again under the same limits? */

import { optionTypeError } from '../errors.js';
import type { ItemDescription, NativeCompiled, NativeHandle } from '../native.js';
import { type HostFunction, type Imports, resolveImports } from './interface/imports.js';
import { type Limits, nativeLimits } from './options/limits.js';
import { describe, object } from './options/check.js';

/** What an instantiation takes. */
export interface InstantiateOptions {
  /** What the instance may use; `memoryBytes` is mandatory. */
  readonly limits: Limits;
  /** The host functions that serve what a core module imports, by module and name. */
  readonly imports?: Imports | undefined;
}

/** @internal What an instantiation gives. */
export interface Made {
  /** The handle; for asynchronous instances perhaps a promise of it. */
  readonly made: unknown;
  /** The functions that serve the guest's imports; whoever holds the handle must hold them as well. */
  readonly functions: readonly HostFunction[] | undefined;
}

/** @internal The addon's own function that makes instances under one set of limits. */
type Instantiate = (used?: NativeHandle, functions?: readonly HostFunction[]) => unknown;

/** Used handles that are kept. */
const MAX_USED = 1_000;

/**
 * @internal Makes instances of one compiled guest.
 *
 * A service makes many instances under the same limits. They are parsed once, and again only when a value differs.
 */
export class Instantiator {
  readonly #compiled: NativeCompiled;
  readonly #isAsync: boolean;
  readonly #imports: readonly ItemDescription[];
  #instantiate: Instantiate | undefined;
  /** Of instances that were disposed of. A new handle costs the garbage collector more than the instance itself. */
  readonly #used: NativeHandle[] = [];
  #limits: Readonly<Record<string, unknown>> = { __proto__: null };

  constructor(compiled: NativeCompiled, imports: readonly ItemDescription[], isAsync: boolean) {
    this.#compiled = compiled;
    this.#imports = imports;
    this.#isAsync = isAsync;
  }

  /**
   * A new instance.
   *
   * @throws TypeError or RangeError (`BAD_OPTION`), and whatever ends an instantiation.
   */
  instantiate(options: InstantiateOptions): Made {
    checkOptions(options);
    const { limits } = options;
    if (this.#instantiate === undefined || !isSame(limits, this.#limits)) {
      this.#instantiate = this.#compiled.instantiator(nativeLimits(limits), this.#isAsync) as Instantiate;
      this.#limits = { __proto__: null, ...limits };
    }
    const functions = resolveImports(this.#imports, options.imports);
    const used = this.#used.pop();
    if (functions !== undefined) return { made: this.#instantiate(used, functions), functions };
    return { made: used === undefined ? this.#instantiate() : this.#instantiate(used), functions };
  }

  /** Takes back the handle of an instance that was disposed of; nobody else may hold it. */
  takeBack(handle: NativeHandle): void {
    if (this.#used.length < MAX_USED) this.#used.push(handle);
  }
}

function isSame(limits: unknown, last: Readonly<Record<string, unknown>>): boolean {
  if (typeof limits !== 'object' || limits === null) return false;
  let names = 0;
  for (const name in limits) {
    if ((limits as Record<string, unknown>)[name] !== last[name]) return false;
    names += 1;
  }
  return names === Object.keys(last).length;
}

function checkOptions(options: unknown): void {
  object('options', options);
  for (const name in options as object) {
    if (name === 'imports' || name === 'limits') continue;
    throw optionTypeError(name, `there is no such option; expected limits or imports, got ${describe(name)}`);
  }
  if ((options as { limits?: unknown }).limits === undefined) {
    throw optionTypeError('limits', 'is mandatory: give at least { memoryBytes }');
  }
}
