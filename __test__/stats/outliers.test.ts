// Tests of outliers, against Criterion's files.
import test from 'ava';

import { classify, countOutliers, tukeyFences } from '../../src/stats/outliers.js';
import { averages, BENCHMARKS, golden, type GoldenSample } from './golden.js';

test('the fences are those that Criterion wrote, to the last digit', (t) => {
  for (const { directory } of BENCHMARKS) {
    for (const baseline of ['a', 'b']) {
      const fences = tukeyFences(averages(golden<GoldenSample>(`${directory}/${baseline}/sample.json`)));
      t.deepEqual(
        [fences.lowSevere, fences.lowMild, fences.highMild, fences.highSevere],
        golden<number[]>(`${directory}/${baseline}/tukey.json`),
      );
    }
  }
});

test('a value on a fence is inside it, and one beyond both fences counts as severe', (t) => {
  const fences = { lowSevere: 1, lowMild: 2, highMild: 8, highSevere: 9 };
  t.deepEqual(
    [0, 1, 1.5, 2, 5, 8, 8.5, 9, 10].map((value) => classify(value, fences)),
    ['lowSevere', 'lowMild', 'lowMild', undefined, undefined, undefined, 'highMild', 'highMild', 'highSevere'],
  );
});

// b-against-a.txt: fib_30 has one low severe and one low mild outlier among 30.
test('the outliers are counted as Criterion counted them', (t) => {
  const values = averages(golden<GoldenSample>('execution_compute_heavy/fib_30/b/sample.json'));
  t.deepEqual(countOutliers(values, tukeyFences(values)), { lowSevere: 1, lowMild: 1, highMild: 0, highSevere: 0 });
});
