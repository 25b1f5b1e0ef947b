/** How does a compiled guest become instances, again and again under the same limits? */

import { optionTypeError } from '../errors.js';
import type { NativeCompiled, NativeHandle } from '../native.js';
import { type Limits, nativeLimits } from './limits.js';
import { describe, object } from './options.js';

/** What an instantiation takes. */
export interface InstantiateOptions {
  /** What the instance may use; `memoryBytes` is mandatory. */
  readonly limits: Limits;
}

/** Used handles that are kept. */
const MAX_USED = 1_000;

/**
 * @internal Makes instances of one compiled guest.
 *
 * A service makes many instances under the same limits. They are parsed once, and again only when a value differs.
 */
export class Instantiator {
  readonly #compiled: NativeCompiled;
  #instantiate: ((used?: NativeHandle) => NativeHandle) | undefined;
  /** Of instances that were disposed of. A new handle costs the garbage collector more than the instance itself. */
  readonly #used: NativeHandle[] = [];
  #limits: Readonly<Record<string, unknown>> = { __proto__: null };

  constructor(compiled: NativeCompiled) {
    this.#compiled = compiled;
  }

  /**
   * A new instance.
   *
   * @throws TypeError or RangeError (`BAD_OPTION`), and whatever ends an instantiation.
   */
  instantiate(options: InstantiateOptions): NativeHandle {
    checkOptions(options);
    const { limits } = options;
    if (this.#instantiate === undefined || !isSame(limits, this.#limits)) {
      this.#instantiate = this.#compiled.instantiator(nativeLimits(limits)) as (used?: NativeHandle) => NativeHandle;
      this.#limits = { __proto__: null, ...limits };
    }
    const used = this.#used.pop();
    return used === undefined ? this.#instantiate() : this.#instantiate(used);
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
    if (name === 'imports') checkImports((options as { imports: unknown }).imports);
    else if (name !== 'limits') throw optionTypeError(name, 'there is no such option; expected limits');
  }
  if ((options as { limits?: unknown }).limits === undefined) {
    throw optionTypeError('limits', 'is mandatory: give at least { memoryBytes }');
  }
}

function checkImports(imports: unknown): void {
  if (imports === undefined) return;
  object('imports', imports);
  const names = Object.keys(imports as object);
  if (names.length === 0) return;
  throw optionTypeError(
    'imports',
    `host functions are not served by this version, got ${names.map(describe).join(', ')}`,
  );
}
