// Tests of regression, against NIST and Anscombe.
import test from 'ava';

import { linearFit, rSquaredThroughOrigin, slopeThroughOrigin } from '../../src/stats/regression.js';

// Certified values of the NIST Statistical Reference Datasets, linear regression through the origin: NoInt1, NoInt2.
test('the slope through the origin reaches the certified values of NoInt1 and NoInt2', (t) => {
  const xs = Array.from({ length: 11 }, (_, i) => 60 + i);
  const ys = Array.from({ length: 11 }, (_, i) => 130 + i);
  t.true(Math.abs(slopeThroughOrigin(xs, ys) - 2.07438016528926) < 1e-13);
  t.true(Math.abs(slopeThroughOrigin([4, 5, 6], [3, 4, 4]) - 0.727272727272727) < 1e-14);
});

test('R squared is 1 for points on the line and falls with their distance from it', (t) => {
  t.is(rSquaredThroughOrigin(2, [1, 2, 3], [2, 4, 6]), 1);
  t.is(rSquaredThroughOrigin(2, [1, 2, 3], [2, 4, 7]), 1 - 1 / total([2, 4, 7]));
});

// Anscombe (1973) gives the line of his data sets as y = 3.00 + 0.500x, with R² = 0.67.
test('the line with an intercept is the published one of Anscombe’s first data set', (t) => {
  const xs = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
  const ys = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
  const fit = linearFit(xs, ys);
  t.is(fit.slope.toFixed(3), '0.500');
  t.is(fit.intercept.toFixed(2), '3.00');
  t.is(fit.rSquared.toFixed(2), '0.67');
});

function total(values: number[]): number {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}
