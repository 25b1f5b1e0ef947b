// Instantiation: creates instances of one compiled guest, again and again under the same limits.

import { optionTypeError } from '../errors.js';
import type { ExternDescription, NativeCompiled, NativeHandle } from '../native.js';
import { type HostFunction, type Imports, resolveImports } from './interface/imports.js';
import { type Limits, readLimits } from './options/limits.js';
import { checkNames } from './options/read.js';

/** Options of an instantiation. */
export interface InstantiateOptions {
  /** Limits of the instance; `memoryBytes` is mandatory. */
  readonly limits: Limits;
  /** The host functions for the imports of a core module, by module and name. */
  readonly imports?: Imports | undefined;
}

const INSTANTIATE_OPTIONS = { limits: true, imports: true } satisfies Record<keyof InstantiateOptions, true>;

type Instantiate = ReturnType<NativeCompiled['instantiator']>;

/** @internal The result of an instantiation. */
export interface Instantiated {
  /** The handle; for asynchronous instances it may be a promise. */
  readonly handle: ReturnType<Instantiate>;
  /** The functions for the guest's imports. The addon does not keep them alive: the handle's owner must. */
  readonly functions: readonly HostFunction[] | undefined;
}

/** The most handles of disposed instances that are kept for reuse. */
const MAX_RECYCLED_HANDLES = 1_000;

/**
 * @internal Creates instances of one compiled guest.
 *
 * A service creates many instances under the same limits. They are parsed once, and again only when a value differs.
 */
export class Instantiator {
  readonly #compiled: NativeCompiled;
  readonly #isAsync: boolean;
  readonly #imports: readonly ExternDescription[];
  #instantiate: Instantiate | undefined;
  /** Handles of disposed instances. A new handle costs the garbage collector more than the instance itself. */
  readonly #recycled: NativeHandle[] = [];
  #limits: Readonly<Record<string, unknown>> = { __proto__: null };

  constructor(compiled: NativeCompiled, imports: readonly ExternDescription[], isAsync: boolean) {
    this.#compiled = compiled;
    this.#imports = imports;
    this.#isAsync = isAsync;
  }

  /**
   * Creates an instance.
   *
   * @throws TypeError or RangeError (`BAD_OPTION`), and the errors of an instantiation.
   */
  instantiate(options: InstantiateOptions): Instantiated {
    checkNames('', options, INSTANTIATE_OPTIONS);
    const instantiate = this.#under(options.limits);
    const functions = resolveImports(this.#imports, options.imports);
    const recycled = this.#recycled.pop();
    if (functions !== undefined) return { handle: instantiate(recycled, functions), functions };
    return { handle: recycled === undefined ? instantiate() : instantiate(recycled), functions };
  }

  /** Takes the handle of a disposed instance for reuse; nothing else may hold it. */
  recycle(handle: NativeHandle): void {
    if (this.#recycled.length < MAX_RECYCLED_HANDLES) this.#recycled.push(handle);
  }

  #under(limits: Limits): Instantiate {
    if (this.#instantiate !== undefined && isSame(limits, this.#limits)) return this.#instantiate;
    if (limits === undefined) throw optionTypeError('limits', 'is mandatory: give at least { memoryBytes }');
    this.#instantiate = this.#compiled.instantiator(readLimits(limits), this.#isAsync);
    this.#limits = { __proto__: null, ...limits };
    return this.#instantiate;
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
