// Tests of Holm's adjustment.
import test from 'ava';

import { holmAdjust } from '../../src/stats/holm.js';

test('each p is multiplied by the number of remaining tests, and never falls below an earlier one', (t) => {
  // Worked by hand: 4 × 0.005, 3 × 0.01, 2 × 0.03, 1 × 0.04 raised to 0.06.
  t.deepEqual(
    holmAdjust([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12))),
    [0.03, 0.06, 0.06, 0.02],
  );
});

test('an adjusted p is at most 1, and a single test is unchanged', (t) => {
  t.deepEqual(holmAdjust([0.9, 0.8]), [1, 1]);
  t.deepEqual(holmAdjust([0.2]), [0.2]);
  t.deepEqual(holmAdjust([]), []);
});
