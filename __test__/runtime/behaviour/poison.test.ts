// Tests of poisoned instances: after which failures calls are rejected.
import test from 'ava';
import { fixture } from '#guests';
import { Engine, MiB } from '../../../src/index.js';
import { failure } from '../failure.js';

const engine = new Engine();
const component = await engine.compileComponent(fixture('calculator-component.wat'));
const module = await engine.compileModule(fixture('calculator.wat'));
const limits = { memoryBytes: MiB, fuel: 100_000n };

const failures: readonly [name: string, args: readonly number[], code: 'TRAP' | 'OUT_OF_FUEL' | 'MEMORY_LIMIT'][] = [
  ['div', [1, 0], 'TRAP'],
  ['oob', [], 'TRAP'],
  ['recurse', [], 'TRAP'],
  ['unreachable', [], 'TRAP'],
  ['infinite', [], 'OUT_OF_FUEL'],
  ['grow', [100], 'MEMORY_LIMIT'],
];

for (const [name, args, code] of failures) {
  test(`a component fails with POISONED after ${code}, with the reason (${name})`, (t) => {
    using instance = component.instantiateSync({ limits });
    const first = failure(t, code, () => instance.call(name, args));
    for (let round = 0; round < 3; round += 1) {
      const error = failure(t, 'POISONED', () => instance.call('add', [1, 2]));
      t.true(error.message.includes(code) && error.message.includes(first.message.slice(0, 40)), error.message);
    }
    t.like(instance.metrics(), { calls: 1, traps: 1 });
  });

  test(`a core instance remains usable after ${code} (${name})`, (t) => {
    using instance = module.instantiateSync({ limits });
    for (let round = 0; round < 3; round += 1) {
      failure(t, code, () => instance.call(name, args));
      t.is(instance.call('add', [round, 1]), round + 1);
    }
  });
}

test('one poisoned instance leaves the others of its component alone', (t) => {
  using one = component.instantiateSync({ limits });
  using other = component.instantiateSync({ limits });
  failure(t, 'TRAP', () => one.call('unreachable'));
  t.is(other.call('add', [1, 2]), 3);
  using third = component.instantiateSync({ limits });
  t.is(third.call('add', [1, 2]), 3);
});

test('a rejected argument does not poison', (t) => {
  using instance = component.instantiateSync({ limits });
  failure(t, 'BAD_VALUE', () => instance.call('add', ['1', 2]));
  failure(t, 'BAD_VALUE', () => instance.call('add', [1]));
  failure(t, 'UNKNOWN_EXPORT', () => instance.call('nope'));
  t.is(instance.call('add', [1, 2]), 3);
});

test('a function accessed before is poisoned with its instance', (t) => {
  using instance = component.instantiateSync({ limits });
  const { add } = instance.exports;
  failure(t, 'TRAP', () => instance.call('oob'));
  failure(t, 'POISONED', () => add(1, 2));
});

test('a poisoned instance can be disposed of, and returns its metrics', (t) => {
  const instance = component.instantiateSync({ limits });
  failure(t, 'TRAP', () => instance.call('oob'));
  t.is(instance.dispose().traps, 1);
});
