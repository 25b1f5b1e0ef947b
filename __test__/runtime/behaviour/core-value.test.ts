// Tests of the JavaScript values that functions of core modules take and return.
import test from 'ava';
import { Engine, MiB } from '../../../src/index.js';
import { failure } from '../failure.js';

const limits = { memoryBytes: MiB };
const engine = new Engine();
const types = ['i32', 'i64', 'f32', 'f64'] as const;
const echoes = await engine.compileModule(`(module
  ${types.map((type) => `(func (export "${type}") (param ${type}) (result ${type}) (local.get 0))`).join('\n')}
  (func (export "nothing"))
  (func (export "f32-bits") (param i32) (result f32) (f32.reinterpret_i32 (local.get 0)))
  (func (export "all") (param i32 i64 f32 f64) (result f64 f32 i64 i32)
    (local.get 3) (local.get 2) (local.get 1) (local.get 0)))`);

for (const timeoutMs of [undefined, 60_000]) {
  const execution = timeoutMs === undefined ? 'direct' : 'fiber';
  const instance = echoes.instantiateSync({ limits: timeoutMs === undefined ? limits : { ...limits, timeoutMs } });
  const echo = (type: string, value: unknown): unknown => instance.call(type, [value]);

  test(`the instance has the execution that the next tests expect (${execution})`, (t) => {
    t.is(instance.metrics().execution, execution);
  });

  test(`numbers at the limits of their types are returned unchanged (${execution})`, (t) => {
    for (const value of [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]) t.is(echo('i32', value), value);
    for (const value of [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]) t.is(echo('i64', value), value);
    const doubles = [
      0,
      -0,
      0.1,
      Number.MAX_VALUE,
      Number.MIN_VALUE,
      Number.EPSILON,
      2 ** 53 + 2,
      Infinity,
      -Infinity,
      NaN,
    ];
    for (const value of doubles) t.is(echo('f64', value), value);
    for (const value of doubles) t.is(echo('f32', value), Math.fround(value));
    t.is(echo('i32', -0), 0);
  });

  test(`several results are returned as an array, none as undefined (${execution})`, (t) => {
    t.deepEqual(instance.call('all', [1, 2n, 0.5, -0]), [-0, 0.5, 2n, 1]);
    t.is(instance.call('nothing'), undefined);
  });

  test(`any bits of a NaN are a NaN (${execution})`, (t) => {
    for (const bits of [0x7fc0_0000, 0x7f80_0001, -1]) t.is(instance.call('f32-bits', [bits]), NaN);
  });
}

const instance = echoes.instantiateSync({ limits });

const rejected: readonly [type: string, values: readonly unknown[]][] = [
  [
    'i32',
    [2 ** 31, -(2 ** 31) - 1, 0.5, NaN, Infinity, 1n, '1', true, null, undefined, {}, [1], Symbol('1'), new Number(1)],
  ],
  ['i64', [2n ** 63n, -(2n ** 63n) - 1n, 1, '1', null, undefined, Object(1n)]],
  ['f32', [1n, '1', null, undefined, true, new Date(0)]],
  ['f64', [1n, '1', null, undefined, { valueOf: () => 1 }, () => 1]],
];

for (const [type, values] of rejected) {
  test(`a value that is not an ${type} is rejected with its position, never converted`, (t) => {
    for (const value of values) {
      const error = failure(t, 'BAD_VALUE', () => instance.call(type, [value]), String(value?.toString()));
      t.true(error instanceof TypeError);
      t.true(error.message.startsWith(`argument 1: expected ${type}`), error.message);
    }
  });
}

test('a message names the value received', (t) => {
  const message = (value: unknown): string => failure(t, 'BAD_VALUE', () => instance.call('i32', [value])).message;
  t.regex(message(4_294_967_295), /got 4294967295$/);
  t.regex(message(-1n), /got bigint -1n$/);
  t.regex(message('ab'), /got the string "ab"$/);
  t.regex(message([1, 2]), /got an array of 2$/);
  t.true(message('x'.repeat(1_000_000)).length < 300);
  t.true(message(10n ** 30n).length < 300);
});

test('a message about a very large bigint stays short', (t) => {
  const error = failure(t, 'BAD_VALUE', () => instance.call('i64', [10n ** 10_000n]));
  t.true(error.message.length < 500, `${error.message.length} characters`);
});

test('too few and too many arguments are rejected with both numbers', (t) => {
  t.regex(failure(t, 'BAD_VALUE', () => instance.call('all', [1, 2n, 3])).message, /expected 4 arguments, got 3/);
  t.regex(failure(t, 'BAD_VALUE', () => instance.call('nothing', [undefined])).message, /expected 0 arguments, got 1/);
  t.regex(failure(t, 'BAD_VALUE', () => instance.call('i32')).message, /expected 1 argument, got 0/);
});

test('a rejected argument costs nothing and leaves the instance unchanged', (t) => {
  const before = instance.metrics();
  for (let round = 0; round < 10; round += 1) failure(t, 'BAD_VALUE', () => instance.call('i32', ['x']));
  t.deepEqual(instance.metrics(), before);
});

for (const count of [7, 8, 9, 15, 16, 17, 33, 1000]) {
  test(`a function with ${count} parameters and as many results returns them in reverse`, async (t) => {
    const kinds = Array.from({ length: count }, (_, index) => types[index % 4]);
    const module = await engine.compileModule(`(module (func (export "reverse")
      (param ${kinds.join(' ')}) (result ${kinds.toReversed().join(' ')})
      ${kinds.map((_, index) => `(local.get ${count - 1 - index})`).join(' ')}))`);
    const values = kinds.map((kind, index) => (kind === 'i64' ? BigInt(-index) : index));
    for (const more of [{}, { timeoutMs: 60_000 }]) {
      using reversing = module.instantiateSync({ limits: { ...limits, ...more } });
      t.deepEqual(reversing.call('reverse', values), values.toReversed());
      failure(t, 'BAD_VALUE', () => reversing.call('reverse', values.slice(1)));
      const last = failure(t, 'BAD_VALUE', () => reversing.call('reverse', [...values.slice(0, -1), '']));
      t.true(last.message.startsWith(`argument ${count}: `));
    }
  });
}

test('a function that uses references or vectors is rejected when it is called, and the others work', async (t) => {
  const module =
    await engine.compileModule(`(module (func (export "ref") (param externref)) (func (export "v") (result v128)
    (v128.const i64x2 0 0)) (func (export "one") (result i32) (i32.const 1)))`);
  using mixed = module.instantiateSync({ limits });
  t.regex(failure(t, 'UNSUPPORTED', () => mixed.call('ref', [null])).message, /reference/);
  t.regex(failure(t, 'UNSUPPORTED', () => mixed.call('v')).message, /v128/);
  t.is(mixed.call('one'), 1);
});

// The error is created once, when `exports` is read, and thrown at every call.
test('a function that cannot be called throws a new error at each call', async (t) => {
  const module = await engine.compileModule('(module (func (export "v") (result v128) (v128.const i64x2 0 0)))');
  using vectors = module.instantiateSync({ limits });
  t.not(
    failure(t, 'UNSUPPORTED', () => vectors.call('v')),
    failure(t, 'UNSUPPORTED', () => vectors.call('v')),
  );
});
