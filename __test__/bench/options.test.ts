import test from 'ava';

import { DEFAULT_OPTIONS, parseOptions } from '../../src/bench/options.js';
import { OptionError } from '../../src/bench/errors.js';

test('what is not given takes its default', (t) => {
  t.deepEqual(parseOptions({}), DEFAULT_OPTIONS);
  t.deepEqual(parseOptions({ sampleSize: 2, seed: undefined }), { ...DEFAULT_OPTIONS, sampleSize: 2 });
});

const IMPOSSIBLE: [option: keyof typeof DEFAULT_OPTIONS, values: number[]][] = [
  ['sampleSize', [1, 0, -3, 2.5, NaN, Infinity, 1e9]],
  ['warmUpTimeS', [0, -1, NaN, Infinity, 1e6]],
  ['measurementTimeS', [0, -1, NaN, Infinity, 1e6]],
  ['nresamples', [0, 99, 1000.5, 1e12]],
  ['confidenceLevel', [0, 1, 95, -0.1, NaN]],
  ['significanceLevel', [0, 1, NaN]],
  ['noiseThreshold', [-0.01, 1, NaN]],
  ['seed', [0.5, NaN, Infinity, 2 ** 60]],
];

for (const [option, values] of IMPOSSIBLE) {
  test(`an impossible ${option} is refused by name, with value and fix`, (t) => {
    for (const value of values) {
      const error = t.throws(() => parseOptions({ [option]: value }), { instanceOf: OptionError }, `${value}`);
      t.is(error?.option, option);
      t.is(error?.received, value);
      t.regex(error?.message ?? '', new RegExp(`^${option} is ${value}: give `));
    }
  });
}
