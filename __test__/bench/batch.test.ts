import { setTimeout } from 'node:timers/promises';

import test from 'ava';

import { async, native, sync } from '../../src/bench/index.js';

test('a synchronous batch calls its function once per iteration', async (t) => {
  let calls = 0;
  const elapsed = await sync(() => ++calls).run(1000);
  t.is(calls, 1000);
  t.true(elapsed > 0n);
});

test('preparation and clean-up happen once per iteration, in chunks, and see input and output', async (t) => {
  const events: string[] = [];
  let made = 0;
  const batch = sync((input: number) => input * 10, {
    setup: () => ++made,
    teardown: (input, output) => void events.push(`${input}→${output}`),
    chunk: 2,
  });
  await batch.run(3);
  t.deepEqual(events, ['1→10', '2→20', '3→30']);
});

test('what happens outside the measured function is not timed', async (t) => {
  const spin = (ms: number) => {
    for (const end = performance.now() + ms; performance.now() < end;);
  };
  const batch = sync(() => undefined, { setup: () => spin(5), teardown: () => spin(5) });
  t.true((await batch.run(4)) < 5_000_000n);
});

test('an asynchronous batch awaits each call before the next', async (t) => {
  let alive = 0;
  let most = 0;
  const batch = async(async () => {
    most = Math.max(most, ++alive);
    await setTimeout(1);
    alive--;
  });
  t.true((await batch.run(5)) >= 4_000_000n);
  t.is(most, 1);
});

test('an asynchronous batch prepares and cleans up too', async (t) => {
  const outputs: number[] = [];
  const batch = async(async (input: number) => input + 1, {
    setup: () => 1,
    teardown: (_, output) => void outputs.push(output),
  });
  await batch.run(3);
  t.deepEqual(outputs, [2, 2, 2]);
});

test('an error of the measured function reaches the caller', async (t) => {
  const fail = () => {
    throw new RangeError('broken');
  };
  t.throws(() => sync(fail).run(1), { instanceOf: RangeError });
  await t.throwsAsync(async () => async(fail).run(1), { instanceOf: RangeError });
});

test('metrics and disposal stay with the batch', (t) => {
  const metrics = () => ({ codeBytes: 7 });
  const dispose = () => undefined;
  for (const batch of [
    sync(() => 1, { metrics, dispose }),
    async(() => 1, { metrics, dispose }),
    native(() => 1, { metrics, dispose }),
  ]) {
    t.is(batch.metrics, metrics);
    t.is(batch.dispose, dispose);
  }
});
