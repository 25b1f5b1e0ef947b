// Tests of descriptive statistics, against NIST and R.
import test from 'ava';

import {
  coefficientOfVariation,
  mean,
  median,
  medianAbsoluteDeviation,
  standardDeviation,
} from '../../src/stats/descriptive.js';
import { quantile } from '../../src/stats/quantile.js';

// Measurements of the NIST/SEMATECH e-Handbook, section 7.2.6.2 (Percentiles).
const GAUGE = [
  95.061, 95.0925, 95.1065, 95.1195, 95.1442, 95.1567, 95.1591, 95.1682, 95.1772, 95.1937, 95.1959, 95.199,
];

test('a quantile interpolates at (n - 1)p, as type 7 of Hyndman & Fan (1996)', (t) => {
  t.true(Math.abs(quantile(GAUGE, 0.9) - 95.19568) < 1e-9);
  t.is(quantile(GAUGE, 0), 95.061);
  t.is(quantile(GAUGE, 1), 95.199);
  t.is(quantile(Float64Array.of(1, 2), 0.5), 1.5);
});

test('a quantile of no values, or outside [0, 1], throws', (t) => {
  t.throws(() => quantile([], 0.5));
  t.throws(() => quantile([1], 1.1));
});

// Certified values of the NIST Statistical Reference Datasets, univariate: NumAcc1 and NumAcc2.
test('mean and standard deviation reach the certified values of NumAcc1', (t) => {
  const values = [10000001, 10000003, 10000002];
  t.is(mean(values), 10000002);
  t.is(standardDeviation(values), 1);
});

test('mean and standard deviation reach the certified values of NumAcc2', (t) => {
  const values = [1.2, ...Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 1.1 : 1.3))];
  t.true(Math.abs(mean(values) - 1.2) < 1e-13);
  t.true(Math.abs(standardDeviation(values) - 0.1) < 1e-13);
});

// The example of R's `?mad`: mad(c(1:9)) is 2.965200.
test('the median absolute deviation carries the factor of a normal distribution', (t) => {
  t.true(Math.abs(medianAbsoluteDeviation([9, 1, 8, 2, 7, 3, 6, 4, 5]) - 2.9652) < 1e-6);
});

test('the median of an even count lies between the middle values', (t) => {
  t.is(median([10, 2, 1, 5]), 3.5);
});

test('the coefficient of variation is standard deviation over mean', (t) => {
  t.is(coefficientOfVariation([1, 2, 3, 4]), standardDeviation([1, 2, 3, 4]) / 2.5);
});
