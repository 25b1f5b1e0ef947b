import test from 'ava';

import { compareExactly } from '../../../src/gate/verdict/exact.js';

test('more of what costs is worse, less is better, the same is equal whatever its type', (t) => {
  const { comparisons } = compareExactly(
    [{ fuelPerIteration: 10n, codeBytes: 100, peakMemoryBytes: 65_536 }],
    [{ fuelPerIteration: 10, codeBytes: 101, peakMemoryBytes: 0 }],
  );
  t.deepEqual(
    comparisons.map(({ name, verdict }) => [name, verdict]),
    [
      ['fuelPerIteration', 'equal'],
      ['codeBytes', 'regressed'],
      ['peakMemoryBytes', 'improved'],
    ],
  );
});

test('whole numbers beyond 2⁵³ are compared to the last digit', (t) => {
  const { comparisons } = compareExactly([{ fuelPerIteration: 2n ** 60n }], [{ fuelPerIteration: 2n ** 60n + 1n }]);
  t.is(comparisons[0]?.verdict, 'regressed');
});

test('what differs between processes of one side is named and not judged', (t) => {
  const { comparisons, unsteady } = compareExactly([{ codeBytes: 1 }, { codeBytes: 2 }], [{ codeBytes: 1 }]);
  t.deepEqual(comparisons, []);
  t.deepEqual(unsteady, [{ name: 'codeBytes' }]);
});

test('a count of unknown meaning is changed, neither better nor worse; resident memory is not looked at', (t) => {
  const { comparisons } = compareExactly(
    [{ hits: 1, residentBytesPerInstance: 5 }],
    [{ hits: 2, residentBytesPerInstance: 9 }],
  );
  t.deepEqual(comparisons, [{ name: 'hits', base: 1, head: 2, verdict: 'changed' }]);
});

test('what only one side counts is not compared', (t) => {
  t.deepEqual(compareExactly([{ codeBytes: 1 }], [{}]), { comparisons: [], unsteady: [] });
  t.deepEqual(compareExactly([{}], [{ codeBytes: 1 }]), { comparisons: [], unsteady: [] });
});
