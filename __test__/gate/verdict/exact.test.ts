// Tests of the comparison of exact metrics.
import test from 'ava';

import { compareExactly } from '../../../src/gate/verdict/exact.js';

test('more of a cost is worse, less is better, and equal values are equal as number or bigint', (t) => {
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

test('whole numbers beyond 2⁵³ are compared exactly', (t) => {
  const { comparisons } = compareExactly([{ fuelPerIteration: 2n ** 60n }], [{ fuelPerIteration: 2n ** 60n + 1n }]);
  t.is(comparisons[0]?.verdict, 'regressed');
});

test('a metric that differs between processes of one side is reported as unsteady and not compared', (t) => {
  const { comparisons, unsteady } = compareExactly([{ codeBytes: 1 }, { codeBytes: 2 }], [{ codeBytes: 1 }]);
  t.deepEqual(comparisons, []);
  t.deepEqual(unsteady, [{ name: 'codeBytes' }]);
});

test('a metric without a direction is changed, neither better nor worse; resident memory is ignored', (t) => {
  const { comparisons } = compareExactly(
    [{ hits: 1, residentBytesPerInstance: 5 }],
    [{ hits: 2, residentBytesPerInstance: 9 }],
  );
  t.deepEqual(comparisons, [{ name: 'hits', base: 1, head: 2, verdict: 'changed' }]);
});

test('a metric that only one side has is not compared', (t) => {
  t.deepEqual(compareExactly([{ codeBytes: 1 }], [{}]), { comparisons: [], unsteady: [] });
  t.deepEqual(compareExactly([{}], [{ codeBytes: 1 }]), { comparisons: [], unsteady: [] });
});
