// Tests of the warm-up.
import { inspect } from 'node:util';

import test from 'ava';

import { BenchError } from '../../../src/bench/errors.js';
import { warmUp } from '../../../src/bench/sampling/warm-up.js';
import { fakeMachine } from '../fake.js';

test('batches double until the time is over, and the last is limited to the remaining time', async (t) => {
  const { clock, routine } = fakeMachine();
  const code = routine(1000);
  const result = await warmUp(code, { targetNs: 20_000, clock });
  t.deepEqual(code.runs, [1, 2, 4, 8, 5]);
  t.deepEqual(result, { iterations: 20, elapsedNs: 20_000, meanNs: 1000 });
});

test('slow code runs once', async (t) => {
  const { clock, routine } = fakeMachine();
  const code = routine(5e9);
  t.is((await warmUp(code, { targetNs: 3e9, clock })).iterations, 1);
  t.deepEqual(code.runs, [1]);
});

test('untimed preparation counts towards the time', async (t) => {
  const { clock, routine } = fakeMachine();
  const result = await warmUp(routine(10, 990), { targetNs: 1e6, clock });
  t.is(result.meanNs, 1000);
  t.is(result.iterations, 1000);
});

test('the time that a routine returns counts if it exceeds the wall clock', async (t) => {
  const result = await warmUp({ run: (iterations) => iterations * 100 }, { targetNs: 1e6, clock: () => 0 });
  t.is(result.meanNs, 100);
  t.true(result.iterations >= 10_000 && result.iterations < 20_000);
});

test('an abort stops the warm-up after the current batch', async (t) => {
  const { clock, routine } = fakeMachine();
  const code = routine(1000);
  const signal = AbortSignal.abort();
  const error = await t.throwsAsync(() => warmUp(code, { targetNs: 1e9, clock, signal }), { instanceOf: BenchError });
  t.is(error?.code, 'INTERRUPTED');
  t.deepEqual(code.runs, [1]);
});

for (const returned of [NaN, -1, Infinity, '12', undefined, Object.create(null) as object]) {
  test(`a routine that returns ${inspect(returned)} is rejected`, async (t) => {
    const { clock } = fakeMachine();
    const code = { run: () => returned as number };
    const error = await t.throwsAsync(() => warmUp(code, { targetNs: 1, clock }), { instanceOf: BenchError });
    t.is(error?.code, 'BAD_MEASUREMENT');
    t.true(error?.message.startsWith(`a batch of 1 iterations returned ${inspect(returned)}: return its`));
  });
}

test('code whose time does not grow with its iterations is rejected, for any return value', async (t) => {
  for (const returned of [0, 40]) {
    const largest: number[] = [];
    // A clock that advances by one nanosecond per batch.
    let nowNs = 0;
    const code = { run: (iterations: number) => (largest.push(iterations), returned) };
    const error = await t.throwsAsync(() => warmUp(code, { targetNs: 1e9, clock: () => nowNs++ }), {
      instanceOf: BenchError,
      message:
        'more iterations take hardly more time: the measured code was optimized away, or its clock does not advance',
    });
    t.is(error?.code, 'BAD_MEASUREMENT');
    t.true(largest.every(Number.isSafeInteger));
  }
});
