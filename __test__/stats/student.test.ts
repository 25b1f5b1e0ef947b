// Tests of Student's t distribution, against closed forms and NIST.
import test from 'ava';

import { tQuantile, tTail } from '../../src/stats/student.js';

// Closed forms: one degree of freedom is Cauchy's distribution, two have t ÷ (2 √(2 + t²)).
const CAUCHY = (t: number) => 0.5 - Math.atan(t) / Math.PI;
const TWO = (t: number) => 0.5 - t / (2 * Math.sqrt(2 + t * t));

const isNear = (actual: number, expected: number, digits = 1e-12) =>
  Math.abs(actual - expected) <= digits * Math.max(expected, 1e-300);

for (const t of [-40, -1, 0, 0.001, 0.5, 1, 3, 12.7062, 1e4]) {
  test(`the tail beyond ${t} has the closed form of one and of two degrees of freedom`, (assert) => {
    assert.true(isNear(tTail(t, 1), CAUCHY(t), 1e-9), `${tTail(t, 1)} ≠ ${CAUCHY(t)}`);
    assert.true(isNear(tTail(t, 2), TWO(t), 1e-7), `${tTail(t, 2)} ≠ ${TWO(t)}`);
  });
}

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2: critical values of Student's t.
const CRITICAL: [df: number, tail: number, t: number][] = [
  [1, 0.025, 12.706],
  [5, 0.05, 2.015],
  [9, 0.025, 2.262],
  [9, 0.001, 4.297],
  [12, 0.01, 2.681],
  [20, 0.005, 2.845],
  [30, 0.1, 1.31],
  [100, 0.001, 3.174],
];

for (const [df, tail, t] of CRITICAL) {
  test(`with ${df} degrees of freedom, ${tail} lies beyond ${t}`, (assert) => {
    assert.is(Number(tQuantile(tail, df).toFixed(3)), t);
    assert.true(isNear(tTail(tQuantile(tail, df), df), tail, 1e-10));
  });
}

test('NaN has no probability, and infinity the probability 0', (assert) => {
  assert.is(tTail(Number.NaN, 5), Number.NaN);
  assert.is(tTail(Infinity, 5), 0);
  assert.is(tTail(-Infinity, 5), 1);
});
