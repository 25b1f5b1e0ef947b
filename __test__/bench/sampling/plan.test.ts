// Tests of the sampling plan.
import test from 'ava';

import { BenchError } from '../../../src/bench/errors.js';
import { planSamples } from '../../../src/bench/sampling/plan.js';

const S = 1e9;
const defaults = { targetNs: 5 * S, sampleSize: 30, mode: 'auto' } as const;

test('a linear plan grows by ceil(target ÷ mean ÷ R)', (t) => {
  const plan = planSamples({ ...defaults, meanNs: 100 });
  const step = Math.ceil((5 * S) / 100 / 465);
  t.is(plan.mode, 'linear');
  t.deepEqual(
    plan.iterations,
    Array.from({ length: 30 }, (_, i) => (i + 1) * step),
  );
  t.is(plan.expectedNs, 465 * step * 100);
  t.is(plan.insufficientTime, undefined);
});

test('a plan is flat if a linear one would take over twice the time', (t) => {
  const atTheLimit = planSamples({ ...defaults, meanNs: (10 * S) / 465 });
  t.is(atTheLimit.mode, 'linear');
  const beyond = planSamples({ ...defaults, meanNs: (10 * S) / 465 + 1 });
  t.is(beyond.mode, 'flat');
  t.deepEqual(beyond.iterations, Array<number>(30).fill(8));
});

test('a flat plan runs ceil(target ÷ n ÷ mean) iterations in each batch, at least 1', (t) => {
  const plan = planSamples({ ...defaults, mode: 'flat', meanNs: 0.05 * S });
  t.deepEqual(plan.iterations, Array<number>(30).fill(4));
  t.is(plan.insufficientTime, undefined);
  t.deepEqual(planSamples({ ...defaults, mode: 'flat', meanNs: 10 * S }).iterations, Array<number>(30).fill(1));
});

test('the golden flat sample has the plan that its mean asks for', (t) => {
  // fixtures/criterion, slow/sort_1e6: 10 samples of 12 iterations at 35.2 ms, measurement time 4 s.
  t.deepEqual(
    planSamples({ meanNs: 35.2e6, targetNs: 4 * S, sampleSize: 10, mode: 'flat' }).iterations,
    Array<number>(10).fill(12),
  );
});

test('linear and flat can be chosen', (t) => {
  t.is(planSamples({ ...defaults, mode: 'linear', meanNs: S }).mode, 'linear');
  t.is(planSamples({ ...defaults, mode: 'flat', meanNs: 1 }).mode, 'flat');
});

for (const mode of ['linear', 'flat'] as const) {
  test(`the recommendations of a ${mode} plan short of time suffice`, (t) => {
    for (const meanNs of [0.0108 * S, 0.3 * S, 1.7 * S]) {
      const options = { ...defaults, mode, meanNs };
      const { insufficientTime } = planSamples(options);
      if (mode === 'flat' && meanNs < 0.1 * S) continue;
      t.truthy(insufficientTime, `mean ${meanNs}`);
      const longer = planSamples({ ...options, targetNs: (insufficientTime?.neededNs ?? 0) * 1.001 });
      t.is(longer.insufficientTime, undefined);
      const sampleSize = insufficientTime?.fittingSampleSize;
      if (sampleSize === undefined) continue;
      t.is(planSamples({ ...options, sampleSize }).insufficientTime, undefined);
      t.truthy(planSamples({ ...options, sampleSize: sampleSize + 1 }).insufficientTime);
    }
  });
}

test('if not even two samples fit, no number of samples is recommended', (t) => {
  const { insufficientTime } = planSamples({ ...defaults, mode: 'flat', meanNs: 4 * S });
  t.deepEqual(insufficientTime, { neededNs: 120 * S, fittingSampleSize: undefined, isFlatEnough: false });
});

test('a short linear plan says whether flat sampling would fit', (t) => {
  t.true(planSamples({ ...defaults, mode: 'linear', meanNs: 0.1 * S }).insufficientTime?.isFlatEnough);
  t.false(planSamples({ ...defaults, mode: 'linear', meanNs: 0.2 * S }).insufficientTime?.isFlatEnough);
});

test('iterations beyond MAX_ITERATIONS are rejected', (t) => {
  for (const mode of ['linear', 'flat', 'auto'] as const) {
    const options = { meanNs: 1e-12, targetNs: 5e9, sampleSize: 30, mode };
    const error = t.throws(() => planSamples(options), { instanceOf: BenchError });
    t.is(error?.code, 'BAD_MEASUREMENT');
    t.regex(error?.message ?? '', /optimized away, or its clock does not advance$/);
  }
});
