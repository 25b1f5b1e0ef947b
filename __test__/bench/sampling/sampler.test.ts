// Tests of the sampler.
import { spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import test from 'ava';

import { BenchError } from '../../../src/bench/errors.js';
import type { SamplingPlan } from '../../../src/bench/sampling/plan.js';
import { takeSample } from '../../../src/bench/sampling/sampler.js';
import { fakeMachine } from '../fake.js';

function plan(...iterations: number[]): SamplingPlan {
  return { mode: 'linear', iterations, expectedNs: 0 };
}

test('exactly the planned batches run, in order, and their times are kept', async (t) => {
  const code = fakeMachine().routine(7);
  const sample = await takeSample(code, plan(3, 6, 9, 12));
  t.deepEqual(code.runs, [3, 6, 9, 12]);
  t.deepEqual(sample, { mode: 'linear', iterations: [3, 6, 9, 12], timesNs: [21, 42, 63, 84] });
});

test('a sample has as many batches as planned, from one to hundreds', async (t) => {
  for (const count of [1, 2, 200]) {
    const code = fakeMachine().routine(1);
    const sample = await takeSample(code, plan(...Array<number>(count).fill(1)));
    t.is(sample.timesNs.length, count);
    t.is(code.runs.length, count);
  }
});

test('batches may be asynchronous and return bigints', async (t) => {
  const run = async (iterations: number) => {
    await setTimeout(1);
    return BigInt(iterations);
  };
  t.deepEqual((await takeSample({ run }, plan(1, 2, 3))).timesNs, [1, 2, 3]);
});

for (const [kind, fail] of [
  [
    'a throw',
    () => {
      throw new RangeError('broken');
    },
  ],
  ['a rejection', () => Promise.reject(new RangeError('broken'))],
] as const) {
  test(`${kind} stops sampling at once and is rethrown unchanged`, async (t) => {
    const runs: number[] = [];
    const run = (iterations: number) => {
      runs.push(iterations);
      return iterations === 2 ? fail() : 1;
    };
    await t.throwsAsync(() => takeSample({ run }, plan(1, 2, 3, 4)), { instanceOf: RangeError, message: 'broken' });
    t.deepEqual(runs, [1, 2]);
  });
}

test('a first batch that fails is not repeated', async (t) => {
  let runs = 0;
  const run = () => {
    runs++;
    throw new Error('broken');
  };
  await t.throwsAsync(() => takeSample({ run }, plan(1, 2)), { message: 'broken' });
  t.is(runs, 1);
});

test('a batch that took no time is rejected', async (t) => {
  const error = await t.throwsAsync(() => takeSample({ run: () => 0 }, plan(5)), { instanceOf: BenchError });
  t.is(error?.code, 'BAD_MEASUREMENT');
  t.regex(error?.message ?? '', /a batch of 5 iterations took 0 ns/);
});

test('an abort stops sampling between batches', async (t) => {
  const controller = new AbortController();
  const code = fakeMachine().routine(1);
  const onBatch = (done: number) => {
    if (done === 2) controller.abort();
  };
  const { signal } = controller;
  const error = await t.throwsAsync(() => takeSample(code, plan(1, 1, 1, 1, 1), { onBatch, signal }), {
    instanceOf: BenchError,
  });
  t.is(error?.code, 'INTERRUPTED');
  t.is(code.runs.length, 3);
});

test('progress is reported only between batches', async (t) => {
  const events: string[] = [];
  const run = async () => {
    events.push('begin');
    await setTimeout(1);
    events.push('end');
    return 1;
  };
  await takeSample({ run }, plan(1, 1), { onBatch: (done) => void events.push(`${done} done`) });
  t.deepEqual(events, ['0 done', 'begin', 'end', '1 done', 'begin', 'end']);
});

test('if code generation is forbidden, the error says how to allow it', (t) => {
  const sampler = fileURLToPath(new URL('../../../src/bench/sampling/sampler.js', import.meta.url));
  const script = `import(${JSON.stringify(sampler)})
    .then(({ takeSample }) => takeSample({ run: () => 1 }, { mode: 'flat', iterations: [1, 1], expectedNs: 0 }))
    .catch((error) => console.log(error.code, error.message));`;
  const { stdout } = spawnSync(process.execPath, ['--disallow-code-generation-from-strings', '-e', script], {
    encoding: 'utf8',
  });
  t.regex(stdout, /^NO_CODE_GENERATION .*start node without --disallow-code-generation-from-strings/);
});
