import * as fs from 'node:fs/promises';
import path from 'node:path';

import test from 'ava';

import { BaselineError } from '../../src/baseline/errors.js';
import { fromThroughput } from '../../src/baseline/files/schema.js';
import type { Store } from '../../src/baseline/store.js';
import { listStored, loadStored } from '../../src/baseline/stored-benchmarks.js';
import { BENCHMARKS, CRITERION_HOME, golden, type GoldenSample } from '../stats/golden.js';
import { CONTEXT, ENVIRONMENT, measured, saveAll, temporaryStore } from './fake.js';

const GOLDEN: Store = { root: CRITERION_HOME, fileSystem: fs };
const LONG = `g/${'x'.repeat(300)}`;
const IDS = ['a b/c d', 'a/b/c', 'été/µ/火', LONG];

async function change(store: Store, file: string, edit: (text: string) => string): Promise<void> {
  const target = path.join(store.root, file);
  await fs.writeFile(target, edit(await fs.readFile(target, 'utf8')));
}

test('what real Criterion wrote is listed by ids, with its throughput and without circumstances', async (t) => {
  const { benchmarks, damaged } = await listStored(GOLDEN, 'a');
  t.deepEqual(damaged, []);
  t.deepEqual(
    benchmarks.map(({ id, directory, name }) => ({ id, directory, name })),
    BENCHMARKS.map(({ id, directory }) => ({ id, directory, name: 'a' })),
  );
  const fill = benchmarks.find(({ id }) => id === 'memory/fill/fill_memory');
  t.like(fill, { group: 'memory/fill', function: 'fill_memory', throughput: { bytes: 40_000 } });
  t.is(fill?.circumstances, undefined);
  t.deepEqual(fill?.sample.timesNs, golden<GoldenSample>('memory_fill/fill_memory/a/sample.json').times);
  const { lowSevere, lowMild, highMild, highSevere } = fill?.fences ?? {};
  t.deepEqual([lowSevere, lowMild, highMild, highSevere], golden('memory_fill/fill_memory/a/tukey.json'));
});

test('without a name all baselines are listed, and new is none of them', async (t) => {
  t.is((await listStored(GOLDEN)).benchmarks.length, 2 * BENCHMARKS.length);
  const store = await temporaryStore(t);
  await saveAll(store, [measured('a/b', 100)], ['main']);
  t.deepEqual(
    (await listStored(store)).benchmarks.map(({ name }) => name),
    ['main'],
  );
  t.is((await listStored(store, 'new')).benchmarks.length, 1);
});

test('what a run saved is listed whole: names of any kind, settings, options, machine, metrics and latency', async (t) => {
  const store = await temporaryStore(t);
  const latency = { count: 3, p50Ns: 1, p95Ns: 2, p99Ns: 3, p999Ns: 4, maxNs: 5 };
  const results = IDS.map((id) => ({
    ...measured(id, 100, { settings: { interruption: 'fuel' }, side: 'engine', throughput: { elements: 3 } }),
    latency,
  }));
  await saveAll(store, results, ['Ünï code']);
  const { benchmarks } = await listStored(store, 'Ünï code');
  t.deepEqual(
    benchmarks.map(({ id }) => id),
    [...IDS].sort(),
  );
  for (const benchmark of benchmarks) {
    t.deepEqual(benchmark.circumstances, {
      metrics: { fuelPerIteration: 7 },
      latency,
      side: 'engine',
      settings: { interruption: 'fuel' },
      options: CONTEXT.options,
      environment: ENVIRONMENT,
    });
    t.deepEqual(benchmark.throughput, { elements: 3 });
  }
});

test('Criterion’s forms of throughput become ours where there is a counterpart', (t) => {
  const forms: [Record<string, unknown> | null, unknown][] = [
    [null, undefined],
    [{ Bytes: 10 }, { bytes: 10 }],
    [{ BytesDecimal: 10 }, { bytes: 10 }],
    [{ Elements: 10 }, { elements: 10 }],
    [{ ElementsAndBytes: { elements: 3, bytes: 12 } }, { elements: 3 }],
    [{ Bits: 16 }, { bytes: 2 }],
    [{ Bits: 3 }, undefined],
    [{ Furlongs: 10 }, undefined],
    [{ Bytes: -1 }, undefined],
    [{ Bytes: 'many' }, undefined],
    [{ ElementsAndBytes: null }, undefined],
  ];
  for (const [form, ours] of forms) t.deepEqual(fromThroughput(form), ours as never, JSON.stringify(form));
});

test('metrics.json of the first releases, which had no version, is read', async (t) => {
  const store = await temporaryStore(t);
  await saveAll(store, [measured('a/b', 100)], ['main']);
  await change(store, 'a/b/main/metrics.json', (text) => text.replace('"version":1,', ''));
  t.is((await loadStored(store, 'main'))[0]?.circumstances?.environment.node, ENVIRONMENT.node);
});

const DAMAGES: [why: string, file: string, edit: (text: string) => string, message: RegExp][] = [
  [
    'a newer form',
    'metrics.json',
    (text) => text.replace('"version":1', '"version":2'),
    /'version': must be 1; a newer release/,
  ],
  ['an empty file', 'sample.json', () => '', /sample\.json is empty: delete .*, or save the baseline again/],
  ['blanks alone', 'sample.json', () => ' \n', /sample\.json is empty/],
  [
    'another program’s file',
    'sample.json',
    () => '{"name":"left-pad","version":"1.0.0"}',
    /sample\.json has another form: 'sampling_mode'/,
  ],
  [
    'null for a time',
    'sample.json',
    (text) => text.replace(/"times":\[[^,]+/, '"times":[null'),
    /'times\.0': expected number/,
  ],
  ['a negative time', 'sample.json', (text) => text.replace(/"times":\[/, '"times":[-'), /'times\.0'/],
  [
    'a time beyond all numbers',
    'sample.json',
    (text) => text.replace(/"times":\[[^,]+/, '"times":[1e999'),
    /'times\.0'/,
  ],
  ['an impossible time', 'sample.json', (text) => text.replace(/"times":\[[^,]+/, '"times":[1e300'), /'times\.0'/],
  ['half an iteration', 'sample.json', (text) => text.replace(/"iters":\[\d+/, '"iters":[0.5'), /'iters\.0'/],
  ['a single sample', 'sample.json', () => '{"sampling_mode":"Flat","iters":[1],"times":[1]}', /'iters'/],
  [
    'another run’s sample',
    'sample.json',
    (text) => text.replace(/"times":\[/, '"times":[9'),
    /estimates\.json is of another run than sample\.json: 'mean\.point_estimate' is/,
  ],
  [
    'bounds the wrong way round',
    'estimates.json',
    (text) => text.replace(/"lower_bound":/, '"lower_bound":9'),
    /'mean\.confidence_interval\.upper_bound': must not lie below/,
  ],
  ['certainty', 'estimates.json', (text) => text.replace('0.95', '1'), /'mean\.confidence_interval\.confidence_level'/],
  ['no id', 'benchmark.json', (text) => text.replace('"full_id":"a/2"', '"full_id":""'), /'full_id'/],
  ['fences that are none', 'tukey.json', () => '[1,2,3]', /tukey\.json has another form/],
];

for (const [why, file, edit, message] of DAMAGES) {
  test(`${why} in ${file} is an error for a comparison, and hides no other benchmark from a listing`, async (t) => {
    const store = await temporaryStore(t);
    await saveAll(store, [measured('a/1', 100), measured('a/2', 100), measured('a/3', 100)], ['main']);
    await change(store, `a/2/main/${file}`, edit);
    const { benchmarks, damaged } = await listStored(store, 'main');
    t.deepEqual(
      benchmarks.map(({ id }) => id),
      ['a/1', 'a/3'],
    );
    t.is(damaged.length, 1);
    t.like(damaged[0], { directory: 'a/2', name: 'main', error: { code: 'BAD_FILE' } });
    const error = await t.throwsAsync(() => loadStored(store, 'main'), { instanceOf: BaselineError, message });
    t.is(error?.code, 'BAD_FILE');
    t.true(error?.message.startsWith(path.join(store.root, 'a/2/main')), error?.message);
  });
}

test('a directory where a file should be is an error', async (t) => {
  const store = await temporaryStore(t);
  await saveAll(store, [measured('a/b', 100)], ['main']);
  await fs.rm(path.join(store.root, 'a/b/main/sample.json'));
  await fs.mkdir(path.join(store.root, 'a/b/main/sample.json'));
  await t.throwsAsync(() => loadStored(store, 'main'), { message: /sample\.json is a directory: delete it/ });
});

test('a file beyond all sizes is refused before it is read', async (t) => {
  const store = await temporaryStore(t);
  await saveAll(store, [measured('a/b', 100)], ['main']);
  await fs.truncate(path.join(store.root, 'a/b/main/sample.json'), 2 ** 40);
  await t.throwsAsync(() => loadStored(store, 'main'), {
    message: /sample\.json has 1099511627776 bytes, where \d+ are the most/,
  });
});

test('one id in two places is an error for both, since nobody can say which is meant', async (t) => {
  const store = await temporaryStore(t);
  await saveAll(store, [measured('a/b', 100), measured('a/c', 100)], ['main']);
  await fs.cp(path.join(store.root, 'a/b'), path.join(store.root, 'a/b_2'), { recursive: true });
  const { benchmarks, damaged } = await listStored(store, 'main');
  t.deepEqual(
    benchmarks.map(({ id }) => id),
    ['a/c'],
  );
  t.deepEqual(
    damaged.map(({ directory }) => directory),
    ['a/b', 'a/b_2'],
  );
  await t.throwsAsync(() => loadStored(store, 'main'), {
    message: /is of 'a\/b', as is that in a\/b_2: delete what is out of date \(and 1 more damaged\)/,
  });
});

test('a baseline that no benchmark has is missed with the names that there are', async (t) => {
  const error = await t.throwsAsync(() => loadStored(GOLDEN, 'c'), { instanceOf: BaselineError });
  t.is(error?.code, 'NO_BASELINE');
  t.regex(error?.message ?? '', /^baseline 'c' does not exist in .*: choose from a, b, or save it first$/);
  const empty = await temporaryStore(t);
  await t.throwsAsync(() => loadStored(empty, 'c'), { message: /none exists; save one first/ });
});
