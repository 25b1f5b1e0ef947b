import test from 'ava';

import { nearest } from '../../../src/bench/suite/did-you-mean.js';

const NAMES = ['sample-size', 'baseline', 'save-baseline', 'all'];

test('a slip finds the name that was meant', (t) => {
  t.is(nearest('sampel-size', NAMES), 'sample-size');
  t.is(nearest('basline', NAMES), 'baseline');
  t.is(nearest('savebaseline', NAMES), 'save-baseline');
  t.is(nearest('al', NAMES), 'all');
});

test('what is near to nothing finds nothing', (t) => {
  t.is(nearest('frobnicate', NAMES), undefined);
  t.is(nearest('x', NAMES), undefined);
});
