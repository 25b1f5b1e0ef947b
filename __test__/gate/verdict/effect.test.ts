// Tests of the effect estimate and its contrasts.
import test from 'ava';

import { changeInterval, effectOf, pAbove, pBelow, smallestDetectable } from '../../../src/gate/verdict/effect.js';
import { contrastOf } from '../../../src/gate/round.js';

// Calculated by hand: effects 0.1, 0.2, 0.3 around 0.2 have squares 0.02 ÷ 1.5; noises 0.1, 0, −0.1 around 0 have 0.02 ÷ 2;
// together ÷ 5 degrees of freedom.
const CONTRASTS = [
  { effect: 0.1, noise: 0.1 },
  { effect: 0.2, noise: 0 },
  { effect: 0.3, noise: -0.1 },
];
const VARIANCE = (0.02 / 1.5 + 0.02 / 2) / 5;

test('effect and noise share one variance between processes', (t) => {
  const effect = effectOf(CONTRASTS);
  t.is(effect.degreesOfFreedom, 5);
  t.true(Math.abs(effect.estimate - 0.2) < 1e-15);
  t.true(Math.abs(effect.noise) < 1e-15);
  t.true(Math.abs(effect.standardError - Math.sqrt((VARIANCE * 1.5) / 3)) < 1e-15);
});

test('a fifth of the rounds is trimmed at either end, and the variance is winsorized', (t) => {
  // Calculated by hand: of −9, 1, 2, 3, 4, 9 the middle four count: mean 2.5, winsorized 1, 1, 2, 3, 4, 4 with mean 2.5 and
  // squares 9.5. The smallest four noise magnitudes are kept: 0, 1, 1, 2, and 2 twice, with squares 14.
  const effects = [-9, 1, 2, 3, 4, 9];
  const noises = [-8, 1, 0, 2, -1, 7];
  const effect = effectOf(effects.map((value, i) => ({ effect: value / 100, noise: (noises[i] as number) / 100 })));
  t.is(effect.degreesOfFreedom, 7);
  t.true(Math.abs(effect.estimate - 0.025) < 1e-15);
  t.true(Math.abs(effect.noise - 0.005) < 1e-15);
  const variance = (9.5 / 1.5 + 14 / 2) / 7 / 1e4;
  t.true(Math.abs(effect.standardError - Math.sqrt((variance * 1.5) / 4)) < 1e-15);
});

test('the p-value of a floor is the tail of Student’s t beyond it, in both directions alike', (t) => {
  const effect = effectOf(CONTRASTS);
  t.is(pAbove(effect, 0.2), 0.5);
  t.true(pAbove(effect, 0) < 0.05);
  t.is(pBelow({ ...effect, estimate: -effect.estimate }, 0.1), pAbove(effect, 0.1));
  t.true(pAbove(effect, 0.4) > 0.9);
});

test('without any spread every difference is significant, and equality is not', (t) => {
  const still = effectOf([
    { effect: 0.02, noise: 0 },
    { effect: 0.02, noise: 0 },
  ]);
  t.is(pAbove(still, 0.01), 0);
  t.is(pAbove(still, 0.02), 1);
});

test('an effect of the smallest detectable size is detected with a probability of 80 %', (t) => {
  const effect = effectOf(CONTRASTS);
  const detectable = Math.log1p(smallestDetectable(effect, 0.01, 0.05));
  // The detectable effect exceeds the critical value by the quantile of the power.
  t.true(Math.abs(pAbove({ ...effect, estimate: detectable }, 0.01) - 0.05) < 0.05);
  t.true(pAbove({ ...effect, estimate: detectable }, 0.01) < 0.05);
});

test('the interval holds relative changes around the estimate', (t) => {
  const { lower, upper } = changeInterval(effectOf(CONTRASTS), 0.95);
  t.true(lower < Math.expm1(0.2) && upper > Math.expm1(0.2));
  t.true(Math.abs(Math.log1p(lower) + Math.log1p(upper) - 0.4) < 1e-12);
});

test('a slow-down of all three processes leaves no trace in the contrasts', (t) => {
  const weather = [1, 3, 1, 2, 1];
  const { effect, noise } = contrastOf({
    base: weather.map((w) => 100 * w),
    control: weather.map((w) => 100 * w),
    head: weather.map((w) => 110 * w),
  });
  t.true(Math.abs(effect - Math.log(1.1)) < 1e-12);
  t.true(Math.abs(noise) < 1e-12);
});
