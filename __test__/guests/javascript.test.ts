// Tests of a 12 MB guest, a whole JavaScript engine: compiled beside a running event loop, and within its limits.
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { ensureJavaScriptGuest } from '#guests';
import { ComponentError, Engine, MiB, type Component } from '../../src/index.js';
import { failure } from '../runtime/failure.js';

/** Making the guest for the first time downloads and runs its compiler; compiling it takes up to a minute on a slow machine. */
const PATIENCE_MS = 15 * 60_000;

let component: Component;
let [ticks, longestMs] = [0, 0];

test.before(async (t) => {
  t.timeout(PATIENCE_MS, 'making and compiling the JavaScript guest');
  const guest = pathToFileURL(await ensureJavaScriptGuest());
  let last = performance.now();
  const timer = setInterval(() => {
    ticks += 1;
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  }, 5);
  try {
    component = await new Engine({ optimization: 'none' }).compileComponent(guest);
  } finally {
    clearInterval(timer);
  }
});

const limits = { memoryBytes: 64 * MiB, fuel: 10_000_000_000n };

test('timers fire while it compiles', (t) => {
  t.log(`${ticks} timers, the longest wait ${Math.round(longestMs)} ms`);
  t.true(ticks > 20, `${ticks} timers`);
  t.true(longestMs < 2000, `${longestMs} ms without a timer`);
});

test('it computes, greets and reads JSON', (t) => {
  using instance = component.instantiateSync({ limits });
  t.is(instance.call('add', [40, 2]), 42);
  t.true(String(instance.call('greet', ['Wörld'])).includes('Wörld'));
  t.is(instance.call('sum', [Float64Array.of(0.5, 0.25)]), 0.75);
  const summary = instance.call('summarize', [
    JSON.stringify([
      { sensor: 'a', value: 1 },
      { sensor: 'a', value: 3 },
    ]),
  ]);
  t.like(JSON.parse(String(summary)) as object, { a: { count: 2, mean: 2, maximum: 3 } });
});

test('an error of the guest is a ComponentError, and the instance remains usable', (t) => {
  using instance = component.instantiateSync({ limits });
  const error = failure(t, 'RESULT', () => instance.call('summarize', ['no JSON']));
  t.true(error instanceof ComponentError && String(error.payload).length > 0);
  t.is(instance.call('add', [1, 2]), 3);
});

test('a loop in its interpreter is ended by fuel and by time', (t) => {
  using fuelled = component.instantiateSync({ limits: { ...limits, fuel: 500_000_000n } });
  failure(t, 'OUT_OF_FUEL', () => fuelled.call('spin'));
  failure(t, 'POISONED', () => fuelled.call('add', [1, 2]));
  using timed = component.instantiateSync({ limits: { memoryBytes: 64 * MiB, fuel: 'unlimited', timeoutMs: 200 } });
  failure(t, 'TIMEOUT', () => timed.call('spin'));
});

test('two instances cost the same fuel for the same work', (t) => {
  const cost = (): bigint => {
    using instance = component.instantiateSync({ limits });
    instance.call('add', [1, 2]);
    return instance.metrics().fuelConsumed;
  };
  t.is(cost(), cost());
});
