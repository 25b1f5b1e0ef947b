// Compiled code: components and core modules, linked once and instantiated any number of times.

import { createError } from '../errors.js';
import type { NativeCompiled } from '../native.js';
import { createInstance, type Instance } from './instance.js';
import { type InstantiateOptions, Instantiator } from './instantiate.js';
import {
  type ExportDescriptor,
  exportDescriptors,
  type ImportDescriptor,
  importDescriptors,
} from './interface/descriptors.js';
import {
  componentResolver,
  type ExportResolver,
  type Exports,
  ExportTable,
  moduleResolver,
} from './interface/exports.js';
import { parseCall, type ParsedCall, resolveCall, type ResolvedCall } from './interface/wave.js';
import { optionalKey, type SerializeOptions } from './options/serialize.js';
import { SyncInstance } from './sync-instance.js';

/** Compiled code: linked once, instantiated any number of times. */
export abstract class Compiled {
  #native: NativeCompiled | undefined;
  readonly #synchronous: Instantiator;
  readonly #asynchronous: Instantiator;
  readonly #exports: ExportTable;

  /** @internal */
  constructor(compiled: NativeCompiled, resolver: ExportResolver) {
    this.#native = compiled;
    // Only core modules can have host functions; the addon rejects a component's imports by name.
    const imports = resolver === moduleResolver ? compiled.imports : [];
    this.#synchronous = new Instantiator(compiled, imports, false);
    this.#asynchronous = new Instantiator(compiled, imports, true);
    this.#exports = new ExportTable(resolver, compiled.exports);
  }

  /** The imports of an instance, in order. */
  get imports(): readonly ImportDescriptor[] {
    return importDescriptors(this.#compiled().imports);
  }

  /** The exports of an instance, in order. */
  get exports(): readonly ExportDescriptor[] {
    this.#compiled();
    return exportDescriptors(this.#exports.descriptions);
  }

  /** Size of the machine code, in bytes. */
  get codeBytes(): number {
    return this.#compiled().codeBytes;
  }

  /**
   * Creates an instance whose calls return promises and never block the event loop.
   *
   * Pass the type of the guest's exports as its functions are declared, without promises:
   * `instantiate<{ add(a: number, b: number): number }>(…)`.
   *
   * @param options - Its limits, of which `limits.memoryBytes` is mandatory, and the host functions that it imports.
   * @returns The instance, once its start function has run.
   * @throws As {@link Compiled.instantiateSync}, in the promise.
   */
  async instantiate<E = Exports>(options: InstantiateOptions): Promise<Instance<E>> {
    this.#compiled();
    return createInstance<E>(this.#asynchronous, options, this.#exports);
  }

  /**
   * Creates an instance whose calls run at once, on the calling thread.
   *
   * @param options - Its limits, of which `limits.memoryBytes` is mandatory, and the host functions that it imports.
   * @returns The instance.
   * @throws TypeError or RangeError (`BAD_OPTION`); {@link WasmError} `LINK` if imports are missing, `INSTANCE_LIMIT`,
   *   `MEMORY_LIMIT`, and the errors of {@link SyncInstance.call}, since start functions run under the limits too.
   */
  instantiateSync<E = Exports>(options: InstantiateOptions): SyncInstance<E> {
    this.#compiled();
    return new SyncInstance<E>(this.#synchronous, options, this.#exports);
  }

  /**
   * Parses a call written as text: the name of an exported function (`interface#function` in an interface), and its
   * arguments in [WAVE](https://github.com/bytecodealliance/wasm-tools/tree/main/crates/wasm-wave), as in `add(1, 2)`,
   * `greet("you")` or `ops#scale({x: 1, y: nan}, 0.5)`. Core modules take numbers. Write a name that contains
   * parentheses or quotes in quotes.
   *
   * @param text - The call.
   * @returns Its name and arguments, for `call` of an instance.
   * @throws TypeError (`BAD_VALUE`) if `text` is not such a call or an argument is not of its type, {@link WasmError}
   *   `UNKNOWN_EXPORT`, `UNSUPPORTED`, `DISPOSED`.
   */
  parseCall(text: string): ParsedCall {
    return parseCall(this.#compiled(), this.#exports, text);
  }

  /** @internal The function that a written call names, with its arguments still as text. */
  resolveCall(text: string): ResolvedCall {
    return resolveCall(this.#exports, text);
  }

  /**
   * Serializes the compiled code, for an engine of the same options and version.
   *
   * @param options - A key. With it, the bytes get a tag that reveals forgery and changes.
   * @returns The bytes. They are larger than {@link Compiled.codeBytes}, and only this version can read them.
   * @throws {@link WasmError} `DISPOSED`; TypeError (`BAD_VALUE`) for a key of less than 16 bytes.
   */
  serialize(options: SerializeOptions = {}): Uint8Array {
    const key = optionalKey(options);
    return this.#compiled().serialize(key);
  }

  /** Releases the compiled code. Live instances remain usable. A second call does nothing. */
  dispose(): void {
    this.#native?.dispose();
    this.#native = undefined;
  }

  /** Calls {@link Compiled.dispose}; for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #compiled(): NativeCompiled {
    if (this.#native) return this.#native;
    throw createError({ code: 'DISPOSED', message: `the ${this.#exports.resolver.kind} has been disposed of` });
  }
}

/** A compiled component, created by {@link Engine.compileComponent}. */
export class Component extends Compiled {
  /** @internal */
  constructor(compiled: NativeCompiled) {
    super(compiled, componentResolver);
  }
}

/** A compiled core module, created by {@link Engine.compileModule}. */
export class Module extends Compiled {
  /** @internal */
  constructor(compiled: NativeCompiled) {
    super(compiled, moduleResolver);
  }
}
