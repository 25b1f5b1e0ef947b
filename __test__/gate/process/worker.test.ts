// Tests of the worker: its responses to the requests of the gate.
import { EventEmitter } from 'node:events';

import test from 'ava';

import type { Environment } from '../../../src/bench/machine/environment.js';
import type { WorkerResponse } from '../../../src/gate/process/message.js';
import { serve, type WorkerOptions } from '../../../src/gate/process/worker.js';
import { benchmark, fakeMachine } from '../../bench/fake.js';

/** The responses to `requests`, sent one after another before the gate disconnects. */
async function responsesTo(options: Partial<WorkerOptions>, requests: readonly unknown[]): Promise<WorkerResponse[]> {
  const responses: WorkerResponse[] = [];
  const channel = Object.assign(new EventEmitter(), {
    send: (response: WorkerResponse) => void responses.push(response),
  });
  const machine = fakeMachine();
  const environment = async () => ({ node: '1' }) as unknown as Environment;
  const served = serve(channel, { benchmarks: [], clock: machine.clock, environment, ...options });
  for (const request of requests) {
    const expected = responses.length + 1;
    channel.emit('message', request);
    while (responses.length < expected) await new Promise((resolve) => setImmediate(resolve));
  }
  channel.emit('disconnect');
  await served;
  return responses;
}

const prepare = { kind: 'prepare', id: 'fake/group/function', warmUpNs: 1000 };

test('a benchmark is prepared, run, finished, and disposed once', async (t) => {
  const machine = fakeMachine();
  let disposed = 0;
  const routine = Object.assign(machine.routine(100), {
    metrics: () => ({ codeBytes: 7 }),
    dispose: () => void disposed++,
  });
  const benchmarks = [benchmark({ setup: () => routine })];
  const responses = await responsesTo({ benchmarks, clock: machine.clock }, [
    prepare,
    { kind: 'run', iterations: 50 },
    { kind: 'finish' },
  ]);
  t.deepEqual(responses, [
    { kind: 'prepared', meanNs: 100 },
    { kind: 'ran', elapsedNs: 5_000 },
    { kind: 'finished', metrics: { codeBytes: 7 } },
  ]);
  t.is(disposed, 1);
});

test('run delay is subtracted in proportion to the timed part of the batch', async (t) => {
  const machine = fakeMachine();
  // Half of the batch's wall time is preparation, which its result excludes.
  const benchmarks = [benchmark({ setup: () => machine.routine(100, 100) })];
  let delayNs = 0;
  // Each reading adds a delay of a tenth of a batch's 10,000 ns.
  const runDelay = () => (delayNs += 1_000) - 1_000;
  const responses = await responsesTo({ benchmarks, clock: machine.clock, runDelay }, [
    prepare,
    { kind: 'run', iterations: 50 },
  ]);
  t.deepEqual(responses[1], { kind: 'ran', elapsedNs: 4_500 });
});

test('a routine that throws fails the request and is disposed', async (t) => {
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
  const responses = await responsesTo({ benchmarks, clock }, [
    prepare,
    { kind: 'run', iterations: 50 },
    { kind: 'finish' },
  ]);
  t.like(responses[0], { kind: 'prepared' });
  t.deepEqual(responses.slice(1), [
    { kind: 'failed', message: 'the guest is gone' },
    { kind: 'failed', message: 'no benchmark is prepared' },
  ]);
  t.is(disposed, 1);
});

test('invalid metrics, and thrown values without a text, fail the request with a message', async (t) => {
  const machine = fakeMachine();
  const routine = Object.assign(machine.routine(100), { metrics: () => ({ codeBytes: NaN }) });
  const textless = () => {
    throw Object.create(null);
  };
  const benchmarks = [benchmark({ setup: () => routine }), benchmark({ function: 'other', setup: textless })];
  const responses = await responsesTo({ benchmarks, clock: machine.clock }, [
    prepare,
    { kind: 'finish' },
    { ...prepare, id: 'fake/group/other' },
  ]);
  t.like(responses[1], { kind: 'failed' });
  t.regex((responses[1] as { message: string }).message, /metrics returned NaN for .*codeBytes/);
  t.like(responses[2], { kind: 'failed', message: '[Object: null prototype] {}' });
});

test('a routine that never settles fails once the event loop is empty, and the next request is answered', async (t) => {
  const machine = fakeMachine();
  const responses: WorkerResponse[] = [];
  const log: string[] = [];
  const channel = Object.assign(new EventEmitter(), {
    send: (response: WorkerResponse) => void responses.push(response),
    channel: { ref: () => void log.push('ref'), unref: () => void log.push('unref') },
  });
  const benchmarks = [benchmark({ setup: () => ({ run: () => new Promise<number>(() => undefined) }) })];
  const environment = async () => ({ node: '1' }) as unknown as Environment;
  const served = serve(channel, { benchmarks, clock: machine.clock, environment });
  channel.emit('message', prepare);
  while (log.length < 1) await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual([log, responses], [['unref'], []]);
  channel.emit('beforeExit');
  while (responses.length < 1) await new Promise((resolve) => setImmediate(resolve));
  channel.emit('message', { kind: 'list' });
  while (responses.length < 2) await new Promise((resolve) => setImmediate(resolve));
  channel.emit('disconnect');
  await served;
  const message =
    'never finished: it waits, and nothing is pending that could wake it: settle every promise, and do not replace timers';
  t.deepEqual(responses[0], { kind: 'failed', message });
  t.like(responses[1], { kind: 'listed' });
  t.deepEqual(log, ['unref', 'ref', 'unref', 'ref']);
  t.is(channel.listenerCount('beforeExit'), 0);
});

test('an unknown benchmark and an unknown request fail', async (t) => {
  t.deepEqual(await responsesTo({}, [prepare, { kind: 'dance' }]), [
    { kind: 'failed', message: "there is no benchmark 'fake/group/function'" },
    { kind: 'failed', message: 'this version does not know the request' },
  ]);
});

test('all benchmarks are listed with their settings', async (t) => {
  const benchmarks = [benchmark({ settings: { interruption: 'fuel' }, setup: () => ({ run: () => 1 }) })];
  t.like((await responsesTo({ benchmarks }, [{ kind: 'list' }]))[0], {
    kind: 'listed',
    benchmarks: [{ id: 'fake/group/function', settings: { interruption: 'fuel' } }],
  });
});
