// Tests of fuel: counted exactly, and ending calls.
import test from 'ava';
import { fixture } from '#guests';
import { Engine, MiB, type EngineOptions, type Limits, type SyncInstance } from '../../../src/index.js';
import { failure } from '../failure.js';

const limits = { memoryBytes: 4 * MiB };
const calculator = await new Engine().compileModule(fixture('calculator.wat'));
const burning = await new Engine().compileModule(`(module (memory 1) (func (export "burn") (param $n i32)
  (loop (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if 0 (local.get $n))))
  (func (export "burn-and-trap") (param $n i32)
  (loop (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if 0 (local.get $n))) (drop (i32.load (i32.const -4)))))`);

/** Fuel of one call, by the totals before and after it. */
function consumed(instance: SyncInstance, name: string, ...args: readonly unknown[]): bigint {
  const before = instance.metrics().fuelConsumed;
  instance.call(name, args);
  return instance.metrics().fuelConsumed - before;
}

test('the same call costs the same in every run and instance', (t) => {
  const costs = new Set<bigint>();
  for (let instances = 0; instances < 3; instances += 1) {
    using instance = calculator.instantiateSync({ limits });
    for (let run = 0; run < 3; run += 1) costs.add(consumed(instance, 'fib', 1000));
  }
  t.is(costs.size, 1);
  t.true([...costs][0]! > 1000n);
});

const engines: readonly EngineOptions[] = [
  { interruption: 'both' },
  { traps: 'explicit' },
  { optimization: 'none' },
  { allocation: 'pooling', limits: { instances: 2 } },
  { compiler: 'winch' },
  { deterministic: true },
  { backtraceFrames: 0 },
];

for (const options of engines) {
  test(`a call costs the same on an engine with ${JSON.stringify(options)}`, async (t) => {
    const other = await new Engine(options).compileModule(fixture('calculator.wat'));
    using one = calculator.instantiateSync({ limits });
    using two = other.instantiateSync({ limits });
    for (const [name, n] of [
      ['fib', 100],
      ['spin', 12_345],
      ['fill', 1000],
      ['grow', 2],
    ] as const)
      t.is(consumed(two, name, n), consumed(one, name, n), name);
  });
}

test('a call costs the same directly and on a fiber', (t) => {
  using direct = calculator.instantiateSync({ limits });
  using fiber = calculator.instantiateSync({ limits: { ...limits, timeoutMs: 60_000 } });
  for (const n of [1, 1000, 1_000_000]) t.is(consumed(fiber, 'spin', n), consumed(direct, 'spin', n));
});

test('twice the work costs twice the fuel, less the entry', (t) => {
  using instance = calculator.instantiateSync({ limits });
  const [none, one, two] = [0, 1000, 2000].map((n) => consumed(instance, 'spin', n)) as [bigint, bigint, bigint];
  t.is(two - one, one - none);
});

test('a component pays for the work of its module', async (t) => {
  const component = await new Engine().compileComponent(fixture('calculator-component.wat'));
  using inside = component.instantiateSync({ limits });
  using core = calculator.instantiateSync({ limits });
  t.is(
    consumed(inside, 'spin', 2000) - consumed(inside, 'spin', 1000),
    consumed(core, 'spin', 2000) - consumed(core, 'spin', 1000),
  );
});

for (const [kind, more] of Object.entries({ direct: {}, fiber: { timeoutMs: 60_000 } }) as [
  string,
  Partial<Limits>,
][]) {
  test(`a call without enough fuel ends with OUT_OF_FUEL, the next has its own (${kind})`, (t) => {
    using instance = calculator.instantiateSync({ limits: { ...limits, ...more, fuel: 10_000n } });
    for (let round = 0; round < 3; round += 1) {
      const error = failure(t, 'OUT_OF_FUEL', () => instance.call('infinite'));
      t.regex(error.message, /10000.*limits\.fuel/);
      t.true((error.frames?.length ?? 0) > 0);
      t.is(instance.call('spin', [100]), undefined);
    }
    t.is(instance.metrics().traps, 3);
    t.true(instance.metrics().fuelIsExact);
  });

  test(`a call without enough fuel costs its whole budget (${kind})`, (t) => {
    using instance = calculator.instantiateSync({ limits: { ...limits, ...more, fuel: 123_456 } });
    const before = instance.metrics().fuelConsumed;
    failure(t, 'OUT_OF_FUEL', () => instance.call('infinite'));
    t.is(instance.metrics().fuelConsumed - before, 123_456n);
  });
}

test('one unit of fuel is enough for a call that loops nowhere', (t) => {
  using instance = calculator.instantiateSync({ limits: { ...limits, fuel: 1 } });
  failure(t, 'OUT_OF_FUEL', () => instance.call('spin', [1000]));
});

test('bulk operations pay for the bytes that they touch', async (t) => {
  const filling = await new Engine().compileModule(`(module (memory 64) (func (export "fill") (param i32)
    (memory.fill (i32.const 0) (i32.const 1) (local.get 0))) (func (export "copy") (param i32) (memory.copy (i32.const 0) (i32.const 1) (local.get 0))))`);
  using instance = filling.instantiateSync({ limits });
  for (const name of ['fill', 'copy'])
    t.true(consumed(instance, name, MiB) - consumed(instance, name, 0) >= BigInt(MiB), name);
});

test('after a trap the total is an upper bound, and fuelIsExact is false', (t) => {
  using instance = burning.instantiateSync({ limits: { ...limits, fuel: 1_000_000n } });
  failure(t, 'TRAP', () => instance.call('burn-and-trap', [1000]));
  t.false(instance.metrics().fuelIsExact);
  t.true(instance.metrics().fuelConsumed >= 6000n && instance.metrics().fuelConsumed <= 1_000_000n);
});

// With unlimited fuel, the upper bound that is charged is 0.
test('after a trap without a limit the total is not less than what was consumed', (t) => {
  using instance = burning.instantiateSync({ limits: { ...limits, fuel: 'unlimited', timeoutMs: 'unlimited' } });
  failure(t, 'TRAP', () => instance.call('burn-and-trap', [1_000_000]));
  t.true(instance.metrics().fuelConsumed >= 6_000_000n, `${instance.metrics().fuelConsumed}`);
});

// A trap under the largest budget is charged as 2⁶⁴ − 1; the next call adds to it, and the sum wraps.
test('the total never falls', (t) => {
  using instance = burning.instantiateSync({ limits: { ...limits, fuel: 2n ** 64n - 1n } });
  failure(t, 'TRAP', () => instance.call('burn-and-trap', [1]));
  const before = instance.metrics().fuelConsumed;
  instance.call('burn', [1000]);
  t.true(instance.metrics().fuelConsumed >= before, `${before}, then ${instance.metrics().fuelConsumed}`);
});

// Fuel is checked at the start of loops and functions; fuel spent after the last check is not charged, and the call returns.
test('a call that exceeds its budget in its last block returns, and is charged its budget', (t) => {
  using plenty = burning.instantiateSync({ limits });
  const cost = consumed(plenty, 'burn', 1000);
  using tight = burning.instantiateSync({ limits: { ...limits, fuel: cost - 2n } });
  t.is(consumed(tight, 'burn', 1000), cost - 2n);
});
