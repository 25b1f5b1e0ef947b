import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import test from 'ava';

import { BaselineError } from '../../src/baseline/errors.js';
import { BenchError, defineSuite, type SuiteOptions, sync } from '../../src/bench/index.js';
import { runSuites } from '../../src/session/suites.js';

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

test('a program runs suites as they are written, and gets a report', async (t) => {
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

test('filters choose, and find what is not run by default', async (t) => {
  const rare = defineSuite({ category: 'rare', isDefault: false, benchmarks: [{ function: 'f', setup }] });
  const ids = async (options: object) =>
    (await runSuites([suite, rare], { ...quick, failFast: true, ...options })).results.map(({ id }) => id);
  t.deepEqual(await ids({ filters: ['small', 'rare'] }), ['parse/small', 'rare/f']);
  t.deepEqual(await ids({ filters: ['parse/large'], exact: true }), ['parse/large']);
  t.deepEqual(await ids({ all: true, filters: [] }), ['parse/small', 'parse/large']);
});

test('what is kept is compared with by the next run', async (t) => {
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

test('a signal ends the run, and the report holds what was finished', async (t) => {
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

test('a mistake is refused before anything runs', async (t) => {
  const refused = (options: object, code: string, suites: SuiteOptions[] = [suite]) =>
    t.throwsAsync(runSuites(suites, options), { instanceOf: BenchError, code });
  await refused({ sampleSize: 1 }, 'BAD_OPTION');
  await refused({ samplesize: 10 }, 'BAD_OPTION');
  await refused({ filters: ['nowhere'] }, 'NO_MATCH');
  await refused({}, 'BAD_DEFINITION', [suite, suite]);
});
