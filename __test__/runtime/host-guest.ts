// A guest that calls its host in all the ways that the tests of host functions need.
import {
  Engine,
  type EngineOptions,
  type HostFunction,
  type Instance,
  type Limits,
  MiB,
  type Module,
} from '../../src/index.js';
import type { SyncInstance } from '../../src/index.js';

/** Imports `env.f: (i32) -> i32`. */
export const callsHost = `(module
  (import "env" "f" (func $f (param i32) (result i32)))
  (memory (export "memory") 1 4)
  (func (export "ok") (result i32) (i32.const 42))
  (func (export "call") (param i32) (result i32) (call $f (local.get 0)))
  (func (export "twice") (param i32) (result i32) (call $f (call $f (local.get 0))))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "unreachable") unreachable)
  (func (export "spin") (loop (br 0)))
  (func $deep (export "deep") (result i32) (i32.add (call $deep) (i32.const 1)))
  (func $count (export "count") (param i32) (result i32) (local $n i32)
    (loop $l
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $n) (local.get 0))))
    (local.get $n))
  (func (export "countThenCall") (param i32 i32) (result i32)
    (drop (call $count (local.get 0)))
    (call $f (local.get 1)))
  (func (export "callThenCount") (param i32 i32) (result i32)
    (drop (call $f (local.get 0)))
    (call $count (local.get 1)))
  (func (export "each") (param i32) (result i32) (local $sum i32)
    (loop $l
      (local.set $sum (i32.add (local.get $sum) (call $f (local.get 0))))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $l (local.get 0)))
    (local.get $sum)))`;

/** Rounds of `count` that take many time slices, and some tens of milliseconds. */
export const LONG = 20_000_000;

/** Far more than any call here takes, and less than a test may. */
export const SANE_MS = 20_000;

/** The three ways to interrupt a guest. */
export const interruptions: readonly ('fuel' | 'epoch' | 'both')[] = ['fuel', 'epoch', 'both'];

/** Limits of a call that only time bounds, on whichever engine. */
export function timed(interruption: string, timeoutMs: number = SANE_MS): Limits {
  return { memoryBytes: MiB, timeoutMs, ...(interruption === 'epoch' ? {} : { fuel: 'unlimited' as const }) };
}

const modules = new Map<string, Promise<Module>>();

/** The guest, compiled once for each set of options. */
export function compiled(options: EngineOptions = {}, wat: string = callsHost): Promise<Module> {
  const key = JSON.stringify(options) + wat;
  const found = modules.get(key) ?? new Engine(options).compileModule(wat);
  modules.set(key, found);
  return found;
}

/** An asynchronous instance of it whose host function is `f`. */
export async function asynchronous(
  f: HostFunction,
  limits: Partial<Limits> = {},
  options: EngineOptions = {},
): Promise<Instance> {
  const module = await compiled(options);
  const all = { ...timed(options.interruption ?? 'fuel'), ...limits };
  const instance = await module.instantiate({ limits: all, imports: { env: { f } } });
  return instance;
}

/** A synchronous instance of it whose host function is `f`. */
export async function synchronous(
  f: HostFunction,
  limits: Partial<Limits> = {},
  options: EngineOptions = {},
): Promise<SyncInstance> {
  const module = await compiled(options);
  const all = { ...timed(options.interruption ?? 'fuel'), ...limits };
  return module.instantiateSync({ limits: all, imports: { env: { f } } });
}

/** A promise, with what settles it. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: unknown) => void } {
  let settle: { resolve: (value: T) => void; reject: (reason: unknown) => void } | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle! };
}

/** After the given number of turns of the event loop. */
export async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
