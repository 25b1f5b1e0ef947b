import test from 'ava';

import { BenchError, benchmarkId, categoryOf, checkSuites, type Derived, type Suite } from '../../src/bench/index.js';
import { benchmark, fakeMachine } from './fake.js';

const setup = () => fakeMachine().batch(1);

function suite(overrides: Partial<Suite> = {}): Suite {
  return { category: 'fake', isDefault: true, benchmarks: [benchmark({ setup })], ...overrides };
}

test('an id is group, function and value', (t) => {
  t.is(benchmarkId({ group: 'a/b', function: 'f' }), 'a/b/f');
  t.is(benchmarkId({ group: 'a/b', function: 'f', value: '10' }), 'a/b/f/10');
  t.is(categoryOf('a/b/f'), 'a');
});

test('sound suites pass', (t) => {
  t.notThrows(() => checkSuites([suite({ derived: [row(['fake/group/function'])] })]));
});

function row(inputs: string[]): Derived {
  return { id: 'fake/row', description: 'a row', unit: 'ratio', inputs, compute: () => 1 };
}

const UNSOUND: [why: string, suite: Suite, message: RegExp][] = [
  ['another category', suite({ category: 'other' }), /'fake\/group\/function' stands in the suite 'other'/],
  ['an empty name', suite({ benchmarks: [benchmark({ setup, function: '' })] }), /'fake\/group\/' has an empty name/],
  ['one id twice', suite({ benchmarks: [benchmark({ setup }), benchmark({ setup })] }), /defined twice/],
  ['half a byte', suite({ benchmarks: [benchmark({ setup, throughput: { bytes: 0.5 } })] }), /throughput of 0\.5/],
  ['a target of 0', suite({ benchmarks: [benchmark({ setup, target: { kind: 'below', ns: 0 } })] }), /target of 0 ns/],
  ['an unknown input', suite({ derived: [row(['fake/nowhere'])] }), /needs the benchmark 'fake\/nowhere'/],
  ['no inputs', suite({ derived: [row([])] }), /has no inputs/],
];

for (const [why, unsound, message] of UNSOUND) {
  test(`a suite with ${why} is refused`, (t) => {
    const error = t.throws(() => checkSuites([unsound]), { instanceOf: BenchError, message });
    t.is(error.code, 'BAD_DEFINITION');
  });
}
