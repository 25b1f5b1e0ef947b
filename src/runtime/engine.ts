// Engine: compiles modules and components and bounds everything created from them.

import { createError } from '../errors.js';
import { type ErrorData, native, type NativeCompiled, type NativeEngine, type NativeSource } from '../native.js';
import { Component, Module } from './compiled.js';
import { type EngineOptions, readEngineOptions } from './options/engine.js';
import { mandatoryKey, optionalKey, type SerializeOptions } from './options/serialize.js';
import { Semaphore } from './semaphore.js';
import { checkBytes, readSource, type Source } from './source.js';

/** Counts of compilations and cache hits since the process started; see {@link Engine.cacheStatistics}. */
export interface CacheStatistics {
  /** Sources found in the cache: they were hashed, not compiled. */
  readonly hits: number;
  /** Sources that were compiled, with or without the cache; failures count. */
  readonly compilations: number;
  /** Sources whose code was read from a `cacheDirectory`. */
  readonly directoryHits: number;
  /** Compiled code that the cache keeps alive, in bytes. */
  readonly codeBytes: number;
  /** Binaries in the cache, at most 1,000. */
  readonly entries: number;
}

/** A configured Wasmtime engine: compiles components and modules, and bounds everything created from them. */
export class Engine {
  #native: NativeEngine | undefined;
  readonly #compilations: Semaphore;
  #pending = 0;

  /**
   * @param options - The options; each has a default.
   * @throws TypeError or RangeError (`BAD_OPTION`) naming the option, the value and what is allowed.
   */
  constructor(options: EngineOptions = {}) {
    const { options: nativeOptions, concurrentCompilations } = readEngineOptions(options);
    this.#compilations = new Semaphore(concurrentCompilations);
    this.#native = new native.NativeEngine(nativeOptions);
  }

  /**
   * Counts of the cache of compiled code.
   *
   * @returns The totals over all engines and all threads of the process.
   */
  static cacheStatistics(): CacheStatistics {
    return native.cacheStatistics();
  }

  /** The number of instances of this engine that are alive now. */
  get liveInstances(): number {
    return this.#engine().liveInstances;
  }

  /**
   * Compiles a component on another thread, or finds it in the cache.
   *
   * @param source - The component.
   * @returns The component, ready for any number of instances.
   * @throws {@link WasmError} `COMPILE`, `BINARY_TOO_LARGE`, `IO` or `DISPOSED`; TypeError (`BAD_VALUE`).
   */
  async compileComponent(source: Source): Promise<Component> {
    const compiled = await this.#compile(source, (engine, given) => engine.compileComponent(given));
    return new Component(unwrap(compiled));
  }

  /**
   * Compiles a core module on another thread, or finds it in the cache.
   *
   * @param source - The module.
   * @returns The module, ready for any number of instances.
   * @throws {@link WasmError} `COMPILE`, `BINARY_TOO_LARGE`, `IO` or `DISPOSED`; TypeError (`BAD_VALUE`).
   */
  async compileModule(source: Source): Promise<Module> {
    const compiled = await this.#compile(source, (engine, given) => engine.compileModule(given));
    return new Module(unwrap(compiled));
  }

  /**
   * Deserializes a component that {@link Component.serialize} returned for the same key, on an engine of the same
   * options and version. Safe as long as the key is secret: the bytes cannot be forged or changed without it.
   *
   * @param bytes - The compiled code.
   * @param options - The key, which is mandatory.
   * @returns The component.
   * @throws {@link WasmError} `DESERIALIZE` if the bytes are anything else, or have the tag of another key or none;
   *   TypeError (`BAD_VALUE`) if the key is missing, or shorter than 16 bytes.
   */
  deserializeComponent(bytes: Uint8Array, options: Required<SerializeOptions>): Component {
    const key = mandatoryKey(options);
    return new Component(this.#engine().deserializeComponent(checkBytes(bytes), key));
  }

  /**
   * Deserializes a module that {@link Module.serialize} returned for the same key; see
   * {@link Engine.deserializeComponent}.
   *
   * @param bytes - The compiled code.
   * @param options - The key, which is mandatory.
   * @returns The module.
   * @throws As {@link Engine.deserializeComponent}.
   */
  deserializeModule(bytes: Uint8Array, options: Required<SerializeOptions>): Module {
    const key = mandatoryKey(options);
    return new Module(this.#engine().deserializeModule(checkBytes(bytes), key));
  }

  /**
   * Deserializes a component that {@link Component.serialize} returned on an engine of the same options and version.
   *
   * Unsafe: the bytes are machine code that runs outside the sandbox. Accidents are detected; attacks are detected only
   * with a key. Pass only bytes that you stored yourself, where no one else can write.
   *
   * @param bytes - The compiled code.
   * @param options - The key, if the bytes were serialized with one.
   * @returns The component.
   * @throws {@link WasmError} `DESERIALIZE` if the bytes are anything else.
   */
  unsafeDeserializeComponent(bytes: Uint8Array, options: SerializeOptions = {}): Component {
    const key = optionalKey(options);
    return new Component(this.#engine().unsafeDeserializeComponent(checkBytes(bytes), key));
  }

  /**
   * Deserializes a module that {@link Module.serialize} returned on an engine of the same options and version. Unsafe,
   * as {@link Engine.unsafeDeserializeComponent} is.
   *
   * @param bytes - The compiled code.
   * @param options - The key, if the bytes were serialized with one.
   * @returns The module.
   * @throws {@link WasmError} `DESERIALIZE` if the bytes are anything else.
   */
  unsafeDeserializeModule(bytes: Uint8Array, options: SerializeOptions = {}): Module {
    const key = optionalKey(options);
    return new Module(this.#engine().unsafeDeserializeModule(checkBytes(bytes), key));
  }

  /** Releases the engine. Its compiled code and live instances remain usable. A second call does nothing. */
  dispose(): void {
    const engine = this.#native;
    this.#native = undefined;
    if (engine) this.#release(engine);
  }

  /** Calls {@link Engine.dispose}; for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  async #compile<T>(source: Source, start: (engine: NativeEngine, source: NativeSource) => Promise<T>): Promise<T> {
    const engine = this.#engine();
    const given = readSource(source, this.#compilations.isFull);
    this.#pending += 1;
    try {
      return await this.#compilations.run(() => start(engine, given));
    } finally {
      this.#pending -= 1;
      this.#release(engine);
    }
  }

  /** Frees the engine once it is disposed of and its pending compilations are done. */
  #release(engine: NativeEngine): void {
    if (this.#native === undefined && this.#pending === 0) engine.dispose();
  }

  #engine(): NativeEngine {
    if (this.#native) return this.#native;
    throw createError({ code: 'DISPOSED', message: 'the engine has been disposed of' });
  }
}

/** The compiled code; a failure is thrown here, so that the stack shows the caller. */
function unwrap(compiled: NativeCompiled | ErrorData): NativeCompiled {
  if (compiled instanceof native.NativeCompiled) return compiled;
  throw createError(compiled);
}
