// Tests of the process guard.
import test from 'ava';

import { BenchError } from '../../src/bench/errors.js';
import { runBenchmarks } from '../../src/bench/run-benchmarks.js';
import { supervised, type Supervisor, type SupervisedTask } from '../../src/bench/process-guard.js';
import { benchmark, fakeMachine, quickOptions } from './fake.js';

/** A supervisor that records what begins and ends, and exposes the running task. */
function listener(): Supervisor & { current: SupervisedTask | undefined; readonly events: string[] } {
  const events: string[] = [];
  return {
    events,
    current: undefined,
    begin(task) {
      this.current = task;
      events.push(`begin ${task.name}`);
    },
    end({ name }) {
      this.current = undefined;
      events.push(`end ${name}`);
    },
  };
}

test('work without a failure returns its result', async (t) => {
  const supervisor = listener();
  t.is(await supervised('work', { supervisor }, async (guard) => guard.wait(7)), 7);
  t.deepEqual(supervisor.events, ['begin work', 'end work']);
  t.is(await supervised('work', {}, async (guard) => guard.wait(Promise.resolve(7))), 7);
});

test('a reported failure fails the work, unless it throws by itself', async (t) => {
  const supervisor = listener();
  const faulty = (thrown?: Error) =>
    supervised('work', { supervisor }, async () => {
      supervisor.current?.fail(new Error('first'));
      supervisor.current?.fail(new Error('second'));
      if (thrown !== undefined) throw thrown;
    });
  await t.throwsAsync(faulty(), { message: 'first' });
  await t.throwsAsync(faulty(new BenchError('INTERRUPTED', 'stopped')), { message: 'first' });
  await t.throwsAsync(faulty(new Error('its own')), { message: 'its own' });
  t.deepEqual(supervisor.events.slice(-2), ['begin work', 'end work']);
});

test('abandoned work is no longer awaited', async (t) => {
  const supervisor = listener();
  const stuck = supervised('work', { supervisor }, (guard) => guard.wait(new Promise(() => undefined)));
  supervisor.current?.abandon(new Error('never finished'));
  await t.throwsAsync(stuck, { message: 'never finished' });
});

test('a failure stops a benchmark after its current batch; the others continue', async (t) => {
  const machine = fakeMachine();
  const supervisor = listener();
  const code = machine.routine(100);
  let disposed = 0;
  const faulty = benchmark({
    function: 'faulty',
    setup: () => ({
      run(iterations) {
        supervisor.current?.fail(new Error('behind the back'));
        return code.run(iterations);
      },
      dispose: () => void disposed++,
    }),
  });
  const fine = benchmark({ function: 'fine', setup: () => machine.routine(100) });
  const options = quickOptions({ sampleSize: 4, warmUpTimeS: 1e-6, measurementTimeS: 1e-5 });
  const run = { options, clock: machine.clock, failFast: false, supervisor };
  const { results, failures, wasInterrupted } = await runBenchmarks([faulty, fine], run);
  t.deepEqual(code.runs, [1]);
  t.is(disposed, 1);
  t.deepEqual(
    failures.map(({ id, error }) => [id, (error as Error).message]),
    [['fake/group/faulty', 'behind the back']],
  );
  t.deepEqual(
    results.map(({ id }) => id),
    ['fake/group/fine'],
  );
  t.false(wasInterrupted);
});

test('a benchmark that fails after its result has no result', async (t) => {
  const machine = fakeMachine();
  const supervisor = listener();
  const observer = { onResult: () => supervisor.current?.fail(new Error('too late')) };
  const options = quickOptions({ sampleSize: 4, warmUpTimeS: 1e-6, measurementTimeS: 1e-5 });
  const run = { options, clock: machine.clock, failFast: false, supervisor, observer };
  const { results, failures } = await runBenchmarks([benchmark({ setup: () => machine.routine(100) })], run);
  t.deepEqual(results, []);
  t.is(failures.length, 1);
});
