// Tests of the times of single calls.
import { setTimeout } from 'node:timers/promises';

import test from 'ava';

import { async } from '../../../src/bench/suite/routine.js';
import { timeSingleCalls } from '../../../src/bench/timing/latency.js';

test('each call is awaited and timed separately', async (t) => {
  let [alive, most, calls] = [0, 0, 0];
  const latency = await timeSingleCalls(async () => {
    most = Math.max(most, ++alive);
    calls += 1;
    await setTimeout(1);
    alive -= 1;
  }, 0.05);
  t.is(most, 1);
  t.is(latency.count, calls);
  t.true(latency.p50Ns >= 500_000);
});

test('at least one call is timed, however short the time', async (t) => {
  let calls = 0;
  const latency = await timeSingleCalls(() => void (calls += 1), 0);
  t.is(latency.count, 1);
  t.is(calls, 1);
});

test('percentiles are in order, and the maximum is one call', async (t) => {
  let calls = 0;
  const latency = await timeSingleCalls(async () => {
    if (++calls === 100) await setTimeout(20);
  }, 0.1);
  const { p50Ns, p95Ns, p99Ns, p999Ns, maxNs } = latency;
  const ordered = [p50Ns, p95Ns, p99Ns, p999Ns, maxNs];
  t.deepEqual(
    ordered,
    ordered.toSorted((a, b) => a - b),
  );
  t.true(maxNs >= 15_000_000);
  t.true(p50Ns < maxNs);
});

test('an asynchronous routine without preparation times single calls', async (t) => {
  const latency = await async(async () => undefined).latency?.(0.001);
  t.true((latency?.count ?? 0) > 0);
});

test('a routine with preparation does not: a single call would lack its input', (t) => {
  t.is(async((input: number) => Promise.resolve(input), { setup: () => 1 }).latency, undefined);
});
