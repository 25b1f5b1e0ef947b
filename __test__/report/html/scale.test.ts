// Tests of chart scales.
import test from 'ava';

import { scaleOf, ticksOf, timeUnit } from '../../../src/report/html/scale.js';

function labels(domain: [number, number], most: number, unit?: number): string[] {
  return ticksOf(scaleOf(domain, 0, 1), most, unit).map(({ label }) => label);
}

test('a scale maps its domain to positions, in either direction', (t) => {
  t.is(scaleOf([10, 20], 0, 100).at(15), 50);
  t.is(scaleOf([0, 4], 200, 100).at(1), 175);
});

test('an empty domain is widened around its value', (t) => {
  t.deepEqual(scaleOf([8, 8], 0, 1).domain, [4, 12]);
  t.deepEqual(scaleOf([0, 0], 0, 1).domain, [-1, 1]);
});

test('ticks are round, within the domain, and about as many as requested', (t) => {
  t.deepEqual(labels([0, 10], 5), ['0', '2', '4', '6', '8', '10']);
  t.deepEqual(labels([0.998, 1.0041], 4), ['0.998', '1.000', '1.002', '1.004']);
  t.deepEqual(labels([-0.22, 0.22], 5, 0.01), ['−20', '−10', '0', '10', '20']);
  t.deepEqual(labels([0, 86e6], 5), ['0', '20M', '40M', '60M', '80M']);
});

test('ticks are at their values, with any unit of the labels', (t) => {
  const [tick] = ticksOf(scaleOf([1500, 2600], 0, 1), 2, 1000);
  t.deepEqual(tick, { value: 2000, label: '2' });
});

test('a time has the unit in which it has one to three digits', (t) => {
  const units = [0, 0.5, 1, 999, 1e3, 5e6, 1e9, 1e12].map((ns) => timeUnit(ns).name);
  t.deepEqual(units, ['ps', 'ps', 'ns', 'ns', 'µs', 'ms', 's', 's']);
});
