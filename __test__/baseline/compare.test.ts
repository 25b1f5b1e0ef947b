// Tests of comparisons and verdicts.
import test from 'ava';

import { compare, decideVerdict } from '../../src/baseline/compare.js';
import type { Sample } from '../../src/bench/sampling/sample.js';
import { quickOptions } from '../bench/fake.js';

const options = quickOptions({ nresamples: 2000 });

function flat(...timesNs: number[]): Sample {
  return { mode: 'flat', iterations: timesNs.map(() => 1), timesNs };
}

function around(centre: number, count = 20): Sample {
  return flat(...Array.from({ length: count }, (_, i) => centre * (1 + ((i % 5) - 2) / 1000)));
}

const interval = (lowerBound: number, upperBound: number) => ({ confidenceLevel: 0.95, lowerBound, upperBound });

test('the verdict is Criterion’s', (t) => {
  t.is(decideVerdict(0.05, interval(0.5, 0.6), options), 'unchanged');
  t.is(decideVerdict(0.049, interval(0.011, 0.6), options), 'regressed');
  t.is(decideVerdict(0.049, interval(-0.6, -0.011), options), 'improved');
  t.is(decideVerdict(0.049, interval(0.01, 0.6), options), 'within noise');
  t.is(decideVerdict(0.049, interval(-0.01, 0.01), options), 'within noise');
});

test('slower samples are regressed, faster ones improved, equal ones neither', (t) => {
  const base = { name: 'base', sample: around(100) };
  t.like(compare(around(110), base, options, 'id'), { baseline: 'base', verdict: 'regressed', p: 0 });
  t.is(compare(around(90), base, options, 'id').verdict, 'improved');
  t.is(compare(around(100), base, options, 'id').verdict, 'unchanged');
  t.is(compare(around(100.5), base, options, 'id').verdict, 'within noise');
});

test('fewer than ten batches on either side allow no verdict', (t) => {
  t.is(compare(around(200, 9), { name: 'base', sample: around(100) }, options, 'id').verdict, 'undecided');
  t.is(compare(around(200), { name: 'base', sample: around(100, 9) }, options, 'id').verdict, 'undecided');
  t.is(compare(around(200, 10), { name: 'base', sample: around(100, 10) }, options, 'id').verdict, 'regressed');
});
