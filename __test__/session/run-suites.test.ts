// Tests of runs from code.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import test from 'ava';

import { BaselineError } from '../../src/baseline/errors.js';
import { BenchError } from '../../src/bench/errors.js';
import { defineSuite, type SuiteOptions } from '../../src/bench/suite/define.js';
import { sync } from '../../src/bench/suite/routine.js';
import { runSuites } from '../../src/session/run-suites.js';

const quick = { sampleSize: 5, measurementTimeS: 0.005, warmUpTimeS: 0.002, nresamples: 100 };

const setup = () => sync(() => Math.random());

const suite: SuiteOptions = {
  category: 'parse',
  benchmarks: [
    { function: 'small', setup },
    { function: 'large', setup },
    {
      function: 'broken',
      setup: () =>
        sync(() => {
          throw new Error('no such text');
        }),
    },
  ],
};

test('a program runs suites from their options, and gets a report', async (t) => {
  const seen: string[] = [];
  const report = await runSuites([suite], { ...quick, observer: { onStart: ({ id }) => void seen.push(id) } });
  t.deepEqual(
    report.results.map(({ id, sample, comparison }) => [id, sample.timesNs.length, comparison]),
    [
      ['parse/small', 5, undefined],
      ['parse/large', 5, undefined],
    ],
  );
  t.deepEqual(
    report.failures.map(({ id, error }) => [id, (error as Error).message]),
    [['parse/broken', 'no such text']],
  );
  t.deepEqual(seen, ['parse/small', 'parse/large', 'parse/broken']);
  t.is(report.options.nresamples, 100);
});

test('filters select, also from suites that do not run by default', async (t) => {
  const rare = defineSuite({ category: 'rare', isDefault: false, benchmarks: [{ function: 'f', setup }] });
  const ids = async (options: object) =>
    (await runSuites([suite, rare], { ...quick, failFast: true, ...options })).results.map(({ id }) => id);
  t.deepEqual(await ids({ filters: ['small', 'rare'] }), ['parse/small', 'rare/f']);
  t.deepEqual(await ids({ filters: ['parse/large'], exact: true }), ['parse/large']);
  t.deepEqual(await ids({ all: true, filters: [] }), ['parse/small', 'parse/large']);
});

test('the next run is compared with saved results', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-run-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const run = async (keep: object) => {
    const { results } = await runSuites([suite], { ...quick, filters: ['small'], keep: { directory, ...keep } });
    return results[0]?.comparison !== undefined;
  };
  t.deepEqual(
    [await run({}), await run({}), await run({ saveBaseline: 'main' }), await run({ baseline: 'main' })],
    [false, true, false, true],
  );
  t.deepEqual((await readdir(path.join(directory, 'parse/small'))).sort(), ['base', 'change', 'main', 'new']);
  await t.throwsAsync(run({ baseline: 'nowhere' }), { instanceOf: BaselineError, code: 'NO_BASELINE' });
  await t.throwsAsync(run({ baseline: '../..' }), { instanceOf: BaselineError, code: 'BAD_NAME' });
});

test('a signal stops the run, and the report contains the finished benchmarks', async (t) => {
  const controller = new AbortController();
  const { results } = await runSuites([suite], {
    ...quick,
    signal: controller.signal,
    observer: { onCompared: () => controller.abort() },
  });
  t.deepEqual(
    results.map(({ id }) => id),
    ['parse/small'],
  );
});

test('an invalid suite is rejected before anything runs', async (t) => {
  const rejected = (options: object, code: string, suites: SuiteOptions[] = [suite]) =>
    t.throwsAsync(runSuites(suites, options), { instanceOf: BenchError, code });
  await rejected({ sampleSize: 1 }, 'BAD_OPTION');
  await rejected({ samplesize: 10 }, 'BAD_OPTION');
  await rejected({ filters: ['nowhere'] }, 'NO_MATCH');
  await rejected({}, 'BAD_DEFINITION', [suite, suite]);
});

const REJECTED: [what: string, args: unknown[], code: string, message: string][] = [
  ['no suites', [], 'BAD_DEFINITION', 'runSuites got undefined: give a list of suites, as in runSuites([suite])'],
  [
    'one suite',
    [{ category: 'c' }],
    'BAD_DEFINITION',
    "runSuites got { category: 'c' }: give a list of suites, as in runSuites([suite])",
  ],
  [
    'an unknown option',
    [[suite], { measurementTimeS: 0.02, measurementTime: 0.5 }],
    'BAD_OPTION',
    'measurementTime is 0.5: there is no such option, did you mean measurementTimeS?',
  ],
  [
    'a text for a number',
    [[suite], { sampleSize: '10' }],
    'BAD_OPTION',
    "sampleSize is '10': give a whole number from 2 to 100,000",
  ],
  [
    'one filter',
    [[suite], { filters: 's/a' }],
    'BAD_OPTION',
    "filters is 's/a': give a list of strings, such as ['parse']",
  ],
  [
    'keep: true',
    [[suite], { keep: true }],
    'BAD_OPTION',
    'keep is true: give an object, such as {} for the defaults of the command line',
  ],
  [
    'an unknown field of keep',
    [[suite], { keep: { saveBaselin: 'x' } }],
    'BAD_OPTION',
    "keep.saveBaselin is 'x': there is no such option, did you mean keep.saveBaseline?",
  ],
  ['a number for a name', [[suite], { keep: { baseline: 1 } }], 'BAD_OPTION', 'keep.baseline is 1: give a string'],
  [
    'options that are none',
    [[suite], null],
    'BAD_OPTION',
    'the second argument of runSuites is null: give an object of options',
  ],
];

for (const [what, args, code, message] of REJECTED) {
  test(`${what} is rejected with its fix`, async (t) => {
    await t.throwsAsync((runSuites as (...all: unknown[]) => Promise<unknown>)(...args), {
      instanceOf: BenchError,
      code,
      message,
    });
  });
}
