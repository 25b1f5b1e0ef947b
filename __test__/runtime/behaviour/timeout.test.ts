// Tests of timeouts, on every kind of engine.
import test from 'ava';
import { fixture } from '#guests';
import { Engine, MiB, type EngineOptions, type Limits } from '../../../src/index.js';
import { failure } from '../failure.js';

const memoryBytes = MiB;
/** What no test of a timeout may take, in milliseconds: a bound for sanity, far beyond what is expected. */
const SANE_MS = 20_000;

const kinds: Record<string, { options: EngineOptions; more: Partial<Limits>; execution: 'direct' | 'fiber' }> = {
  fuel: { options: { interruption: 'fuel' }, more: { fuel: 'unlimited' }, execution: 'fiber' },
  epoch: { options: { interruption: 'epoch' }, more: {}, execution: 'direct' },
  both: { options: { interruption: 'both' }, more: { fuel: 'unlimited' }, execution: 'direct' },
  winch: { options: { compiler: 'winch' }, more: { fuel: 'unlimited' }, execution: 'fiber' },
  'explicit traps': { options: { traps: 'explicit', interruption: 'epoch' }, more: {}, execution: 'direct' },
  'a pool': {
    options: { allocation: 'pooling', limits: { instances: 2 } },
    more: { fuel: 'unlimited' },
    execution: 'fiber',
  },
};

for (const [kind, { options, more, execution }] of Object.entries(kinds)) {
  test(`an endless call ends with TIMEOUT and poisons the instance (${kind})`, async (t) => {
    const module = await new Engine(options).compileModule(fixture('calculator.wat'));
    const started = performance.now();
    using instance = module.instantiateSync({ limits: { memoryBytes, timeoutMs: 30, ...more } });
    t.is(instance.metrics().execution, execution);
    t.regex(failure(t, 'TIMEOUT', () => instance.call('infinite')).message, /30 ms/);
    t.regex(failure(t, 'POISONED', () => instance.call('add', [1, 2])).message, /TIMEOUT/);
    t.is(instance.metrics().traps, 1);
    t.true(performance.now() - started < SANE_MS);
  });

  test(`a short call under a timeout returns, many times over (${kind})`, async (t) => {
    const module = await new Engine(options).compileModule(fixture('calculator.wat'));
    using instance = module.instantiateSync({ limits: { memoryBytes, timeoutMs: 10_000, ...more } });
    for (let round = 0; round < 1000; round += 1) t.is(instance.call('add', [round, 1]), round + 1);
  });
}

test('a call without another limit has a default timeout', async (t) => {
  for (const [options, more] of [
    [{ interruption: 'epoch' }, {}],
    [{}, { fuel: 'unlimited' }],
  ] as const) {
    const module = await new Engine(options).compileModule(fixture('calculator.wat'));
    using instance = module.instantiateSync({ limits: { memoryBytes, ...more } });
    t.regex(failure(t, 'TIMEOUT', () => instance.call('infinite')).message, /1000 ms/);
  }
});

test('with fuel and time, the first to be used up ends the call', async (t) => {
  const module = await new Engine({ interruption: 'both' }).compileModule(fixture('calculator.wat'));
  failure(t, 'OUT_OF_FUEL', () =>
    module.instantiateSync({ limits: { memoryBytes, fuel: 1000, timeoutMs: 10_000 } }).call('infinite'),
  );
  failure(t, 'TIMEOUT', () =>
    module.instantiateSync({ limits: { memoryBytes, fuel: 'unlimited', timeoutMs: 30 } }).call('infinite'),
  );
});

test('a component is ended by time too', async (t) => {
  for (const interruption of ['fuel', 'epoch', 'both'] as const) {
    const component = await new Engine({ interruption }).compileComponent(fixture('calculator-component.wat'));
    const more = interruption === 'epoch' ? {} : { fuel: 'unlimited' as const };
    using instance = component.instantiateSync({ limits: { memoryBytes, timeoutMs: 30, ...more } });
    failure(t, 'TIMEOUT', () => instance.call('infinite'));
    failure(t, 'POISONED', () => instance.call('add', [1, 2]));
  }
});

test('bulk operations do not outlast the timeout on an engine that counts fuel', async (t) => {
  const module = await new Engine().compileModule(`(module (memory 256) (func (export "f")
    (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 16777216)) (br 0))))`);
  const started = performance.now();
  using instance = module.instantiateSync({ limits: { memoryBytes: 16 * MiB, fuel: 'unlimited', timeoutMs: 30 } });
  failure(t, 'TIMEOUT', () => instance.call('f'));
  t.true(performance.now() - started < SANE_MS);
});

test('instances of many engines time out at once, each on its own', async (t) => {
  const engines = Array.from({ length: 10 }, () => new Engine({ interruption: 'epoch' }));
  for (const engine of engines) {
    const module = await engine.compileModule(fixture('calculator.wat'));
    failure(t, 'TIMEOUT', () => module.instantiateSync({ limits: { memoryBytes, timeoutMs: 5 } }).call('infinite'));
  }
});
