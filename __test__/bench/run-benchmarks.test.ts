// Tests of runs of benchmarks.
import test from 'ava';

import type { BenchmarkDefinition } from '../../src/bench/suite/definition.js';
import { type Observer, type RunOutcome, runBenchmarks } from '../../src/bench/run-benchmarks.js';
import { benchmark, fakeMachine, quickOptions } from './fake.js';

const OPTIONS = quickOptions({ sampleSize: 4, warmUpTimeS: 1e-6, measurementTimeS: 1e-5 });

function run(
  benchmarks: BenchmarkDefinition[],
  overrides: { failFast?: boolean; signal?: AbortSignal; observer?: Observer } = {},
  clock = fakeMachine().clock,
): Promise<RunOutcome> {
  return runBenchmarks(benchmarks, { options: OPTIONS, clock, failFast: false, ...overrides });
}

function working(name: string, machine = fakeMachine()): BenchmarkDefinition {
  return benchmark({ function: name, setup: () => machine.routine(100) });
}

const failing = benchmark({
  function: 'failing',
  setup: () => {
    throw new Error('no setup');
  },
});

test('a benchmark is warmed up, planned, sampled and analysed', async (t) => {
  const machine = fakeMachine();
  const { results, failures, wasInterrupted } = await run([working('one', machine)], {}, machine.clock);
  t.deepEqual(failures, []);
  t.false(wasInterrupted);
  t.is(results.length, 1);
  const [result] = results;
  t.is(result?.id, 'fake/group/one');
  t.is(result?.warmUp?.meanNs, 100);
  t.deepEqual(result?.sample, { mode: 'linear', iterations: [10, 20, 30, 40], timesNs: [1000, 2000, 3000, 4000] });
  t.is(result?.analysis.typical.pointEstimate, 100);
});

test('untimed preparation counts towards the plan, not the sample', async (t) => {
  const machine = fakeMachine();
  const slow = benchmark({ setup: () => machine.routine(100, 900) });
  const { results } = await run([slow], {}, machine.clock);
  t.deepEqual(results[0]?.sample.iterations, [1, 2, 3, 4]);
  t.is(results[0]?.analysis.typical.pointEstimate, 100);
});

test('a benchmark that throws fails by name, and the others continue', async (t) => {
  const machine = fakeMachine();
  const { results, failures } = await run(
    [working('one', machine), failing, working('two', machine)],
    {},
    machine.clock,
  );
  t.deepEqual(
    results.map(({ id }) => id),
    ['fake/group/one', 'fake/group/two'],
  );
  t.deepEqual(
    failures.map(({ id, error }) => [id, (error as Error).message]),
    [['fake/group/failing', 'no setup']],
  );
});

test('fail-fast stops at the first failure', async (t) => {
  const { results, failures } = await run([failing, working('two')], { failFast: true });
  t.is(results.length, 0);
  t.is(failures.length, 1);
});

test('metrics are read after sampling, and the routine is disposed of last', async (t) => {
  const machine = fakeMachine();
  const events: string[] = [];
  const setup = () => {
    const code = machine.routine(100);
    return {
      run: (iterations: number) => (events.push('run'), code.run(iterations)),
      metrics: () => (events.push('metrics'), { codeBytes: 64, fuelPerIteration: 5n }),
      dispose: () => void events.push('dispose'),
    };
  };
  const { results } = await run([benchmark({ setup })], {}, machine.clock);
  t.deepEqual(results[0]?.metrics, { codeBytes: 64, fuelPerIteration: 5n });
  t.deepEqual(events.slice(-3), ['run', 'metrics', 'dispose']);
});

test('a failing routine is disposed of, and its own error is reported', async (t) => {
  let disposals = 0;
  const setup = () => ({
    run: () => {
      throw new Error('first');
    },
    dispose: () => {
      disposals++;
      throw new Error('second');
    },
  });
  const { failures } = await run([benchmark({ setup })]);
  t.is(disposals, 1);
  t.is((failures[0]?.error as Error).message, 'first');
});

test('a result that cannot be saved is a failure of its benchmark', async (t) => {
  const machine = fakeMachine();
  const onResult = () => Promise.reject(new Error('disk full'));
  const { results, failures } = await run([working('one', machine)], { observer: { onResult } }, machine.clock);
  t.is(results.length, 0);
  t.is((failures[0]?.error as Error).message, 'disk full');
});

test('an interruption keeps finished results and drops the running benchmark', async (t) => {
  const machine = fakeMachine();
  const controller = new AbortController();
  const observer: Observer = {
    onBatch: ({ number }, _plan, done) => {
      if (number === 2 && done === 1) controller.abort();
    },
  };
  const benchmarks = [working('one', machine), working('two', machine), working('three', machine)];
  const outcome = await run(benchmarks, { observer, signal: controller.signal }, machine.clock);
  t.deepEqual(
    outcome.results.map(({ id }) => id),
    ['fake/group/one'],
  );
  t.deepEqual(outcome.failures, []);
  t.true(outcome.wasInterrupted);
});

for (const [what, returned, message] of [
  ['a text', { a: 'text' }, "metrics returned 'text' for 'a': give a finite number or a bigint, or leave it out"],
  ['no number', { a: 1, b: NaN }, "metrics returned NaN for 'b': give a finite number or a bigint, or leave it out"],
  ['a list', [1], 'metrics returned [ 1 ]: return figures by name, such as { bytes: 64 }'],
] as const) {
  test(`metrics that contain ${what} fail the benchmark by name`, async (t) => {
    const machine = fakeMachine();
    const code = machine.routine(100);
    const setup = () => ({ run: (n: number) => code.run(n), metrics: () => returned as never });
    const { results, failures } = await run([benchmark({ setup })], {}, machine.clock);
    t.deepEqual(results, []);
    t.like(failures, [{ id: 'fake/group/function', error: { code: 'BAD_DEFINITION', message } }]);
  });
}
