/** What is compiled code, of either kind, and how does it become instances? */

import { createError } from '../errors.js';
import type { NativeCompiled } from '../native.js';
import { type Instance, makeInstance } from './instance.js';
import { type Exports, type Kind, Shape } from './interface/exports.js';
import { SyncInstance } from './sync-instance.js';
import { type InstantiateOptions, Instantiator } from './instantiate.js';
import { findWritten, type Invocation, readInvocation, type WrittenCall } from './interface/wave.js';
import { type Item, items } from './interface/descriptors.js';
import { optionalKey, type SerializeOptions } from './options/serialize.js';

/** Compiled code: linked once, instantiated any number of times. */
export abstract class Compiled {
  #native: NativeCompiled | undefined;
  readonly #synchronous: Instantiator;
  readonly #asynchronous: Instantiator;
  readonly #shape: Shape;

  /** @internal */
  constructor(compiled: NativeCompiled, kind: Kind) {
    this.#native = compiled;
    // Hosts serve functions of core modules; what a component imports the addon refuses by name.
    const served = kind.name === 'module' ? compiled.imports : [];
    this.#synchronous = new Instantiator(compiled, served, false);
    this.#asynchronous = new Instantiator(compiled, served, true);
    this.#shape = new Shape(kind, compiled.exports);
  }

  /** What an instance needs, in order. */
  get imports(): readonly Item[] {
    return items(this.#compiled().imports);
  }

  /** What an instance gives, in order. */
  get exports(): readonly Item[] {
    this.#compiled();
    return items(this.#shape.items);
  }

  /** Size of the machine code, in bytes. */
  get codeBytes(): number {
    return this.#compiled().codeBytes;
  }

  /**
   * Makes an instance whose calls return promises and never hold up the event loop.
   *
   * @param options - Its limits, of which `limits.memoryBytes` is mandatory, and the host functions that it imports.
   * @returns The instance, once its start function has run.
   * @throws As {@link Compiled.instantiateSync}, in the promise.
   */
  async instantiate<E = Exports>(options: InstantiateOptions): Promise<Instance<E>> {
    this.#compiled();
    return makeInstance<E>(this.#asynchronous, options, this.#shape);
  }

  /**
   * Makes an instance whose calls run at once, on the calling thread.
   *
   * @param options - Its limits, of which `limits.memoryBytes` is mandatory, and the host functions that it imports.
   * @returns The instance.
   * @throws TypeError or RangeError (`BAD_OPTION`); {@link WasmError} `LINK` where imports are missing,
   *   `INSTANCE_LIMIT`, `MEMORY_LIMIT`, and all that may end a call, since start functions run under the limits too.
   */
  instantiateSync<E = Exports>(options: InstantiateOptions): SyncInstance<E> {
    this.#compiled();
    return new SyncInstance<E>(this.#synchronous, options, this.#shape);
  }

  /**
   * Reads a call that somebody wrote: the name of an exported function, in an interface `interface#function`, and its
   * arguments in [WAVE](https://github.com/bytecodealliance/wasm-tools/tree/main/crates/wasm-wave), as in
   * `add(1, 2)`, `greet("you")` or `ops#scale({x: 1, y: nan}, 0.5)`. Core modules take numbers. A name that has brackets
   * or quotes in it stands in quotes itself.
   *
   * @param text - The call.
   * @returns Its name and arguments, for `call` of an instance.
   * @throws TypeError (`BAD_VALUE`) where `text` is no such call or an argument is not of its type, {@link WasmError}
   *   `UNKNOWN_EXPORT`, `UNSUPPORTED`, `DISPOSED`.
   */
  parseInvocation(text: string): Invocation {
    return readInvocation(this.#compiled(), this.#shape, text);
  }

  /** @internal Where the call that `text` writes leads. */
  findWritten(text: string): WrittenCall {
    return findWritten(this.#shape, text);
  }

  /**
   * The compiled code, for an engine of the same options and version to deserialize.
   *
   * @param options - A key, with which only its holders can have made or changed the bytes.
   * @returns The bytes; they are larger than {@link Compiled.codeBytes}, and of use to this version alone.
   * @throws {@link WasmError} `DISPOSED`; TypeError (`BAD_VALUE`) for a key of less than 16 bytes.
   */
  serialize(options: SerializeOptions = {}): Uint8Array {
    const key = optionalKey(options);
    return this.#compiled().serialize(key);
  }

  /** Lets go of the compiled code. Live instances go on. Doing it twice is allowed. */
  dispose(): void {
    this.#native?.dispose();
    this.#native = undefined;
  }

  /** The same as {@link Compiled.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #compiled(): NativeCompiled {
    if (this.#native) return this.#native;
    throw createError({ code: 'DISPOSED', message: `the ${this.#shape.kind.name} has been disposed of` });
  }
}
