// Tests of the validation of suites.
import test from 'ava';

import { BenchError } from '../../../src/bench/errors.js';
import { validateSuites } from '../../../src/bench/suite/validate-suites.js';
import type { DerivedDefinition, Suite } from '../../../src/bench/suite/definition.js';
import { benchmark, fakeMachine } from '../fake.js';

const setup = () => fakeMachine().routine(1);

function suite(overrides: Partial<Suite> = {}): Suite {
  return { category: 'fake', isDefault: true, benchmarks: [benchmark({ setup })], ...overrides };
}

function row(inputs: string[]): DerivedDefinition {
  return { id: 'fake/row', description: 'a row', unit: 'ratio', inputs, compute: () => 1 };
}

test('valid suites pass, and a row may use another suite’s benchmarks', (t) => {
  const other = suite({ category: 'other', benchmarks: [benchmark({ setup, group: 'other' })] });
  t.notThrows(() => validateSuites([suite({ derived: [row(['fake/group/function', 'other/function'])] }), other]));
});

const UNSOUND: [why: string, suite: Suite, message: RegExp][] = [
  ['another category', suite({ category: 'other' }), /'fake\/group\/function' is in the suite 'other'/],
  [
    'an empty name',
    suite({ benchmarks: [benchmark({ setup, group: 'fake/' })] }),
    /'fake\/\/function' has an empty name/,
  ],
  [
    'a control character in an id',
    suite({ benchmarks: [benchmark({ setup, function: 'a\0b' })] }),
    /'fake\/group\/a\\x00b' has a control character/,
  ],
  ['one id twice', suite({ benchmarks: [benchmark({ setup }), benchmark({ setup })] }), /defined twice/],
  ['an unknown input', suite({ derived: [row(['fake/nowhere'])] }), /needs the benchmark 'fake\/nowhere'/],
  [
    'one row twice',
    suite({ derived: [row(['fake/group/function']), row(['fake/group/function'])] }),
    /'fake\/row' is defined twice/,
  ],
];

for (const [why, unsound, message] of UNSOUND) {
  test(`a suite with ${why} is rejected`, (t) => {
    const error = t.throws(() => validateSuites([unsound]), { instanceOf: BenchError, message });
    t.is(error.code, 'BAD_DEFINITION');
  });
}
