// Tests of the measured loop: it keeps results and does not allocate.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import test, { type ExecutionContext } from 'ava';

import { asyncLoop, loopStore, syncLoop } from '../../../src/bench/timing/loop.js';

const LOOP = new URL('../../../src/bench/timing/loop.js', import.meta.url).href;
const ITERATIONS = 1_000_000;

/**
 * Measures the heap bytes that `ITERATIONS` iterations allocate: the loop reads the heap's size instead of the clock.
 * Runs in a separate process, whose young generation is so large that nothing is collected.
 */
async function allocated(t: ExecutionContext, expression: string): Promise<number> {
  t.timeout(60_000);
  const script = `
    import { getHeapStatistics } from 'node:v8';
    const { asyncLoop, loopStore, syncLoop } = await import('${LOOP}');
    const heap = () => BigInt(getHeapStatistics().used_heap_size);
    const measure = async (loop, fn, inputs = [], outputs = [], iterations = ${ITERATIONS}) => {
      const store = { ...loopStore(), inputs, outputs };
      for (let warm = 0; warm < 20; warm++) await loop(fn, 10_000, store, heap);
      return Number(await loop(fn, iterations, store, heap));
    };
    console.log(await ${expression});`;
  // With concurrent compilation, the loop would stay interpreted until the compiler thread gets to it.
  const compiler = '--no-concurrent-recompilation';
  const flags = [compiler, '--min-semi-space-size=256', '--max-semi-space-size=256', '--input-type=module', '--eval'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script]);
  return Number(stdout);
}

/** Allowance for the statistics and for code that V8 compiles meanwhile; one byte per iteration would be ten times more. */
const CONSTANT = 100_000;

const PLAIN = "{ input: 'none', keepsOutputs: false }";
const PREPARED = "{ input: 'own', keepsOutputs: true }";
const NUMBERS = `Array.from({ length: ${ITERATIONS} }, (_, i) => i)`;
const ROOM = `new Array(${ITERATIONS}).fill(undefined)`;

for (const [what, expression] of [
  ['an empty function', `measure(syncLoop(${PLAIN}), () => undefined)`],
  ['a function that returns whole numbers', `measure(syncLoop(${PLAIN}), () => 7)`],
  ['one input for all', `measure(syncLoop({ input: 'shared', keepsOutputs: false }), (input) => input, [{}])`],
  ['inputs and outputs', `measure(syncLoop(${PREPARED}), (input) => input, ${NUMBERS}, ${ROOM})`],
] as const) {
  test(`a synchronous loop over ${what} allocates nothing`, async (t) => {
    t.true((await allocated(t, expression)) < CONSTANT);
  });
}

test('the measurement detects a function that allocates', async (t) => {
  const bytes = await allocated(t, `measure(syncLoop(${PLAIN}), () => ({ a: 1 }))`);
  t.log({ bytes });
  t.true(bytes > 10 * ITERATIONS);
});

test('fractions are kept unboxed', async (t) => {
  const fractions = `measure(syncLoop({ input: 'own', keepsOutputs: false }), (input) => input + 0.5, ${NUMBERS})`;
  t.true((await allocated(t, fractions)) < CONSTANT);
});

test('an asynchronous loop allocates as much as a handwritten await', async (t) => {
  const few = 100_000;
  const byHand = `(async (fn, n) => {
    const loop = async () => { for (let i = 0; i < n; i++) await fn(); };
    await loop();
    const before = heap();
    await loop();
    return Number(heap() - before);
  })(() => undefined, ${few})`;
  const ours = `measure(asyncLoop(${PLAIN}), () => undefined, [], [], ${few})`;
  const [expected, actual] = await Promise.all([allocated(t, byHand), allocated(t, ours)]);
  t.log({ expected, actual });
  t.true(actual > 0);
  t.true(actual <= expected + CONSTANT);
});

test('the function’s result is kept', async (t) => {
  const store = loopStore();
  let now = 0n;
  const clock = () => now++;
  t.is(
    syncLoop({ input: 'none', keepsOutputs: false })(() => 1.5, 3, store, clock),
    1n,
  );
  t.is(store.numbers[0], 1.5);
  t.is(await asyncLoop({ input: 'none', keepsOutputs: false })(() => Promise.resolve('text'), 3, store, clock), 1n);
  t.is(store.other, 'text');
});
