import test from 'ava';

import { BenchError } from '../../src/bench/errors.js';
import { runBenchmarks } from '../../src/bench/run.js';
import { supervised, type Supervisor, type Undertaking } from '../../src/bench/process-guard.js';
import { benchmark, fakeMachine, quickOptions } from './fake.js';

/** A supervisor that says what begins and ends, and holds what is under way. */
function listener(): Supervisor & { current: Undertaking | undefined; readonly events: string[] } {
  const events: string[] = [];
  return {
    events,
    current: undefined,
    begin(undertaking) {
      this.current = undertaking;
      events.push(`begin ${undertaking.name}`);
    },
    end({ name }) {
      this.current = undefined;
      events.push(`end ${name}`);
    },
  };
}

test('work that nobody complains of returns what it returns', async (t) => {
  const supervisor = listener();
  t.is(await supervised('work', { supervisor }, async (guard) => guard.wait(7)), 7);
  t.deepEqual(supervisor.events, ['begin work', 'end work']);
  t.is(await supervised('work', {}, async (guard) => guard.wait(Promise.resolve(7))), 7);
});

test('a fault is what the work fails by, unless it throws by itself', async (t) => {
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

test('what is abandoned is waited for no longer', async (t) => {
  const supervisor = listener();
  const stuck = supervised('work', { supervisor }, (guard) => guard.wait(new Promise(() => undefined)));
  supervisor.current?.abandon(new Error('never finished'));
  await t.throwsAsync(stuck, { message: 'never finished' });
});

test('a fault ends a benchmark after the batch under way, and is its failure; the others go on', async (t) => {
  const machine = fakeMachine();
  const supervisor = listener();
  const code = machine.batch(100);
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
  const fine = benchmark({ function: 'fine', setup: () => machine.batch(100) });
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

test('a benchmark that fails behind its result has none', async (t) => {
  const machine = fakeMachine();
  const supervisor = listener();
  const observer = { onResult: () => supervisor.current?.fail(new Error('too late')) };
  const options = quickOptions({ sampleSize: 4, warmUpTimeS: 1e-6, measurementTimeS: 1e-5 });
  const run = { options, clock: machine.clock, failFast: false, supervisor, observer };
  const { results, failures } = await runBenchmarks([benchmark({ setup: () => machine.batch(100) })], run);
  t.deepEqual(results, []);
  t.is(failures.length, 1);
});
