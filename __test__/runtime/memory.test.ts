// Tests of reading and writing exported memories.
import test from 'ava';
import { Engine, KiB, MiB, type Memory } from '../../src/index.js';
import { failure } from './failure.js';

const engine = new Engine();
const module =
  await engine.compileModule(`(module (memory (export "memory") 1 4) (data (i32.const 65532) "\\01\\02\\03\\04")
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0))))`);

interface Guest {
  readonly memory: Memory;
  grow(pages: number): number;
  load(address: number): number;
}
const create = (): import('../../src/index.js').SyncInstance<Guest> =>
  module.instantiateSync<Guest>({ limits: { memoryBytes: MiB } });

test('host and guest read written bytes', (t) => {
  const { memory, load } = create().exports;
  memory.write(10, Uint8Array.of(7, 8, 9));
  t.deepEqual(memory.read(9, 5), Uint8Array.of(0, 7, 8, 9, 0));
  t.is(load(12), 9);
  memory.write(10, Buffer.from('abc').subarray(1));
  t.deepEqual(memory.read(10, 3), Uint8Array.of(98, 99, 9));
});

test('read bytes are a copy', (t) => {
  const { memory } = create().exports;
  memory.read(0, 4).fill(255);
  t.deepEqual(memory.read(0, 4), new Uint8Array(4));
});

test('the last bytes, nothing at all, and everything are inside', (t) => {
  const { memory } = create().exports;
  t.deepEqual(memory.read(64 * KiB - 4, 4), Uint8Array.of(1, 2, 3, 4));
  t.deepEqual(memory.read(64 * KiB, 0), new Uint8Array());
  t.deepEqual(memory.read(-0, 0), new Uint8Array());
  t.is(memory.read(0, 64 * KiB).length, 64 * KiB);
  t.notThrows(() => memory.write(64 * KiB, new Uint8Array()));
});

const outside: readonly [offset: number, length: number][] = [
  [64 * KiB, 1],
  [64 * KiB + 1, 0],
  [64 * KiB - 3, 4],
  [0, 64 * KiB + 1],
  [-1, 1],
  [0, -1],
  [0.5, 1],
  [0, 1.5],
  [NaN, 1],
  [0, NaN],
  [Infinity, 0],
  [0, Infinity],
  [2 ** 53, 1],
  [2 ** 64, 2 ** 64],
  [2 ** 32, 0],
];

for (const [offset, length] of outside) {
  test(`reading ${length} bytes at ${offset} is rejected with the numbers`, (t) => {
    const { memory } = create().exports;
    const { message } = failure(t, 'BAD_VALUE', () => memory.read(offset, length));
    t.regex(message, /memory of 65536 bytes/);
    if (Number.isFinite(offset)) t.true(message.includes(String(offset)) || offset >= 2 ** 53, message);
  });
}

test('writing past the end writes nothing', (t) => {
  const { memory } = create().exports;
  failure(t, 'BAD_VALUE', () => memory.write(64 * KiB - 2, Uint8Array.of(9, 9, 9)));
  failure(t, 'BAD_VALUE', () => memory.write(-1, Uint8Array.of(9)));
  t.deepEqual(memory.read(64 * KiB - 4, 4), Uint8Array.of(1, 2, 3, 4));
});

test('a memory that the guest grows is longer, and keeps its content', (t) => {
  const { memory, grow } = create().exports;
  memory.write(5, Uint8Array.of(5));
  t.is(memory.byteLength, 64 * KiB);
  t.is(grow(3), 1);
  t.is(memory.byteLength, 256 * KiB);
  t.deepEqual(memory.read(5, 1), Uint8Array.of(5));
  t.deepEqual(memory.read(256 * KiB - 1, 1), new Uint8Array(1));
  t.is(grow(1), -1);
});

test('instances do not share their memories', (t) => {
  const [one, other] = [create(), create()];
  one.exports.memory.write(0, Uint8Array.of(1));
  t.deepEqual(other.exports.memory.read(0, 1), new Uint8Array(1));
});

test('a memory captured before disposal says that the instance is gone', (t) => {
  const instance = create();
  const { memory } = instance.exports;
  instance.dispose();
  failure(t, 'DISPOSED', () => memory.byteLength);
  failure(t, 'DISPOSED', () => memory.read(0, 1));
  failure(t, 'DISPOSED', () => memory.write(0, new Uint8Array(1)));
});

test('the memory of a poisoned instance can still be read, to find out why', async (t) => {
  const spinning = await engine.compileModule(
    '(module (memory (export "memory") 1) (func (export "spin") (i32.store8 (i32.const 3) (i32.const 7)) (loop (br 0))))',
  );
  const instance = spinning.instantiateSync<{ memory: Memory; spin(): void }>({
    limits: { memoryBytes: MiB, fuel: 'unlimited', timeoutMs: 20 },
  });
  failure(t, 'TIMEOUT', () => instance.call('spin'));
  t.deepEqual(instance.exports.memory.read(3, 1), Uint8Array.of(7));
});

// napi-rs converts the arguments, and its errors have their own codes ('NumberExpected', 'InvalidArg').
test('an offset or a length that is not a number is rejected with BAD_VALUE', (t) => {
  const { memory } = create().exports;
  for (const args of [[], [0], ['0', 1], [0, null], [0n, 1n], [{}, 1]])
    failure(t, 'BAD_VALUE', () => memory.read(...(args as [number, number])));
});

test('a value that is not a Uint8Array is rejected with BAD_VALUE', (t) => {
  const { memory } = create().exports;
  for (const source of [
    undefined,
    null,
    [1],
    'ab',
    new ArrayBuffer(1),
    new Uint16Array(1),
    new DataView(new ArrayBuffer(1)),
  ]) {
    failure(t, 'BAD_VALUE', () => memory.write(0, source as never));
  }
});
