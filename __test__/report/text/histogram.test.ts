import test from 'ava';

import { histogramLines } from '../../../src/report/text/histogram.js';
import { tukeyFences } from '../../../src/stats/outliers.js';

function lines(averagesNs: number[], columns?: number): string[] {
  return histogramLines({ averagesNs, fences: tukeyFences(averagesNs) }, columns);
}

test('bars are as high as their column is full, and the box below is on the same scale', (t) => {
  // Quartiles 4.25 and 5.75, so that the fences lie at 2 and 8.
  const averages = [1, 4, 4, 5, 5, 5, 5, 6, 6, 9];
  t.deepEqual(lines(averages, 9), [
    //            123456789
    'batch means ▂  ▄█▄  ▂ 1.0000 ns to 9.0000 ns',
    '            ·  ▒█▒  ·',
  ]);
});

test('whiskers reach to the last value within the fences', (t) => {
  const averages = [10, 20, 30, 40, 50];
  t.deepEqual(lines(averages, 5), ['batch means █████ 10.000 ns to 50.000 ns', '            ─▒█▒─']);
});

test('equal values fill one column', (t) => {
  t.deepEqual(lines([7, 7, 7], 4), ['batch means █    7.0000 ns to 7.0000 ns', '            █']);
});

test('any sample stays within its width', (t) => {
  const averages = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000);
  const [bars = '', box = ''] = lines(averages);
  t.true(bars.length < 80 && box.length < 80);
  t.regex(bars, /^batch means [▁▂▃▄▅▆▇█ ]{32} 0\.0000 ps to 999\.00 ns$/);
});
