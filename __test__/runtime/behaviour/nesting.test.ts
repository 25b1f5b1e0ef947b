// Tests of calls nested in each other's host functions, deeper than a stack.
import test from 'ava';

import { Engine, MiB, type Module } from '../../../src/index.js';

const limits = { memoryBytes: MiB };
const DEPTH = 400;

async function relay(): Promise<Module> {
  return new Engine().compileModule(`(module
    (import "env" "next" (func $next (param i32) (result i32)))
    (func (export "run") (param i32) (result i32) (i32.add (i32.const 1) (call $next (local.get 0)))))`);
}

interface Relay {
  readonly run: (depth: number) => Promise<number>;
}

test('asynchronous instances that call each other may be nested far deeper than a stack', async (t) => {
  const module = await relay();
  const run = async (depth: number): Promise<number> => {
    if (depth === DEPTH) return 0;
    const instance = await module.instantiate<Relay>({ limits, imports: { env: { next: run } } });
    return instance.exports.run(depth + 1);
  };
  t.is(await run(0), DEPTH);
});

test('also if no host function waits before it calls', async (t) => {
  const module = await relay();
  const instances: Relay[] = [];
  const next = (depth: number): Promise<number> | number => instances[depth]?.run(depth + 1) ?? 0;
  for (let n = 0; n < DEPTH; n++) {
    instances.push((await module.instantiate<Relay>({ limits, imports: { env: { next } } })).exports);
  }
  t.is(await next(0), DEPTH);
});

test('synchronous instances that call each other endlessly get an error, and remain usable', async (t) => {
  const module = await relay();
  for (const timeoutMs of ['unlimited', 5_000] as const) {
    const instance = module.instantiateSync<{ run: (depth: number) => number }>({
      limits: { ...limits, timeoutMs },
      imports: { env: { next: (depth: number) => (depth < 0 ? 7 : instance.exports.run(depth)) } },
    });
    const error: { name?: string; trap?: string } | undefined = t.throws(() => instance.exports.run(1));
    t.true(error?.name === 'RangeError' || error?.trap === 'StackOverflow', error?.name);
    t.is(instance.exports.run(-1), 8);
  }
});
