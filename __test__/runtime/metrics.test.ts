// Tests of an instance's metrics.
import test from 'ava';
import { Engine, KiB, MiB } from '../../src/index.js';
import { failure } from './failure.js';

const limits = { memoryBytes: MiB };
const module = await new Engine().compileModule(`(module (memory 1)
  (func (export "f") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "spin") (param $n i32) (loop (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if 0 (local.get $n)))))`);

test('the metrics of a new instance contain only its instantiation', (t) => {
  using instance = module.instantiateSync({ limits });
  t.deepEqual(
    { ...instance.metrics(), elapsedNs: 0 },
    {
      fuelConsumed: 0n,
      fuelIsExact: true,
      memoryBytes: 64 * KiB,
      peakMemoryBytes: 64 * KiB,
      memoryRefusals: 0,
      calls: 0,
      traps: 0,
      elapsedNs: 0,
      execution: 'direct',
    },
  );
});

test('calls and traps are counted', (t) => {
  using instance = module.instantiateSync({ limits });
  for (let round = 0; round < 5; round += 1) instance.call('f', [0]);
  for (let round = 0; round < 3; round += 1) failure(t, 'TRAP', () => instance.call('f', [-1]));
  t.like(instance.metrics(), { calls: 8, traps: 3, fuelIsExact: false });
});

test('the peak stays', (t) => {
  using instance = module.instantiateSync({ limits });
  instance.call('grow', [3]);
  t.like(instance.metrics(), { memoryBytes: 256 * KiB, peakMemoryBytes: 256 * KiB });
});

test('wall time grows with the work', (t) => {
  using instance = module.instantiateSync({ limits });
  for (let round = 0; round < 20; round += 1) instance.call('spin', [1_000_000]);
  t.true(instance.metrics().elapsedNs > 0);
});

test('metrics are a value: they do not change afterwards', (t) => {
  using instance = module.instantiateSync({ limits });
  const before = instance.metrics();
  const copy = { ...before };
  instance.call('spin', [10]);
  t.deepEqual(before, copy);
  t.true(instance.metrics().fuelConsumed > before.fuelConsumed);
});

test('the path is that which the limits ask for', (t) => {
  t.is(module.instantiateSync({ limits: { ...limits, timeoutMs: 10 } }).metrics().execution, 'fiber');
  t.is(module.instantiateSync({ limits: { ...limits, fuel: 'unlimited' } }).metrics().execution, 'fiber');
  t.is(
    module.instantiateSync({ limits: { ...limits, fuel: 'unlimited', timeoutMs: 'unlimited' } }).metrics().execution,
    'direct',
  );
});
