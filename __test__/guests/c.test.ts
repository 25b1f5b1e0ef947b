// Tests of guests compiled by clang: right results under limits.
import { createHash } from 'node:crypto';
import test from 'ava';
import { fixture } from '#guests';
import { Engine, MiB, type EngineOptions, type Memory } from '../../src/index.js';

interface Algorithms {
  readonly memory: Memory;
  _initialize(): void;
  allocate(size: number): number;
  sha256(bytes: number, length: number, digest: number): void;
  sort_checksum(count: number, seed: number): number;
  compress_roundtrip(length: number): number;
  nbody_energy(steps: number): number;
  format_number(number: number, text: number): number;
}

const variants: readonly EngineOptions[] = [
  {},
  { interruption: 'both', traps: 'explicit' },
  { compiler: 'winch' },
  { optimization: 'none' },
  { allocation: 'pooling', limits: { instances: 1 } },
  { deterministic: true },
];

const results = new Set<string>();
for (const options of variants) {
  test(`the C guest computes the same on an engine with ${JSON.stringify(options)}`, async (t) => {
    const module = await new Engine(options).compileModule(fixture('guests/c/algorithms.wasm'));
    using instance = module.instantiateSync<Algorithms>({ limits: { memoryBytes: 16 * MiB } });
    const guest = instance.exports;
    instance.call('_initialize');
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index));
    const [input, digest] = [guest.allocate(bytes.length), guest.allocate(32)];
    guest.memory.write(input, bytes);
    guest.sha256(input, bytes.length, digest);
    t.deepEqual(Buffer.from(guest.memory.read(digest, 32)), createHash('sha256').update(bytes).digest());
    const text = guest.allocate(64);
    t.is(Buffer.from(guest.memory.read(text, guest.format_number(-42, text))).toString(), '-42 0xffffffd6 -6.000000');
    results.add(
      [
        guest.sort_checksum(10_000, 7),
        guest.compress_roundtrip(50_000),
        guest.nbody_energy(1000),
        instance.metrics().fuelConsumed,
      ].join(),
    );
    t.is(results.size, 1);
  });
}

test('the C component works from a pool and on a fiber', async (t) => {
  const component = await new Engine({ allocation: 'pooling', limits: { instances: 2 } }).compileComponent(
    fixture('guests/c/types.wasm'),
  );
  using instance = component.instantiateSync({ limits: { memoryBytes: 16 * MiB, timeoutMs: 10_000 } });
  t.is(instance.call('join', [['a', 'b'], '-']), 'a-b');
  t.is(instance.call('live-bytes'), 0);
});

test('hundreds of instances of the C component work side by side', async (t) => {
  const component = await new Engine().compileComponent(fixture('guests/c/types.wasm'));
  const instances = Array.from({ length: 300 }, () => component.instantiateSync({ limits: { memoryBytes: 16 * MiB } }));
  t.deepEqual(
    instances.map((instance, index) => instance.call('echo-u32', [index])),
    instances.map((_, index) => index),
  );
  for (const instance of instances) instance.dispose();
});
