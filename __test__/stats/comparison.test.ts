// Tests of comparisons, against Criterion's files and published values.
import test from 'ava';

import type { BootstrapOptions } from '../../src/stats/bootstrap.js';
import { bootstrapChange, mixedBootstrapP } from '../../src/stats/comparison.js';
import { seededBits } from '../../src/stats/random.js';
import { welchT } from '../../src/stats/welch.js';
import { averages, BENCHMARKS, golden, type GoldenEstimate, type GoldenSample } from './golden.js';

function options(): BootstrapOptions {
  return { nresamples: 100_000, confidenceLevel: 0.95, random: seededBits(1, 'test') };
}

function sample(directory: string, baseline: string): number[] {
  return averages(golden<GoldenSample>(`${directory}/${baseline}/sample.json`));
}

for (const { id, directory, p } of BENCHMARKS) {
  test(`${id}: p and the change of b against a are Criterion’s, within bootstrap error`, (t) => {
    const b = sample(directory, 'b');
    const a = sample(directory, 'a');
    t.true(Math.abs(mixedBootstrapP(b, a, options()) - p) < 0.01);
    const change = bootstrapChange(b, a, options());
    const theirs = golden<Record<'mean' | 'median', GoldenEstimate>>(`${directory}/change/estimates.json`);
    for (const statistic of ['mean', 'median'] as const) {
      const { confidenceInterval, pointEstimate, standardError } = change[statistic];
      const expected = theirs[statistic];
      // Criterion pairs every resample of one sample with √N of the other, so its bounds scatter more than ours.
      const near = (x: number, y: number) => Math.abs(x - y) < 0.25 * expected.standard_error;
      t.true(Math.abs(pointEstimate - expected.point_estimate) < 1e-12, `${statistic}: point estimate`);
      t.true(Math.abs(standardError / expected.standard_error - 1) < 0.12, `${statistic}: standard error`);
      t.true(
        near(confidenceInterval.lowerBound, expected.confidence_interval.lower_bound),
        `${statistic}: lower bound`,
      );
      t.true(
        near(confidenceInterval.upperBound, expected.confidence_interval.upper_bound),
        `${statistic}: upper bound`,
      );
    }
  });
}

// Student (1908), as R's `?t.test` shows it: t = -1.8608, p = 0.07939.
const SLEEP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
const SLEEP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

test('Welch’s t of the sleep data is the published one', (t) => {
  t.is(welchT(SLEEP_1, SLEEP_2).toFixed(4), '-1.8608');
});

test('the bootstrap’s p of the sleep data lies near that of the t distribution', (t) => {
  t.true(Math.abs(mixedBootstrapP(SLEEP_1, SLEEP_2, options()) - 0.07939) < 0.02);
});

test('equal samples do not differ, and constant unequal ones do', (t) => {
  t.is(mixedBootstrapP([5, 5, 5], [5, 5, 5], options()), 1);
  t.is(welchT([2, 2], [1, 1]), Infinity);
  t.true(mixedBootstrapP(Array<number>(20).fill(2), Array<number>(20).fill(1), options()) < 0.001);
});
