import test from 'ava';

import { benchmarkId, categoryOf } from '../../../src/bench/suite/definition.js';

test('an id is group, function and value', (t) => {
  t.is(benchmarkId({ group: 'a/b', function: 'f' }), 'a/b/f');
  t.is(benchmarkId({ group: 'a/b', function: 'f', value: '10' }), 'a/b/f/10');
  t.is(categoryOf('a/b/f'), 'a');
});
