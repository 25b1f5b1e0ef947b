// Tests of suggestions for misspelt names.
import test from 'ava';

import { didYouMean } from '../../../src/bench/suite/did-you-mean.js';

const NAMES = ['sample-size', 'baseline', 'save-baseline', 'all'];

test('a misspelt name suggests the closest one', (t) => {
  t.is(didYouMean('sampel-size', NAMES), 'sample-size');
  t.is(didYouMean('basline', NAMES), 'baseline');
  t.is(didYouMean('savebaseline', NAMES), 'save-baseline');
  t.is(didYouMean('al', NAMES), 'all');
});

test('a name far from all others suggests nothing', (t) => {
  t.is(didYouMean('frobnicate', NAMES), undefined);
  t.is(didYouMean('x', NAMES), undefined);
});
