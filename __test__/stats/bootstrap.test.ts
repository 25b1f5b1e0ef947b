// Tests of bootstrap estimates, against Criterion's files and published values.
import test from 'ava';

import { bootstrapEstimates, bootstrapSlope, type BootstrapOptions } from '../../src/stats/bootstrap.js';
import { mean, median, medianAbsoluteDeviation, standardDeviation } from '../../src/stats/descriptive.js';
import type { Estimate } from '../../src/stats/estimate.js';
import { seededBits } from '../../src/stats/random.js';
import { Resample } from '../../src/stats/resample.js';
import {
  averages,
  BENCHMARKS,
  golden,
  type GoldenEstimate,
  type GoldenEstimates,
  type GoldenSample,
} from './golden.js';

function options(seed = 1): BootstrapOptions {
  return { nresamples: 100_000, confidenceLevel: 0.95, random: seededBits(seed, 'test') };
}

// Two bootstraps of 100,000 resamples differ by chance. Between seeds of our own the bounds differ by up to 0.09 of a
// standard error, where the distribution of a small sample's median absolute deviation has gaps.
function agrees(ours: Estimate, theirs: GoldenEstimate): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) < 0.12 * theirs.standard_error;
  return (
    ours.pointEstimate === theirs.point_estimate &&
    Math.abs(ours.standardError / theirs.standard_error - 1) < 0.02 &&
    near(ours.confidenceInterval.lowerBound, theirs.confidence_interval.lower_bound) &&
    near(ours.confidenceInterval.upperBound, theirs.confidence_interval.upper_bound)
  );
}

for (const { id, directory } of BENCHMARKS) {
  for (const baseline of ['a', 'b']) {
    test(`${id} ${baseline}: point estimates are Criterion’s to the last digit, intervals within bootstrap error`, (t) => {
      const sample = golden<GoldenSample>(`${directory}/${baseline}/sample.json`);
      const theirs = golden<GoldenEstimates>(`${directory}/${baseline}/estimates.json`);
      const ours = bootstrapEstimates(averages(sample), options());
      t.true(agrees(ours.mean, theirs.mean), 'mean');
      t.true(agrees(ours.median, theirs.median), 'median');
      t.true(agrees(ours.stdDev, theirs.std_dev), 'standard deviation');
      t.true(agrees(ours.medianAbsDev, theirs.median_abs_dev), 'median absolute deviation');
      if (theirs.slope !== null) {
        t.true(agrees(bootstrapSlope(sample.iters, sample.times, options()), theirs.slope), 'slope');
      }
    });
  }
}

// Efron & Tibshirani (1993), table 2.2: the treated mice, standard errors for infinitely many resamples.
test('standard errors are the published ones of the mouse data', (t) => {
  const { mean, median } = bootstrapEstimates([94, 197, 16, 38, 99, 141, 23], options());
  t.true(Math.abs(mean.standardError - 23.36) < 0.3);
  t.true(Math.abs(median.standardError - 37.83) < 0.4);
});

test('a resample by counts has the statistics of the same values as a list', (t) => {
  for (const size of [2, 3, 10, 31]) {
    const random = seededBits(7, `size ${size}`);
    const resample = new Resample(Array.from({ length: size }, (_, i) => ((i * 7919) % 23) + i / 8));
    for (let round = 0; round < 200; round++) {
      resample.draw(random);
      const values = [...resample.sorted].flatMap((value, i) => Array<number>(resample.counts[i] ?? 0).fill(value));
      t.true(Math.abs(resample.mean - mean(values)) < 1e-12);
      t.is(resample.median(), median(values));
      t.true(Math.abs(resample.standardDeviation() - standardDeviation(values)) < 1e-12);
      t.true(Math.abs(resample.medianDeviation(median(values)) * 1.4826 - medianAbsoluteDeviation(values)) < 1e-6);
    }
  }
});

test('the same seed and stream yield the same estimates, others do not', (t) => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  const estimates = (seed: number, stream: string) =>
    bootstrapEstimates(values, { nresamples: 500, confidenceLevel: 0.95, random: seededBits(seed, stream) });
  t.deepEqual(estimates(1, 'a'), estimates(1, 'a'));
  t.notDeepEqual(estimates(1, 'a'), estimates(2, 'a'));
  t.notDeepEqual(estimates(1, 'a'), estimates(1, 'b'));
});

test('a higher confidence level widens the interval around the same point', (t) => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  const at = (confidenceLevel: number) => bootstrapEstimates(values, { ...options(), confidenceLevel }).mean;
  const narrow = at(0.8).confidenceInterval;
  const wide = at(0.99).confidenceInterval;
  t.true(wide.lowerBound < narrow.lowerBound && narrow.upperBound < wide.upperBound);
});
