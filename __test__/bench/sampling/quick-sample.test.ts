// Tests of quick samples.
import test from 'ava';

import { BenchError } from '../../../src/bench/errors.js';
import { takeQuickSample } from '../../../src/bench/sampling/quick-sample.js';
import { fakeMachine } from '../fake.js';

const MS = 1e6;

function quick(machine: ReturnType<typeof fakeMachine>, more: Partial<Parameters<typeof takeQuickSample>[1]> = {}) {
  return { maxNs: 5_000 * MS, tolerance: 0.05, clock: machine.clock, ...more };
}

test('batches double until two agree and a tenth of a second is over; the last two are the sample', async (t) => {
  const machine = fakeMachine();
  const routine = machine.routine(1 * MS);
  const sample = await takeQuickSample(routine, quick(machine));
  // 1 + 2 + 4 + … + 64 = 127 ms is the first sum beyond 100 ms.
  t.deepEqual(routine.runs, [1, 2, 4, 8, 16, 32, 64]);
  t.deepEqual(sample, { mode: 'linear', iterations: [32, 64], timesNs: [32 * MS, 64 * MS] });
});

test('sampling continues while batches disagree, until the time is over', async (t) => {
  const machine = fakeMachine();
  const steady = machine.routine(1 * MS);
  // Each batch takes twice as long per iteration as the one before.
  const unsteady = { run: (iterations: number) => Number(steady.run(iterations * iterations)) };
  const sample = await takeQuickSample(unsteady, quick(machine));
  t.true(machine.clock() > 5_000 * MS);
  t.is(sample.iterations.length, 2);
});

test('code that takes longer than the whole time runs only twice', async (t) => {
  const machine = fakeMachine();
  const routine = machine.routine(6_000 * MS);
  const sample = await takeQuickSample(routine, quick(machine));
  t.deepEqual(routine.runs, [1, 1]);
  t.deepEqual(sample, { mode: 'flat', iterations: [1, 1], timesNs: [6_000 * MS, 6_000 * MS] });
});

test('an abort stops sampling', async (t) => {
  const machine = fakeMachine();
  const error = await t.throwsAsync(
    takeQuickSample(machine.routine(1 * MS), quick(machine, { signal: AbortSignal.abort() })),
    { instanceOf: BenchError },
  );
  t.is(error.code, 'INTERRUPTED');
});

test('code whose time does not grow with its iterations is rejected, for any return value', async (t) => {
  for (const returned of [0, 40]) {
    let nowNs = 0;
    const options = { maxNs: 1e9, tolerance: 0.05, clock: () => nowNs++ };
    const error = await t.throwsAsync(takeQuickSample({ run: () => returned }, options), { instanceOf: BenchError });
    t.is(error.code, 'BAD_MEASUREMENT');
    t.regex(error.message, /optimized away, or its clock does not advance$/);
  }
  const machine = fakeMachine();
  const slow = machine.routine(6_000 * MS);
  const silent = { run: (iterations: number) => (void slow.run(iterations), 0) };
  await t.throwsAsync(takeQuickSample(silent, quick(machine)), { message: /^an iteration took 0 ns: / });
});
