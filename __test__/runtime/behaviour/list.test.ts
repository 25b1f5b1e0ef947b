// Tests of lists: the arrays that they take and return.
import test from 'ava';
import { fixture } from '#guests';
import { Engine, MiB } from '../../../src/index.js';
import { child } from '../child.js';
import { failure } from '../failure.js';

const component = await new Engine().compileComponent(fixture('guests/c/types.wasm'));
const instance = component.instantiateSync({ limits: { memoryBytes: 256 * MiB } });
const call = (name: string, value: unknown): unknown => instance.call(name, [value]);

const kinds = {
  s8: { type: Int8Array, values: [0, -128, 127] },
  u8: { type: Uint8Array, values: [0, 255] },
  s16: { type: Int16Array, values: [-32_768, 32_767] },
  u16: { type: Uint16Array, values: [0, 65_535] },
  s32: { type: Int32Array, values: [-(2 ** 31), 2 ** 31 - 1] },
  u32: { type: Uint32Array, values: [0, 2 ** 32 - 1] },
  s64: { type: BigInt64Array, values: [-(2n ** 63n), 2n ** 63n - 1n] },
  u64: { type: BigUint64Array, values: [0n, 2n ** 64n - 1n] },
  f32: { type: Float32Array, values: [-0, Infinity, NaN, 0.5] },
  f64: { type: Float64Array, values: [-0, 1e300, NaN, 0.1] },
} as const;

for (const [kind, { type, values }] of Object.entries(kinds)) {
  const name = `echo-list-${kind}`;
  const typed = (
    type as { from(values: readonly unknown[]): { readonly length: number; subarray(start: number): unknown } }
  ).from(values);

  test(`list<${kind}> accepts a ${type.name} and an array, and returns a ${type.name}`, (t) => {
    t.deepEqual(call(name, typed), typed);
    t.deepEqual(call(name, values), typed);
    t.deepEqual(call(name, typed.subarray(1)), typed.subarray(1));
    t.deepEqual(call(name, []), new type());
    t.deepEqual(call(name, new type()), new type());
  });

  test(`list<${kind}> rejects every other kind of typed array by name`, (t) => {
    for (const { type: other } of Object.values(kinds)) {
      if (other === type) continue;
      const error = failure(t, 'BAD_VALUE', () => call(name, new other(2)));
      t.true(error.message.includes(`an ${type.name}`) || error.message.includes(`a ${type.name}`), error.message);
      t.true(error.message.endsWith(` ${other.name}`), error.message);
    }
  });

  test(`list<${kind}> rejects a wrong element with its index`, (t) => {
    for (const wrong of ['1', null, undefined, {}, typeof values[0] === 'bigint' ? 1 : 1n]) {
      const error = failure(t, 'BAD_VALUE', () => call(name, [...values, wrong]));
      t.true(error.message.startsWith(`argument 1 'value', index ${values.length}: expected ${kind}`), error.message);
    }
  });
}

test('passed bytes are not changed, and returned bytes are a copy', (t) => {
  const given = Uint8Array.of(1, 2, 3);
  const got = call('echo-list-u8', given) as Uint8Array;
  got.fill(9);
  t.deepEqual(given, Uint8Array.of(1, 2, 3));
  t.deepEqual(call('echo-list-u8', given), given);
});

test('views with an offset, Buffers of the pool, clamped and shared arrays are accepted', (t) => {
  const around = Uint8Array.of(9, 9, 9, 1, 2, 9);
  const shared = new Uint8Array(new SharedArrayBuffer(8), 3, 2);
  shared.set([1, 2]);
  for (const view of [around.subarray(3, 5), Buffer.from([1, 2]), Uint8ClampedArray.of(1, 2), shared]) {
    t.deepEqual(call('echo-list-u8', view), Uint8Array.of(1, 2));
  }
  const wide = new Float64Array(new SharedArrayBuffer(32), 8, 2);
  wide.set([0.5, 0.25]);
  t.is(call('sum', wide), 0.75);
});

test('a megabyte goes both ways whole, and so do ten', (t) => {
  for (const size of [MiB, 10 * MiB]) {
    const bytes = Uint8Array.from({ length: size }, (_, index) => index * 31);
    t.true(Buffer.from(bytes).equals(call('echo-list-u8', bytes) as Uint8Array));
  }
  t.is(instance.call('live-bytes'), 0);
});

test('a detached array is rejected, alone and in a list', (t) => {
  const detached = new Uint8Array(4);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  t.regex(failure(t, 'BAD_VALUE', () => call('echo-list-u8', detached)).message, /detached/);
  t.regex(failure(t, 'BAD_VALUE', () => call('echo-list-list-u8', [[1], detached])).message, /index 1.*detached/);
});

test('an array whose resizable buffer shrank returns the elements that are left', (t) => {
  const buffer = new (ArrayBuffer as new (length: number, options: object) => ArrayBuffer)(8, { maxByteLength: 16 });
  const tracking = new Uint8Array(buffer).fill(1);
  (buffer as unknown as { resize(length: number): void }).resize(4);
  t.is((call('echo-list-u8', tracking) as Uint8Array).length, tracking.length);
});

const notArrays: Record<string, unknown> = {
  'a string': 'ab',
  'an ArrayBuffer': new ArrayBuffer(2),
  'a DataView': new DataView(new ArrayBuffer(2)),
  'an array-like object': { length: 1, 0: 1 },
  'a Set': new Set([1]),
  null: null,
  'a function': () => [],
};

for (const [name, value] of Object.entries(notArrays)) {
  test(`${name} is not a list`, (t) => {
    for (const list of ['echo-list-u8', 'echo-list-string', 'echo-list-point', 'echo-list-list-u8']) {
      t.regex(failure(t, 'BAD_VALUE', () => call(list, value)).message, /^argument 1 'value': expected .*list/);
    }
  });
}

test('a proxy is rejected, and neither crashes nor passes as its target', (t) => {
  failure(t, 'BAD_VALUE', () => call('echo-list-u8', new Proxy(Uint8Array.of(1), {})));
  failure(t, 'BAD_VALUE', () => call('echo-list-u8', new Proxy([1], {})));
});

test('lists of other types are returned unchanged', (t) => {
  const lists: Record<string, readonly unknown[]> = {
    'echo-list-bool': [true, false],
    'echo-list-char': ['a', '😀'],
    'echo-list-string': ['', 'ü', 'x'.repeat(100_000)],
    'echo-list-point': [
      { x: 1, y: 2 },
      { x: -1, y: NaN },
    ],
    'echo-list-shape': [
      { tag: 'empty', val: undefined },
      { tag: 'rectangle', val: [1, 2] },
    ],
    'echo-list-list-u8': [new Uint8Array(), Uint8Array.of(1, 2)],
    'echo-list-option-u32': [undefined, 0, 5],
  };
  for (const [name, list] of Object.entries(lists)) {
    t.deepEqual(call(name, list), list, name);
    t.deepEqual(call(name, []), [], name);
  }
});

test('a list of ten thousand records is returned unchanged', (t) => {
  const points = Array.from({ length: 10_000 }, (_, x) => ({ x, y: x / 2 }));
  t.deepEqual(call('echo-list-point', points), points);
});

test('a hole in an array is an undefined element', (t) => {
  const holes = Object.assign(new Array<number>(3), { 0: 1, 2: 3 });
  t.regex(failure(t, 'BAD_VALUE', () => call('echo-list-u8', holes)).message, /index 1: expected u8, got undefined/);
  t.deepEqual(call('echo-list-option-u32', holes), [1, undefined, 3]);
});

/** Runs a call with an array that has a length but no elements. */
const claimsToBeLong = (list: string): string => `
  const component = await new wasm.Engine().compileComponent(new URL(${JSON.stringify(fixture('guests/c/types.wasm').href)}));
  const instance = component.instantiateSync({ limits: { memoryBytes: 64 * wasm.MiB } });
  try { instance.call('${list}', [new Array(2 ** 32 - 1)]) } catch (error) { console.log(error.code) }`;

for (const list of ['echo-list-string', 'echo-list-point', 'echo-list-f64']) {
  test(`an array that only claims to be long is rejected (${list})`, async (t) => {
    const { signal, stdout } = await child(claimsToBeLong(list));
    t.is(signal, null);
    t.is(stdout, 'BAD_VALUE\n');
  });
}

// Room for all elements is allocated by the array's length before the first is read. If the system does not
// overcommit 128 GiB, the process aborts.
(process.platform === 'linux' ? test : test.skip)(
  'an array that only claims to be long is rejected in a process of limited address space',
  async (t) => {
    const { signal, code, stdout } = await child(claimsToBeLong('echo-list-string'), { addressSpaceKiB: 32 * MiB });
    t.deepEqual({ signal, code, stdout }, { signal: null, code: 0, stdout: 'BAD_VALUE\n' });
  },
);
