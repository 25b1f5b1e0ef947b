// Tests of kernel density estimates, against R and published tables.
import test from 'ava';

import { density, silvermanBandwidth } from '../../src/stats/density.js';

function about(actual: number | undefined, expected: number, tolerance: number): boolean {
  return Math.abs((actual ?? NaN) - expected) < tolerance;
}

// Annual precipitation of 70 cities in inches, McNeil (1977), as R's data set `precip`. The title that R gives the plot of
// its density says N = 70 and a bandwidth of 3.848; R's summary gives the mean, 34.89, and the median, 36.60.
const PRECIPITATION = [
  67.0, 54.7, 7.0, 48.5, 14.0, 17.2, 20.7, 13.0, 43.4, 40.2, 38.9, 54.5, 59.8, 48.3, 22.9, 11.5, 34.4, 35.1, 38.7, 30.8,
  30.6, 43.1, 56.8, 40.8, 41.8, 42.5, 31.0, 31.7, 30.2, 25.9, 49.2, 37.0, 35.9, 15.0, 30.2, 7.2, 36.2, 45.5, 7.8, 33.4,
  36.1, 40.2, 42.7, 42.5, 16.2, 39.0, 35.0, 37.0, 31.4, 37.6, 39.9, 36.2, 42.8, 46.4, 24.7, 49.1, 46.0, 35.9, 7.8, 48.2,
  15.2, 32.5, 44.7, 42.6, 38.8, 17.4, 40.8, 29.1, 14.6, 59.2,
];

test('the bandwidth is that of R’s bw.nrd0', (t) => {
  t.is(PRECIPITATION.length, 70);
  t.true(about(silvermanBandwidth(PRECIPITATION), 3.848, 5e-4));
});

// By hand: of 1 to 5 the interquartile range is 2, and 0.9 × 2 ÷ 1.34 × 5^(−1/5) = 0.973585.
test('the bandwidth of a few values matches the calculation by hand', (t) => {
  t.true(about(silvermanBandwidth([1, 2, 3, 4, 5]), 0.973585, 1e-6));
});

test('the bandwidth is never 0, even if all values are equal', (t) => {
  // Half of the values are equal: the standard deviation of 1, 1, 1, 1, 6 is √5.
  t.true(about(silvermanBandwidth([1, 1, 1, 1, 6]), 0.9 * Math.sqrt(5) * 5 ** -0.2, 1e-12));
  t.true(about(silvermanBandwidth([7, 7]), 0.9 * 7 * 2 ** -0.2, 1e-12));
  t.true(about(silvermanBandwidth([0, 0]), 0.9 * 2 ** -0.2, 1e-12));
});

// φ(0), φ(1), φ(2) and φ(3) of the tables of the standard normal density: 0.39894, 0.24197, 0.05399 and 0.00443.
test('the density is the mean of normal curves around the values', (t) => {
  const { xs, ys, bandwidth } = density([-1, 0, 1], { points: 3, range: [0, 2], bandwidth: 1 });
  t.deepEqual(xs, [0, 1, 2]);
  t.is(bandwidth, 1);
  t.true(about(ys[0], (0.39894 + 2 * 0.24197) / 3, 1e-5));
  t.true(about(ys[1], (0.39894 + 0.24197 + 0.05399) / 3, 1e-5));
  t.true(about(ys[2], (0.24197 + 0.05399 + 0.00443) / 3, 1e-5));
});

test('the area under the curve is nearly 1, tails included', (t) => {
  const { xs, ys } = density(PRECIPITATION, { points: 500 });
  const step = (xs[1] as number) - (xs[0] as number);
  const area = ys.reduce((sum, y) => sum + y * step, 0);
  t.true(about(area, 1, 2e-3));
  t.true((xs[0] as number) < 0);
});
