// Tests of routines and their hooks.
import { setTimeout } from 'node:timers/promises';

import test from 'ava';

import { async, custom, sync } from '../../../src/bench/suite/routine.js';
import { BenchError } from '../../../src/bench/errors.js';

test('a synchronous routine calls its function once per iteration', async (t) => {
  let calls = 0;
  const elapsed = await sync(() => ++calls).run(1000);
  t.is(calls, 1000);
  t.true(elapsed > 0n);
});

test('preparation and clean-up happen once per iteration, in chunks, and see input and output', async (t) => {
  const events: string[] = [];
  let made = 0;
  const routine = sync((input: number) => input * 10, {
    setup: () => ++made,
    teardown: (input, output) => void events.push(`${input}→${output}`),
    chunk: 2,
  });
  await routine.run(3);
  t.deepEqual(events, ['1→10', '2→20', '3→30']);
});

test('preparation and clean-up are not timed', async (t) => {
  const spin = (ms: number) => {
    for (const end = performance.now() + ms; performance.now() < end;);
  };
  const routine = sync(() => undefined, { setup: () => spin(5), teardown: () => spin(5) });
  t.true((await routine.run(4)) < 5_000_000n);
});

test('an asynchronous routine awaits each call before the next', async (t) => {
  let alive = 0;
  let most = 0;
  const routine = async(async () => {
    most = Math.max(most, ++alive);
    await setTimeout(1);
    alive--;
  });
  t.true((await routine.run(5)) >= 4_000_000n);
  t.is(most, 1);
});

test('an asynchronous routine prepares and cleans up too', async (t) => {
  const outputs: number[] = [];
  const routine = async(async (input: number) => input + 1, {
    setup: () => 1,
    teardown: (_, output) => void outputs.push(output),
  });
  await routine.run(3);
  t.deepEqual(outputs, [2, 2, 2]);
});

test('an error of the measured function reaches the caller', async (t) => {
  const fail = () => {
    throw new RangeError('broken');
  };
  t.throws(() => sync(fail).run(1), { instanceOf: RangeError });
  await t.throwsAsync(async () => async(fail).run(1), { instanceOf: RangeError });
});

test('a routine keeps its metrics and disposal', (t) => {
  const metrics = () => ({ codeBytes: 7 });
  const dispose = () => undefined;
  for (const routine of [
    sync(() => 1, { metrics, dispose }),
    async(() => 1, { metrics, dispose }),
    custom(() => 1, { metrics, dispose }),
  ]) {
    t.is(routine.metrics, metrics);
    t.is(routine.dispose, dispose);
  }
});

test('preparation per batch creates one input for all iterations, and cleans up once', async (t) => {
  const events: unknown[] = [];
  const routine = sync((list: number[]) => list.push(list.length), {
    per: 'batch',
    setup: async () => [] as number[],
    teardown: (list) => void events.push([...list]),
  });
  await routine.run(3);
  await routine.run(2);
  t.deepEqual(events, [
    [0, 1, 2],
    [0, 1],
  ]);
});

test('a failing routine is cleaned up, and its own error is thrown', async (t) => {
  let cleaned = 0;
  const fail = () => {
    throw new RangeError('broken');
  };
  const teardown = () => {
    cleaned++;
    throw new Error('cannot clean up either');
  };
  const routine = sync(fail, { per: 'batch', setup: () => 1, teardown });
  await t.throwsAsync(async () => routine.run(1), { instanceOf: RangeError });
  t.is(cleaned, 1);
});

test('every prepared input is cleaned up after an error, with the existing outputs', async (t) => {
  const cleaned: [number, unknown][] = [];
  let made = 0;
  let calls = 0;
  const routine = sync(
    (input: number) => {
      if (++calls === 5) throw new RangeError('broken');
      return { of: input };
    },
    {
      chunk: 3,
      setup: () => ++made,
      teardown(input, output) {
        cleaned.push([input, output]);
        if (input === 4) throw new Error('cannot clean up either');
      },
    },
  );
  await t.throwsAsync(async () => routine.run(9), { instanceOf: RangeError });
  t.is(made, 6);
  t.deepEqual(cleaned, [
    [1, { of: 1 }],
    [2, { of: 2 }],
    [3, { of: 3 }],
    [4, { of: 4 }],
    [5, undefined],
    [6, undefined],
  ]);
});

test('earlier inputs are cleaned up when a preparation or a clean-up fails', async (t) => {
  for (const failing of ['setup', 'teardown'] as const) {
    const cleaned: number[] = [];
    let made = 0;
    const fail = (at: number, where: string) => {
      if (where === failing && at === 2) throw new RangeError('broken');
    };
    const routine = async(async (input: number) => input, {
      setup: () => (fail(made + 1, 'setup'), ++made),
      teardown(input: number) {
        cleaned.push(input);
        fail(input, 'teardown');
      },
    });
    await t.throwsAsync(async () => routine.run(3), { instanceOf: RangeError });
    t.deepEqual(
      cleaned,
      Array.from({ length: made }, (_, i) => i + 1),
    );
  }
});

test('an input may be created asynchronously', async (t) => {
  const seen: number[] = [];
  const routine = sync((input: number) => seen.push(input), { setup: async () => 7 });
  await routine.run(2);
  t.deepEqual(seen, [7, 7]);
});

for (const [how, options] of [
  ['alone', {}],
  ['with its own input', { setup: () => 1 }],
  ['with clean-up', { setup: () => 1, teardown: () => undefined }],
  ['with an input per batch', { setup: () => 1, per: 'batch' as const }],
] as const) {
  test(`a promise from a synchronous function is rejected, ${how}`, async (t) => {
    const routine = sync(async () => Promise.reject(new Error('never awaited')), options);
    const error = await t.throwsAsync(async () => routine.run(1), {
      instanceOf: BenchError,
      message: /use async/,
    });
    t.is(error.code, 'BAD_DEFINITION');
  });
}

const BAD_CALLS: [what: string, call: () => unknown, message: string][] = [
  [
    'a result',
    () => sync(5 as never),
    'sync got 5: pass the function to measure, not its result, as in sync(() => work())',
  ],
  [
    'nothing',
    () => async(undefined as never),
    'async got undefined: pass the function to measure, not its result, as in async(() => work())',
  ],
  [
    'no loop',
    () => custom({} as never),
    'custom got {}: pass the function to measure, not its result, as in custom(() => work())',
  ],
  [
    'a slip',
    () => sync(() => 1, { tearDown: () => 1 } as never),
    "options of sync: there is no field 'tearDown': did you mean 'teardown'?",
  ],
  [
    'an unknown option',
    () => custom(() => 1, { setup: () => 1 } as never),
    "options of custom: there is no field 'setup': choose from metrics, latency, profile, dispose",
  ],
  [
    'another frequency',
    () => async(() => 1, { per: 'run' } as never),
    "the option per of async is 'run': give 'iteration' or 'batch'",
  ],
  [
    'half a chunk',
    () => sync(() => 1, { chunk: 0.5 }),
    'the option chunk of sync is 0.5: give a whole number of at least 1',
  ],
  ['a value for a hook', () => sync(() => 1, { setup: 3 as never }), 'the option setup of sync is 3: give a function'],
];

for (const [what, call, message] of BAD_CALLS) {
  test(`a routine constructor rejects ${what}`, (t) => {
    const error = t.throws(call, { instanceOf: BenchError, message });
    t.is(error.code, 'BAD_DEFINITION');
  });
}
