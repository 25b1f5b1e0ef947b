/** What compiles, and bounds all that comes of it? */

import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { badValue, createError, type WasmErrorData } from '../errors.js';
import { type Failure, native, type NativeCompiled, type NativeEngine } from '../native.js';
import { Component } from './component.js';
import { Gate } from './semaphore.js';
import { mandatoryKey, optionalKey, type SerializeOptions } from './options/serialize.js';
import { Module } from './module.js';
import { type Check, boolean, checkOptions, describe, number, object, path, string } from './options/check.js';

/** A proposal to WebAssembly that can be switched on or off. */
export type Proposal =
  | 'bulkMemory'
  | 'customPageSizes'
  | 'exceptions'
  | 'extendedConst'
  | 'functionReferences'
  | 'gc'
  | 'memory64'
  | 'multiMemory'
  | 'multiValue'
  | 'referenceTypes'
  | 'relaxedSimd'
  | 'simd'
  | 'tailCall'
  | 'threads'
  | 'wideArithmetic';

/** The bounds over everything that an engine makes. */
export interface Maxima {
  /** The most that the memories of one instance may be allowed, in bytes, to 2⁴⁶; by default 4 GiB. */
  readonly memoryBytes?: number;
  /** Live instances; by default 10,000, with pooling allocation 1,000 and at most 2,000. */
  readonly instances?: number;
  /** Size of a source, in bytes, to 2³² − 1; by default 64 MiB. */
  readonly binaryBytes?: number;
  /** Compilations at once; the others wait. By default 2. They share the engine's `threads`. */
  readonly concurrentCompilations?: number;
  /**
   * Threads that the engine's work runs on beside the JavaScript thread, 1 to 1,024: this one option caps compilation,
   * and guests that outlast a slice. By default compilation takes all processors, and guests all but one, which is left to
   * JavaScript. Engines of the same number share their threads; with 1, compilations run one after the other on a thread of
   * libuv's pool. Beside these the process has one thread that keeps the time.
   */
  readonly threads?: number;
}

/** How an engine compiles and runs. The default counts fuel, keeps backtraces, and grants nothing else. */
export interface EngineOptions {
  /** How a guest is stopped: by counted fuel (default), by a clock (`epoch`), or by both. */
  readonly interruption?: 'fuel' | 'epoch' | 'both';
  /** How a trap reaches the host: by signals (default), or by explicit checks, which make traps cheap and memory dear. */
  readonly traps?: 'signals' | 'explicit';
  /** `cranelift` (default) optimizes; `winch` compiles in one pass, with fewer features. */
  readonly compiler?: 'cranelift' | 'winch';
  /** What Cranelift optimizes for; by default `speed`. */
  readonly optimization?: 'none' | 'speed' | 'speed-and-size';
  /** Where instances get memory: on demand (default), or from a pool of `maxima.instances` slots. */
  readonly allocation?: 'on-demand' | 'pooling';
  /** Frames that a trap's backtrace may have, 0 to 1,000; by default 20. */
  readonly backtraceFrames?: number;
  /** Native stack that a guest may use, in bytes, 64 KiB to 3 MiB; by default 512 KiB. */
  readonly maxStackBytes?: number;
  /**
   * Address space reserved for each memory, in bytes, to 2⁴⁶; by default Wasmtime's, 4 GiB on 64-bit hosts. With pooling
   * allocation at least `maxima.memoryBytes`.
   */
  readonly memoryReservationBytes?: number;
  /** Same results on every machine: NaNs canonical, relaxed SIMD deterministic. By default false. */
  readonly deterministic?: boolean;
  /**
   * Lets a profiler of native code know the guests' functions: Linux's `perf`, by a map of addresses
   * (`/tmp/perf-<process>.map`, on Unix), or by a dump of the code (`jit-<process>.dump` in the working directory, on Linux,
   * for `perf inject --jit`). By default `none`. The files grow with every compilation, and nobody removes them.
   */
  readonly profiler?: 'none' | 'perfmap' | 'jitdump';
  /** Proposals switched on or off against Wasmtime's defaults. `threads` brings atomic instructions, and no shared memory. */
  readonly proposals?: Readonly<Partial<Record<Proposal, boolean>>>;
  /**
   * Whether compiled code is shared with all engines of the process that would make the same, in every worker thread;
   * by default true. It is found by the content of the source, and the least recently used leaves at 256 MiB.
   */
  readonly cache?: boolean;
  /**
   * Where compiled code is kept for other processes: an absolute path, or a `file:` URL. The directory is made where it
   * is absent, and Wasmtime bounds its size. By default nothing is kept.
   *
   * Whoever can write there runs native code in this process: Wasmtime trusts what it finds. Give it a directory of this
   * service's own user alone.
   */
  readonly cacheDirectory?: string | URL;
  /** The bounds over everything that the engine makes. */
  readonly maxima?: Maxima;
}

/** What the process has compiled since its start, and what it did not have to; see {@link Engine.cacheStatistics}. */
export interface CacheStatistics {
  /** Sources that were known: they were hashed, and not compiled. */
  readonly hits: number;
  /** Sources that were compiled, with or without cache; failures count. */
  readonly compilations: number;
  /** Sources whose code was read from a `cacheDirectory` instead. */
  readonly directoryHits: number;
  /** Compiled code that the cache keeps alive, in bytes. */
  readonly codeBytes: number;
  /** Binaries that the cache knows, at most 1,000. */
  readonly entries: number;
}

/**
 * What is to be compiled: a binary's bytes, the `file:` URL of a binary or of WAT, or WAT as a string.
 * A string is never a path.
 */
export type Source = Uint8Array | ArrayBuffer | URL | string;

const maximaChecks = {
  memoryBytes: number,
  instances: number,
  binaryBytes: number,
  concurrentCompilations: number,
  threads: number,
};

const checks: Record<string, Check> = {
  interruption: string,
  traps: string,
  compiler: string,
  optimization: string,
  allocation: string,
  backtraceFrames: number,
  maxStackBytes: number,
  memoryReservationBytes: number,
  deterministic: boolean,
  profiler: string,
  cache: boolean,
  cacheDirectory: path,
  proposals: (option, value) => {
    object(option, value);
    for (const [name, enable] of Object.entries(value as object)) {
      if (enable !== undefined) boolean(`${option}.${name}`, enable);
    }
  },
  maxima: (option, value) => checkOptions(option, value, maximaChecks),
};

const DEFAULT_CONCURRENT_COMPILATIONS = 2;

/** A configured Wasmtime: compiles components and modules, and bounds what they become. */
export class Engine {
  #native: NativeEngine | undefined;
  readonly #compilations: Gate;
  #pending = 0;

  /**
   * @param options - How the engine compiles and runs.
   * @throws TypeError or RangeError (`BAD_OPTION`) naming the option, the value and what is allowed.
   */
  constructor(options: EngineOptions = {}) {
    checkOptions('', options, checks);
    const { concurrentCompilations = DEFAULT_CONCURRENT_COMPILATIONS, ...maxima } = options.maxima ?? {};
    if (!Number.isSafeInteger(concurrentCompilations) || concurrentCompilations < 1) {
      const option = 'maxima.concurrentCompilations';
      const message = `option '${option}': expected a whole number from 1, got ${describe(concurrentCompilations)}`;
      throw createError({ code: 'BAD_OPTION', option, message });
    }
    this.#compilations = new Gate(concurrentCompilations);
    const { cacheDirectory, ...rest } = options;
    this.#native = new native.NativeEngine({
      ...rest,
      ...(cacheDirectory !== undefined && { cacheDirectory: directory(cacheDirectory) }),
      maxima,
    });
  }

  /**
   * What the cache of compiled code has done.
   *
   * @returns The counts of all engines and all threads of the process.
   */
  static cacheStatistics(): CacheStatistics {
    return native.cacheStatistics();
  }

  /** Instances of this engine that are alive now. */
  get liveInstances(): number {
    return this.#engine().liveInstances;
  }

  /**
   * Compiles a component on another thread, or finds it compiled.
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
   * Compiles a core module on another thread, or finds it compiled.
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
   * A component from what {@link Component.serialize} gave with the same key, on an engine of the same options and
   * version. Safe as long as the key is secret: nobody without it can have made or changed the bytes.
   *
   * @param bytes - The compiled code.
   * @param options - The key, which is mandatory.
   * @returns The component.
   * @throws {@link WasmError} `DESERIALIZE` where the bytes are something else, or of another key or none; TypeError
   *   (`BAD_VALUE`) where the key is missing, or shorter than 16 bytes.
   */
  deserializeComponent(bytes: Uint8Array, options: Required<SerializeOptions>): Component {
    const key = mandatoryKey(options);
    return new Component(this.#engine().deserializeComponent(checkBytes(bytes), key));
  }

  /**
   * A module from what {@link Module.serialize} gave with the same key; see {@link Engine.deserializeComponent}.
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
   * A component from what {@link Component.serialize} gave on an engine of the same options and version.
   *
   * Unsafe: the bytes are machine code that runs outside the sandbox. Accidents are detected, attacks are not, unless
   * there is a key; give it only what you stored yourself where nobody else writes.
   *
   * @param bytes - The compiled code.
   * @param options - The key, where the bytes were serialized with one.
   * @returns The component.
   * @throws {@link WasmError} `DESERIALIZE` where the bytes are something else.
   */
  unsafeDeserializeComponent(bytes: Uint8Array, options: SerializeOptions = {}): Component {
    const key = optionalKey(options);
    return new Component(this.#engine().unsafeDeserializeComponent(checkBytes(bytes), key));
  }

  /**
   * A module from what {@link Module.serialize} gave on an engine of the same options and version. Unsafe as
   * {@link Engine.unsafeDeserializeComponent}.
   *
   * @param bytes - The compiled code.
   * @param options - The key, where the bytes were serialized with one.
   * @returns The module.
   * @throws {@link WasmError} `DESERIALIZE` where the bytes are something else.
   */
  unsafeDeserializeModule(bytes: Uint8Array, options: SerializeOptions = {}): Module {
    const key = optionalKey(options);
    return new Module(this.#engine().unsafeDeserializeModule(checkBytes(bytes), key));
  }

  /** Lets go of the engine. What it compiled, and live instances, go on. Doing it twice is allowed. */
  dispose(): void {
    const engine = this.#native;
    this.#native = undefined;
    if (engine) this.#release(engine);
  }

  /** The same as {@link Engine.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  async #compile<T>(source: Source, start: (engine: NativeEngine, source: NativeSource) => Promise<T>): Promise<T> {
    const engine = this.#engine();
    const given = nativeSource(source, this.#compilations.isFull);
    this.#pending += 1;
    try {
      return await this.#compilations.run(() => start(engine, given));
    } finally {
      this.#pending -= 1;
      this.#release(engine);
    }
  }

  /** Frees the engine once it was disposed of and the compilations that were promised are done. */
  #release(engine: NativeEngine): void {
    if (this.#native === undefined && this.#pending === 0) engine.dispose();
  }

  #engine(): NativeEngine {
    if (this.#native) return this.#native;
    throw createError({ code: 'DISPOSED', message: 'the engine has been disposed of' });
  }
}

type NativeSource = Uint8Array | string | { path: string };

/** The source as the addon takes it. Bytes that must wait are copied: they are the caller's to change meanwhile. */
function nativeSource(source: Source, waits: boolean): NativeSource {
  if (typeof source === 'string') return source;
  if (types.isUint8Array(source)) return waits ? source.slice() : source;
  if (types.isArrayBuffer(source)) return viewOf(source).slice();
  if (source instanceof URL) return { path: filePath(source) };
  throw badValue(`the source must be bytes, a file URL or WAT text, got ${describe(source)}`);
}

/** The path of a directory that is given by a path or a URL. */
function directory(given: string | URL): string {
  if (typeof given === 'string' && !given.startsWith('file:')) return given;
  try {
    return fileURLToPath(given);
  } catch (cause) {
    const option = 'cacheDirectory';
    const expected = `expected an absolute path or a file: URL, got ${describe(String(given))}`;
    throw createError({ code: 'BAD_OPTION', option, message: `option '${option}': ${expected}${fault(given, cause)}` });
  }
}

/** What Node finds wrong with a `file:` URL, such as a slash that is encoded. */
function fault(given: string | URL, cause: unknown): string {
  return String(given).startsWith('file:') ? `: ${(cause as Error).message}` : '';
}

function viewOf(buffer: ArrayBuffer): Uint8Array {
  try {
    return new Uint8Array(buffer);
  } catch {
    throw badValue('the source is an ArrayBuffer that is detached');
  }
}

function filePath(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    if (url.protocol === 'file:') throw badValue(`the source '${url.href}' names no file: ${(cause as Error).message}`);
    throw badValue(`the source must be a file: URL, got '${url.href}'; read other places yourself and pass the bytes`);
  }
}

function checkBytes(bytes: Uint8Array): Uint8Array {
  if (types.isUint8Array(bytes)) return bytes;
  throw badValue(`expected a Uint8Array, got ${describe(bytes)}`);
}

/** What a compilation gave, or its failure thrown here, so that the stack shows who asked. */
function unwrap(compiled: NativeCompiled | Failure): NativeCompiled {
  if (compiled instanceof native.NativeCompiled) return compiled;
  throw createError(compiled as WasmErrorData);
}
