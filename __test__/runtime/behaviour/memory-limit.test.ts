// Tests of the limits on an instance's memories and tables.
import test from 'ava';
import { fixture } from '#guests';
import { Engine, KiB, MiB } from '../../../src/index.js';
import { failure } from '../failure.js';

const PAGE = 64 * KiB;
const engine = new Engine();
const growing = await engine.compileModule(`(module (memory 1) (memory 1) (memory 1 3)
  ${[0, 1, 2].map((memory) => `(func (export "grow${memory}") (param i32) (result i32) (memory.grow ${memory} (local.get 0)))`).join('\n')}
  (func (export "grow-and-divide") (result i32) (drop (memory.grow (i32.const 1000))) (i32.div_u (i32.const 1) (i32.const 0)))
  (func (export "div") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
  (func (export "spin") (loop (br 0))))`);

test('the limit is the sum over all memories, to the byte', (t) => {
  using instance = growing.instantiateSync({ limits: { memoryBytes: 6 * PAGE } });
  t.is(instance.metrics().memoryBytes, 3 * PAGE);
  t.is(instance.call('grow0', [1]), 1);
  t.is(instance.call('grow1', [2]), 1);
  t.is(instance.metrics().memoryBytes, 6 * PAGE);
  const error = failure(t, 'MEMORY_LIMIT', () => instance.call('grow1', [1]));
  t.regex(error.message, new RegExp(`${7 * PAGE}.*${6 * PAGE}.*limits\\.memoryBytes`));
  t.is(instance.call('grow1', [0]), 3);
});

test('one byte less than a page more is refused', (t) => {
  using instance = growing.instantiateSync({ limits: { memoryBytes: 4 * PAGE - 1 } });
  failure(t, 'MEMORY_LIMIT', () => instance.call('grow0', [1]));
});

test('a guest that asks for more than its own maximum sees −1, which is not a refusal', (t) => {
  using instance = growing.instantiateSync({ limits: { memoryBytes: 64 * PAGE } });
  t.is(instance.call('grow2', [3]), -1);
  t.is(instance.call('grow0', [-1]), -1);
  t.is(instance.metrics().memoryRefusals, 0);
  t.is(instance.metrics().memoryBytes, 3 * PAGE);
});

test('in refuse mode the guest sees −1 and continues, and each refusal is counted', (t) => {
  using instance = growing.instantiateSync({ limits: { memoryBytes: 4 * PAGE, onMemoryLimit: 'refuse' } });
  for (let round = 1; round <= 5; round += 1) {
    t.is(instance.call('grow0', [10]), -1);
    t.is(instance.metrics().memoryRefusals, round);
  }
  t.is(instance.call('grow0', [1]), 1);
  t.like(instance.metrics(), { memoryBytes: 4 * PAGE, peakMemoryBytes: 4 * PAGE, traps: 0 });
});

test('in refuse mode a later failure keeps its code', (t) => {
  using instance = growing.instantiateSync({
    limits: { memoryBytes: 4 * PAGE, onMemoryLimit: 'refuse', fuel: 10_000n },
  });
  instance.call('grow0', [10]);
  t.is(failure(t, 'TRAP', () => instance.call('div', [0])).trap, 'IntegerDivisionByZero');
  instance.call('grow0', [10]);
  failure(t, 'OUT_OF_FUEL', () => instance.call('spin'));
  t.is(failure(t, 'TRAP', () => instance.call('grow-and-divide')).trap, 'IntegerDivisionByZero');
});

test('in trap mode a core instance remains usable after the refusal', (t) => {
  using instance = growing.instantiateSync({ limits: { memoryBytes: 3 * PAGE } });
  for (let round = 1; round <= 3; round += 1) {
    failure(t, 'MEMORY_LIMIT', () => instance.call('grow0', [1]));
    t.is(instance.call('div', [1]), 1);
    t.like(instance.metrics(), { memoryRefusals: round, traps: round, memoryBytes: 3 * PAGE });
  }
});

test('a component is poisoned by a refusal in trap mode, and not in refuse mode', async (t) => {
  const component = await engine.compileComponent(fixture('calculator-component.wat'));
  using trapping = component.instantiateSync({ limits: { memoryBytes: PAGE } });
  failure(t, 'MEMORY_LIMIT', () => trapping.call('grow', [1]));
  t.regex(failure(t, 'POISONED', () => trapping.call('add', [1, 2])).message, /MEMORY_LIMIT/);
  using refusing = component.instantiateSync({ limits: { memoryBytes: PAGE, onMemoryLimit: 'refuse' } });
  t.is(refusing.call('grow', [1]), -1);
  t.is(refusing.call('add', [1, 2]), 3);
});

test('a module that begins above the limit is not instantiated', (t) => {
  for (const onMemoryLimit of ['trap', 'refuse'] as const) {
    failure(
      t,
      'MEMORY_LIMIT',
      () => growing.instantiateSync({ limits: { memoryBytes: 3 * PAGE - 1, onMemoryLimit } }),
      onMemoryLimit,
    );
  }
});

test("the memories of a component's modules count together", async (t) => {
  const component = await engine.compileComponent(`(component
    (core module $m (memory 2)) (core instance (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m)))`);
  t.is(component.instantiateSync({ limits: { memoryBytes: 6 * PAGE } }).metrics().memoryBytes, 6 * PAGE);
  failure(t, 'MEMORY_LIMIT', () => component.instantiateSync({ limits: { memoryBytes: 6 * PAGE - 1 } }));
});

test('tables are bounded by their elements together', async (t) => {
  const module = await engine.compileModule(`(module (table $a 10 funcref) (table $b 10 externref)
    (func (export "grow") (param i32) (result i32) (table.grow $a (ref.null func) (local.get 0))))`);
  using instance = module.instantiateSync({ limits: { memoryBytes: 1, tableElements: 25 } });
  t.is(instance.call('grow', [5]), 10);
  t.regex(failure(t, 'MEMORY_LIMIT', () => instance.call('grow', [1])).message, /26.*25.*limits\.tableElements/);
  using refusing = module.instantiateSync({ limits: { memoryBytes: 1, tableElements: 25, onMemoryLimit: 'refuse' } });
  t.is(refusing.call('grow', [6]), -1);
  t.is(refusing.metrics().memoryRefusals, 1);
  failure(t, 'MEMORY_LIMIT', () => module.instantiateSync({ limits: { memoryBytes: 1, tableElements: 19 } }));
});

test('tables are bounded by default', async (t) => {
  const module = await engine.compileModule('(module (table 100001 funcref))');
  failure(t, 'MEMORY_LIMIT', () => module.instantiateSync({ limits: { memoryBytes: 1 } }));
});

test('the heap of the garbage collector counts as memory, and is bounded', async (t) => {
  const module = await new Engine({ proposals: { gc: true, functionReferences: true } })
    .compileModule(`(module (type $a (array (mut i8)))
    (global $g (mut (ref null $a)) (ref.null $a)) (func (export "make") (param i32) (global.set $g (array.new_default $a (local.get 0)))))`);
  using instance = module.instantiateSync({ limits: { memoryBytes: MiB } });
  t.is(instance.call('make', [1000]), undefined);
  t.true(instance.metrics().memoryBytes > 1000);
  failure(t, 'MEMORY_LIMIT', () => instance.call('make', [100_000_000]));
});

test('a 64-bit memory may not ask for more than there is', async (t) => {
  const module = await new Engine({ proposals: { memory64: true } }).compileModule(`(module (memory i64 1)
    (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0))))`);
  using instance = module.instantiateSync({ limits: { memoryBytes: MiB } });
  for (const pages of [2n ** 20n, 2n ** 40n, 2n ** 47n]) {
    try {
      t.is(instance.call('grow', [pages]), -1n);
    } catch (error) {
      t.is((error as { code: string }).code, 'MEMORY_LIMIT');
    }
  }
  t.is(instance.metrics().memoryBytes, PAGE);
});

// The pool's own bound of 20,000 elements comes first, and its refusal is silent.
test('a growth that a pool refuses within the limits is counted', async (t) => {
  const pool = new Engine({ allocation: 'pooling', limits: { instances: 1 } });
  const module = await pool.compileModule(
    '(module (table 1 funcref) (func (export "grow") (result i32) (table.grow (ref.null func) (i32.const 50000))))',
  );
  using instance = module.instantiateSync({
    limits: { memoryBytes: 1, tableElements: 100_000, onMemoryLimit: 'refuse' },
  });
  const size = instance.call('grow');
  t.true(size === 1 || instance.metrics().memoryRefusals === 1, String(size));
});
