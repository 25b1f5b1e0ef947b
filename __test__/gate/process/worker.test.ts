import { EventEmitter } from 'node:events';

import test from 'ava';

import type { Environment } from '../../../src/bench/machine/environment.js';
import type { Answer } from '../../../src/gate/process/message.js';
import { serve, type WorkerOptions } from '../../../src/gate/process/worker.js';
import { benchmark, fakeMachine } from '../../bench/fake.js';

/** A gate that asks `questions` one after another and then goes. */
async function asked(options: Partial<WorkerOptions>, questions: readonly unknown[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  const channel = Object.assign(new EventEmitter(), { send: (answer: Answer) => void answers.push(answer) });
  const machine = fakeMachine();
  const environment = async () => ({ node: '1' }) as unknown as Environment;
  const served = serve(channel, { benchmarks: [], clock: machine.clock, environment, ...options });
  for (const question of questions) {
    const answered = answers.length + 1;
    channel.emit('message', question);
    while (answers.length < answered) await new Promise((resolve) => setImmediate(resolve));
  }
  channel.emit('disconnect');
  await served;
  return answers;
}

const prepare = { kind: 'prepare', id: 'fake/group/function', warmUpNs: 1000 };

test('a benchmark is prepared, run and finished, and disposed of once', async (t) => {
  const machine = fakeMachine();
  let disposed = 0;
  const batch = Object.assign(machine.batch(100), {
    metrics: () => ({ codeBytes: 7 }),
    dispose: () => void disposed++,
  });
  const benchmarks = [benchmark({ setup: () => batch })];
  const answers = await asked({ benchmarks, clock: machine.clock }, [
    prepare,
    { kind: 'run', iterations: 50 },
    { kind: 'finish' },
  ]);
  t.deepEqual(answers, [
    { kind: 'prepared', meanNs: 100 },
    { kind: 'ran', elapsedNs: 5_000 },
    { kind: 'finished', metrics: { codeBytes: 7 } },
  ]);
  t.is(disposed, 1);
});

test('what others had the processor for is left out, in proportion to what is timed of the batch', async (t) => {
  const machine = fakeMachine();
  // Half of the batch's wall time is preparation that it does not report.
  const benchmarks = [benchmark({ setup: () => machine.batch(100, 100) })];
  let delayNs = 0;
  // Each reading finds that a tenth of a batch's 10,000 ns has been waited for.
  const runDelay = () => (delayNs += 1_000) - 1_000;
  const answers = await asked({ benchmarks, clock: machine.clock, runDelay }, [
    prepare,
    { kind: 'run', iterations: 50 },
  ]);
  t.deepEqual(answers[1], { kind: 'ran', elapsedNs: 4_500 });
});

test('what throws is answered, and disposed of', async (t) => {
  let disposed = 0;
  const benchmarks = [
    benchmark({
      setup: () => ({
        run: (iterations) => {
          if (iterations > 10) throw new Error('the guest is gone');
          return 1e9;
        },
        dispose: () => void disposed++,
      }),
    }),
  ];
  const clock = (() => {
    let now = 0;
    return () => (now += 1e9);
  })();
  const answers = await asked({ benchmarks, clock }, [prepare, { kind: 'run', iterations: 50 }, { kind: 'finish' }]);
  t.like(answers[0], { kind: 'prepared' });
  t.deepEqual(answers.slice(1), [
    { kind: 'failed', message: 'the guest is gone' },
    { kind: 'failed', message: 'no benchmark is prepared' },
  ]);
  t.is(disposed, 1);
});

test('metrics that are no figures, and what is thrown without a text, are answered in words', async (t) => {
  const machine = fakeMachine();
  const batch = Object.assign(machine.batch(100), { metrics: () => ({ codeBytes: NaN }) });
  const textless = () => {
    throw Object.create(null);
  };
  const benchmarks = [benchmark({ setup: () => batch }), benchmark({ function: 'other', setup: textless })];
  const answers = await asked({ benchmarks, clock: machine.clock }, [
    prepare,
    { kind: 'finish' },
    { ...prepare, id: 'fake/group/other' },
  ]);
  t.like(answers[1], { kind: 'failed' });
  t.regex((answers[1] as { message: string }).message, /metrics returned NaN for .*codeBytes/);
  t.like(answers[2], { kind: 'failed', message: '[Object: null prototype] {}' });
});

test('what waits for nothing is answered once the event loop has emptied, and the next question as well', async (t) => {
  const machine = fakeMachine();
  const answers: Answer[] = [];
  const log: string[] = [];
  const channel = Object.assign(new EventEmitter(), {
    send: (answer: Answer) => void answers.push(answer),
    channel: { ref: () => void log.push('ref'), unref: () => void log.push('unref') },
  });
  const benchmarks = [benchmark({ setup: () => ({ run: () => new Promise<number>(() => undefined) }) })];
  const environment = async () => ({ node: '1' }) as unknown as Environment;
  const served = serve(channel, { benchmarks, clock: machine.clock, environment });
  channel.emit('message', prepare);
  while (log.length < 1) await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual([log, answers], [['unref'], []]);
  channel.emit('beforeExit');
  while (answers.length < 1) await new Promise((resolve) => setImmediate(resolve));
  channel.emit('message', { kind: 'list' });
  while (answers.length < 2) await new Promise((resolve) => setImmediate(resolve));
  channel.emit('disconnect');
  await served;
  const message =
    'never finished: it waits, and nothing is left that could wake it: settle every promise, and leave timers as Node has them';
  t.deepEqual(answers[0], { kind: 'failed', message });
  t.like(answers[1], { kind: 'listed' });
  t.deepEqual(log, ['unref', 'ref', 'unref', 'ref']);
  t.is(channel.listenerCount('beforeExit'), 0);
});

test('an unknown benchmark and an unknown question are answered', async (t) => {
  t.deepEqual(await asked({}, [prepare, { kind: 'dance' }]), [
    { kind: 'failed', message: "there is no benchmark 'fake/group/function'" },
    { kind: 'failed', message: 'the question is none that this version knows' },
  ]);
});

test('all benchmarks are listed with their settings', async (t) => {
  const benchmarks = [benchmark({ settings: { interruption: 'fuel' }, setup: () => ({ run: () => 1 }) })];
  t.like((await asked({ benchmarks }, [{ kind: 'list' }]))[0], {
    kind: 'listed',
    benchmarks: [{ id: 'fake/group/function', settings: { interruption: 'fuel' } }],
  });
});
