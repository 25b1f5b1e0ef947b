import test from 'ava';

import { didYouMean } from '../../../src/bench/suite/did-you-mean.js';

const NAMES = ['sample-size', 'baseline', 'save-baseline', 'all'];

test('a slip finds the name that was meant', (t) => {
  t.is(didYouMean('sampel-size', NAMES), 'sample-size');
  t.is(didYouMean('basline', NAMES), 'baseline');
  t.is(didYouMean('savebaseline', NAMES), 'save-baseline');
  t.is(didYouMean('al', NAMES), 'all');
});

test('what is near to nothing finds nothing', (t) => {
  t.is(didYouMean('frobnicate', NAMES), undefined);
  t.is(didYouMean('x', NAMES), undefined);
});
