import test from 'ava';

import { analyze } from '../../src/bench/analyze.js';
import type { Sample } from '../../src/bench/sampling/sample.js';
import { golden, type GoldenEstimates, type GoldenSample } from '../stats/golden.js';
import { quickOptions } from './fake.js';

function goldenAsSample(directory: string): Sample {
  const { sampling_mode, iters, times } = golden<GoldenSample>(`${directory}/sample.json`);
  return { mode: sampling_mode === 'Flat' ? 'flat' : 'linear', iterations: iters, timesNs: times };
}

test('the slope is typical of a linear sample', (t) => {
  const analysis = analyze(goldenAsSample('memory_fill/fill_memory/b'), quickOptions(), 'id');
  const theirs = golden<GoldenEstimates>('memory_fill/fill_memory/b/estimates.json');
  t.is(analysis.typical.pointEstimate, theirs.slope?.point_estimate as number);
  t.deepEqual(analysis.outliers, { lowSevere: 1, lowMild: 0, highMild: 2, highSevere: 0 });
});

test('the mean is typical of a flat sample, which has no slope', (t) => {
  const analysis = analyze(goldenAsSample('slow/sort_1e6/b'), quickOptions(), 'id');
  t.is(analysis.estimates.slope, null);
  t.is(analysis.typical, analysis.estimates.mean);
});

test('percentiles are those of the batch means', (t) => {
  const iterations = Array<number>(21).fill(2);
  const timesNs = Array.from({ length: 21 }, (_, i) => 2 * (100 + i));
  const analysis = analyze({ mode: 'flat', iterations, timesNs }, quickOptions(), 'id');
  t.is(analysis.p95OfBatchMeansNs, 119);
  t.true(Math.abs(analysis.p99OfBatchMeansNs - 119.8) < 1e-9);
});

test('the estimates depend on samples, seed and id alone', (t) => {
  const sample = goldenAsSample('slow/sort_1e6/b');
  t.deepEqual(analyze(sample, quickOptions(), 'a'), analyze(sample, quickOptions(), 'a'));
  t.notDeepEqual(analyze(sample, quickOptions(), 'a'), analyze(sample, quickOptions({ seed: 2 }), 'a'));
  t.notDeepEqual(analyze(sample, quickOptions(), 'a'), analyze(sample, quickOptions(), 'b'));
});

test('two samples are enough', (t) => {
  const { typical } = analyze(
    { mode: 'linear', iterations: [1, 2], timesNs: [10, 30] },
    quickOptions({ sampleSize: 2 }),
    'id',
  );
  t.is(typical.pointEstimate, 14);
});
