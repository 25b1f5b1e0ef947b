// Tests of a guest with a garbage collector: it stays within its limits.
import test from 'ava';
import { fixture } from '#guests';
import { Engine, MiB } from '../../src/index.js';
import { failure } from '../runtime/failure.js';

const module = await new Engine().compileModule(fixture('guests/assemblyscript/algorithms.wasm'));
const limits = { memoryBytes: 4 * MiB };

test('the AssemblyScript guest computes known values', (t) => {
  using instance = module.instantiateSync({ limits });
  t.is(instance.call('gcd', [48, 36]), 12);
  t.is(instance.call('countPrimes', [1_000_000]), 78_498);
  t.is(typeof instance.call('mandelbrotSteps', [40, 50]), 'bigint');
});

test('it collects its garbage, call after call', (t) => {
  using instance = module.instantiateSync({ limits });
  for (let round = 0; round < 20; round += 1) t.is(instance.call('countPrimes', [1_000_000]), 78_498);
  t.true(instance.metrics().peakMemoryBytes <= 4 * MiB);
});

test('a sieve that does not fit ends with MEMORY_LIMIT, and the guest remains usable', (t) => {
  using instance = module.instantiateSync({ limits: { memoryBytes: MiB } });
  failure(t, 'MEMORY_LIMIT', () => instance.call('countPrimes', [10_000_000]));
  t.is(instance.call('gcd', [48, 36]), 12);
});

test('a bounds check of the language is a trap', (t) => {
  using instance = module.instantiateSync({ limits });
  t.is(instance.call('elementAt', [7]), 49);
  t.is(failure(t, 'TRAP', () => instance.call('elementAt', [8])).trap, 'UnreachableCodeReached');
});
