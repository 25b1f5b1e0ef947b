// Tests of limits during instantiation.
import test from 'ava';
import { Engine, KiB, MiB } from '../../../src/index.js';
import { failure, rejection } from '../failure.js';

const engine = new Engine();
const limits = { memoryBytes: MiB, fuel: 100_000n };
const started = async (body: string, options = {}): Promise<import('../../../src/index.js').Module> =>
  new Engine(options).compileModule(`(module (memory 1) (func $start ${body}) (start $start))`);

test('a start function that loops for ever runs out of fuel', async (t) => {
  const module = await started('(loop (br 0))');
  failure(t, 'OUT_OF_FUEL', () => module.instantiateSync({ limits }));
});

test('a start function that loops for ever meets the timeout', async (t) => {
  for (const interruption of ['fuel', 'epoch', 'both'] as const) {
    const module = await started('(loop (br 0))', { interruption });
    const more = interruption === 'epoch' ? {} : { fuel: 'unlimited' as const };
    failure(
      t,
      'TIMEOUT',
      () => module.instantiateSync({ limits: { memoryBytes: MiB, timeoutMs: 20, ...more } }),
      interruption,
    );
  }
});

test('a start function may not grow the memory past the limit', async (t) => {
  const module = await started('(drop (memory.grow (i32.const 100)))');
  failure(t, 'MEMORY_LIMIT', () => module.instantiateSync({ limits }));
  t.is(module.instantiateSync({ limits: { ...limits, onMemoryLimit: 'refuse' } }).metrics().memoryRefusals, 1);
});

test('a start function that traps says how', async (t) => {
  const module = await started('(unreachable)');
  t.is(failure(t, 'TRAP', () => module.instantiateSync({ limits })).trap, 'UnreachableCodeReached');
});

test('data and elements that do not fit trap', async (t) => {
  const data = await engine.compileModule('(module (memory 1) (data (i32.const 65536) "x"))');
  t.is(failure(t, 'TRAP', () => data.instantiateSync({ limits })).trap, 'MemoryOutOfBounds');
  const elements = await engine.compileModule('(module (table 1 funcref) (func $f) (elem (i32.const 1) $f))');
  t.is(failure(t, 'TRAP', () => elements.instantiateSync({ limits })).trap, 'TableOutOfBounds');
});

test('the metrics include the cost of the start function', async (t) => {
  const module = await started(
    '(local $n i32) (loop (br_if 0 (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1000)))) (drop (memory.grow (i32.const 2)))',
  );
  const one = module.instantiateSync({ limits }).metrics();
  t.true(one.fuelConsumed > 5000n);
  t.like(one, { calls: 0, traps: 0, memoryBytes: 192 * KiB, peakMemoryBytes: 192 * KiB, fuelIsExact: true });
  t.is(module.instantiateSync({ limits }).metrics().fuelConsumed, one.fuelConsumed);
});

test('each call has the whole budget, however much the start consumed', async (t) => {
  const module = await engine.compileModule(`(module (func $spin (export "spin") (local $n i32)
    (loop (br_if 0 (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 10000))))) (start $spin))`);
  using instance = module.instantiateSync({ limits });
  t.notThrows(() => instance.call('spin'));
});

test('missing imports are rejected with LINK naming them', async (t) => {
  const module = await engine.compileModule('(module (import "env" "log" (func (param i32))))');
  t.regex(failure(t, 'LINK', () => module.instantiateSync({ limits })).message, /env.*log/);
  const component = await engine.compileComponent(
    '(component (import "acme:host/log" (instance (export "info" (func (param "message" string))))))',
  );
  t.regex(failure(t, 'LINK', () => component.instantiateSync({ limits })).message, /acme:host\/log/);
});

test('all missing imports are named at once', async (t) => {
  const module = await engine.compileModule(
    '(module (import "env" "one" (func)) (import "env" "two" (func)) (import "env" "three" (func)))',
  );
  const imports = { env: { two: () => {}, three: 3 as never } };
  const { message } = failure(t, 'LINK', () => module.instantiateSync({ limits, imports }));
  t.regex(message, /'env\.one' .*'env\.three' .*must be a function, got 3/s);
  t.notRegex(message, /two/);
});

test('unsupported imports are named beside missing ones, and long lists are cut', async (t) => {
  const many = Array.from({ length: 2_000 }, (_, n) => `(import "env" "${'f'.repeat(200)}${n}" (func))`);
  const module = await engine.compileModule(
    `(module ${many.join(' ')} (import "env" "m" (memory 1)) (import "env" "r" (func (param externref))))`,
  );
  const { message } = failure(t, 'LINK', () => module.instantiateSync({ limits }));
  t.regex(
    message,
    /imports 'env\.m' \(memory 1\), which this version does not support.*'env\.r' .*'imports' does not have/s,
  );
  t.regex(message, / and 1982 more$|…$/);
  t.true(message.length < 5_000);
});

test('imports other than functions of numbers are rejected with LINK naming them', async (t) => {
  for (const [wat, name] of [
    ['(module (import "env" "m" (memory 1)))', 'env.m'],
    ['(module (import "env" "g" (global i32)))', 'env.g'],
    ['(module (import "env" "t" (table 1 funcref)))', 'env.t'],
    ['(module (import "env" "v" (func (param v128))))', 'env.v'],
    ['(module (import "env" "r" (func (result externref))))', 'env.r'],
  ] as const) {
    const module = await engine.compileModule(wat);
    const served = () => 0;
    const imports = { env: { m: served, g: served, t: served, v: served, r: served } };
    t.true(failure(t, 'LINK', () => module.instantiateSync({ limits, imports })).message.includes(name));
    t.true((await rejection(t, 'LINK', () => module.instantiate({ limits, imports }))).message.includes(name));
  }
});

test('unneeded imports are ignored, and a value that is not an object is rejected by name', async (t) => {
  const module = await engine.compileModule('(module)');
  t.notThrows(() => module.instantiateSync({ limits, imports: { env: {}, other: { f: () => 1 } } }));
  for (const imports of [1, 'env', null, () => {}, []]) {
    const error = failure(t, 'BAD_OPTION', () => module.instantiateSync({ limits, imports } as never));
    t.is(error.option, 'imports');
  }
  const needs = await engine.compileModule('(module (import "env" "f" (func)))');
  for (const env of [1, 'f', true, 1n]) {
    const imports = { env } as never;
    t.is(failure(t, 'BAD_OPTION', () => needs.instantiateSync({ limits, imports })).option, 'imports.env');
  }
});
