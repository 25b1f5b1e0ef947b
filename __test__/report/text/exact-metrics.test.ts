import test from 'ava';

import { createColours } from '../../../src/report/text/colours.js';
import { metricDifference, metricsOf, metricText } from '../../../src/report/text/exact-metrics.js';

function textsOf(now: Record<string, number | bigint | undefined>, before?: Record<string, number | bigint>): string[] {
  return metricsOf(now, before).map((metric) => metricText(metric));
}

test('a metric without a baseline stands alone', (t) => {
  t.deepEqual(textsOf({ fuelPerIteration: 1204, codeBytes: 2048, unknown: undefined }), [
    'fuel per iteration 1,204',
    'code 2 KiB',
  ]);
});

test('a metric is told with its exact change against the baseline', (t) => {
  const now = { peakMemoryBytes: 65_536, fuelPerIteration: 1205n, codeBytes: 65_537, live: 3 };
  const before = { peakMemoryBytes: 65_536, fuelPerIteration: 1204, codeBytes: 65_536, live: 5 };
  t.deepEqual(textsOf(now, before), [
    'peak memory 64 KiB (no change)',
    'fuel per iteration 1,204 → 1,205 (+1)',
    'code 64 KiB → 64 KiB (+1 B)',
    'live 5 → 3 (−2)',
  ]);
});

test('a metric that the baseline lacks has no change, whatever objects inherit', (t) => {
  t.deepEqual(textsOf({ toString: 1, added: 2 }, { other: 1 }), ['to string 1', 'added 2']);
});

test('whole numbers differ exactly beyond 2⁵³, and fractions as they are', (t) => {
  const large = 2n ** 64n;
  t.is(metricDifference({ name: 'fuel', value: large + 1n, previous: large }), 1n);
  t.is(metricDifference({ name: 'fuel', value: large, previous: 1 }), large - 1n);
  t.is(metricDifference({ name: 'share', value: 0.5, previous: 0.75 }), -0.25);
  t.is(metricDifference({ name: 'share', value: 0.5 }), undefined);
  t.deepEqual(textsOf({ share: 0.5 }, { share: 0.75 }), ['share 0.75 → 0.5 (−0.25)']);
});

test('more is red, less green, and no change has no colour', (t) => {
  const colours = createColours(true);
  const text = (value: number) => metricText({ name: 'fuel', value, previous: 5 }, colours);
  t.is(text(6), `fuel 5 → 6 (${colours.red('+1')})`);
  t.is(text(4), `fuel 5 → 4 (${colours.green('−1')})`);
  t.is(text(5), 'fuel 5 (no change)');
});
