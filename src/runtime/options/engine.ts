// Engine options: how an engine compiles and runs, and the limits on everything created from it.

import { fileURLToPath } from 'node:url';
import type { EngineOptions as NativeEngineOptions } from '../../native.js';
import {
  boolean,
  checkObject,
  count,
  describe,
  number,
  outOfRange,
  type Reader,
  type Readers,
  readOptions,
  string,
  unexpected,
} from './read.js';

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

/** Limits on everything created from one engine. For the limits of one instance, see {@link Limits}. */
export interface EngineLimits {
  /** The largest `limits.memoryBytes` of one instance, in bytes, to 2⁴⁶; by default 4 GiB. */
  readonly memoryBytes?: number;
  /** Live instances; by default 10,000, with pooling allocation 1,000 and at most 2,000. */
  readonly instances?: number;
  /** Size of a source, in bytes, to 2³² − 1; by default 64 MiB. */
  readonly binaryBytes?: number;
  /** Compilations at once; the others wait. By default 2. They share the engine's `threads`. */
  readonly concurrentCompilations?: number;
  /**
   * Threads for the engine's work beside the JavaScript thread, 1 to 1,024. They run compilations, and calls that
   * outlast a time slice.
   *
   * By default compilation uses one thread per processor, and guests one fewer: the last is left to JavaScript. Engines
   * with the same number share their threads. With 1, compilations run one after the other on a thread of libuv's pool. The
   * process has one more thread, which keeps the time.
   */
  readonly threads?: number;
}

/** Options of an engine. The default counts fuel, keeps backtraces, and grants nothing else. */
export interface EngineOptions {
  /** How a guest is stopped: by counted fuel (default), by a clock (`epoch`), or by both. */
  readonly interruption?: 'fuel' | 'epoch' | 'both';
  /**
   * How traps are detected: by signals (default), or by explicit checks, which make traps cheaper and memory accesses
   * slower.
   */
  readonly traps?: 'signals' | 'explicit';
  /** `cranelift` (default) optimizes; `winch` compiles in one pass, with fewer features. */
  readonly compiler?: 'cranelift' | 'winch';
  /** Goal of Cranelift's optimization; by default `speed`. */
  readonly optimization?: 'none' | 'speed' | 'speed-and-size';
  /** Source of the instances' memory: on demand (default), or from a pool of `limits.instances` slots. */
  readonly allocation?: 'on-demand' | 'pooling';
  /** The most frames in a trap's backtrace, 0 to 1,000; by default 20. */
  readonly backtraceFrames?: number;
  /** Native stack that a guest may use, in bytes, 64 KiB to 3 MiB; by default 512 KiB. */
  readonly maxStackBytes?: number;
  /**
   * Address space reserved for each memory, in bytes, to 2⁴⁶; by default Wasmtime's, 4 GiB on 64-bit hosts. With
   * pooling allocation at least `limits.memoryBytes`.
   */
  readonly memoryReservationBytes?: number;
  /** Same results on every machine: NaNs canonical, relaxed SIMD deterministic. By default false. */
  readonly deterministic?: boolean;
  /**
   * Shows the guests' functions to a profiler of native code. `perfmap` writes a map of addresses for Linux's `perf`
   * (`/tmp/perf-<process>.map`, on Unix). `jitdump` writes a dump of the code (`jit-<process>.dump` in the working
   * directory, on Linux), for `perf inject --jit`. By default `none`. The files grow with every compilation, and are
   * never removed.
   */
  readonly profiler?: 'none' | 'perfmap' | 'jitdump';
  /**
   * Proposals switched on or off against Wasmtime's defaults. `threads` brings atomic instructions, not shared memory.
   */
  readonly proposals?: Readonly<Partial<Record<Proposal, boolean>>>;
  /**
   * Whether compiled code is shared with all engines of the process that would compile the same, in every worker
   * thread; by default true. It is found by the content of the source. Beyond 256 MiB the least recently used is
   * evicted.
   */
  readonly cache?: boolean;
  /**
   * Directory in which compiled code is kept for other processes: an absolute path, or a `file:` URL. It is created if
   * it is absent, and Wasmtime bounds its size. By default nothing is kept.
   *
   * Anyone who can write there can run native code in this process: Wasmtime trusts what it finds. Use a directory that
   * only this service's user can write to.
   */
  readonly cacheDirectory?: string | URL;
  /** Limits on everything created from the engine. */
  readonly limits?: EngineLimits;
}

const ENGINE_LIMITS = {
  memoryBytes: number,
  instances: number,
  binaryBytes: number,
  concurrentCompilations: count,
  threads: number,
} satisfies Readers<EngineLimits, NonNullable<NativeEngineOptions['limits']>>;

const proposals: Reader<Record<string, boolean>> = (option, value) => {
  checkObject(option, value);
  const read: Record<string, boolean> = {};
  for (const [name, enable] of Object.entries(value)) {
    if (enable !== undefined) read[name] = boolean(`${option}.${name}`, enable);
  }
  return read;
};

/** The path of a directory, which may be given as a URL. */
const directory: Reader<string> = (option, value) => {
  if (typeof value !== 'string' && !(value instanceof URL)) throw unexpected(option, 'a string or a URL', value);
  if (typeof value === 'string' && !value.startsWith('file:')) return value;
  try {
    return fileURLToPath(value);
  } catch (cause) {
    const message = `expected an absolute path or a file: URL, got ${describe(String(value))}`;
    throw outOfRange(option, `${message}${faultOf(value, cause)}`);
  }
};

/** The error that Node reports for a `file:` URL, such as an encoded slash. */
function faultOf(url: string | URL, cause: unknown): string {
  return String(url).startsWith('file:') && cause instanceof Error ? `: ${cause.message}` : '';
}

const ENGINE_OPTIONS = {
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
  cacheDirectory: directory,
  proposals,
  limits: (option, value) => readOptions(option, value, ENGINE_LIMITS),
} satisfies Readers<EngineOptions, NativeEngineOptions>;

const DEFAULT_CONCURRENT_COMPILATIONS = 2;

/** @internal Options as read: those that the addon takes, and the one limit that is kept in JavaScript. */
export interface ReadEngineOptions {
  readonly options: NativeEngineOptions;
  readonly concurrentCompilations: number;
}

/**
 * @internal Reads the options of an engine.
 *
 * @throws TypeError or RangeError (`BAD_OPTION`) naming the option, the value and what is allowed.
 */
export function readEngineOptions(given: EngineOptions): ReadEngineOptions {
  const { limits = {}, ...others } = readOptions('', given, ENGINE_OPTIONS);
  const { concurrentCompilations = DEFAULT_CONCURRENT_COMPILATIONS, ...nativeLimits } = limits;
  return { options: { ...others, limits: nativeLimits }, concurrentCompilations };
}
