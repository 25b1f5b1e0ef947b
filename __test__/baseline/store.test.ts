import * as fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { BaselineError } from '../../src/baseline/errors.js';
import { compare } from '../../src/baseline/compare.js';
import {
  baselineNames,
  type Context,
  loadBaseline,
  saveChange,
  saveResult,
  type Store,
} from '../../src/baseline/store.js';
import { missingBaseline } from '../../src/baseline/stored-benchmarks.js';
import { analyze } from '../../src/bench/analyze.js';
import { describeEnvironment } from '../../src/bench/machine/environment.js';
import type { Result } from '../../src/bench/run.js';
import { benchmark, quickOptions } from '../bench/fake.js';
import { BENCHMARKS, CRITERION_HOME, golden, type GoldenSample } from '../stats/golden.js';

const GOLDEN: Store = { root: CRITERION_HOME, fileSystem: fs };
const PLACE = { directory: 'memory_fill/fill_memory', title: 'memory/fill/fill_memory' };
const { iters, times } = golden<GoldenSample>('memory_fill/fill_memory/b/sample.json');
const sample = { mode: 'linear', iterations: iters, timesNs: times } as const;
const options = quickOptions();
const definition = benchmark({
  group: 'memory/fill',
  function: 'fill_memory',
  throughput: { bytes: 40_000 },
  settings: { interruption: 'fuel' },
  side: 'engine',
  setup: () => ({ run: () => 1 }),
});
const result: Result = {
  id: 'memory/fill/fill_memory',
  benchmark: definition,
  warmUp: { iterations: 1, elapsedNs: 1, meanNs: 1 },
  plan: { mode: 'linear', iterations: iters, expectedNs: 1 },
  sample,
  analysis: analyze(sample, options, 'memory/fill/fill_memory'),
  metrics: { fuelPerIteration: 2n ** 60n, codeBytes: 512 },
};

async function temporaryStore(t: ExecutionContext): Promise<Store> {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'baseline-'));
  t.teardown(() => fs.rm(root, { recursive: true, force: true }));
  return { root, fileSystem: fs };
}

async function context(): Promise<Context> {
  return {
    options,
    environment: await describeEnvironment({ versions: {}, directory: os.tmpdir(), startedAt: new Date(0) }),
  };
}

async function filesOf(store: Store): Promise<string[]> {
  const entries = await fs.readdir(store.root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map((file) => path.relative(store.root, path.join(file.parentPath, file.name)).replaceAll(path.sep, '/'))
    .sort();
}

test('baselines that real Criterion wrote are read', async (t) => {
  for (const { directory } of BENCHMARKS) {
    const baseline = await loadBaseline(GOLDEN, { directory, title: '' }, 'a');
    t.is(
      baseline?.estimates.mean.pointEstimate,
      golden<{ mean: { point_estimate: number } }>(`${directory}/a/estimates.json`).mean.point_estimate,
    );
    t.deepEqual(baseline?.sample.timesNs, golden<GoldenSample>(`${directory}/a/sample.json`).times);
    t.is(baseline?.metrics, undefined);
  }
  t.deepEqual(await baselineNames(GOLDEN), ['a', 'b']);
});

test('what is saved stands in Criterion’s files, with ours beside them, and is read back', async (t) => {
  const store = await temporaryStore(t);
  await saveResult(store, PLACE, result, await context(), ['new', 'base']);
  const names = ['benchmark', 'estimates', 'metrics', 'sample', 'tukey'];
  t.deepEqual(
    await filesOf(store),
    ['base', 'new'].flatMap((name) => names.map((file) => `${PLACE.directory}/${name}/${file}.json`)),
  );
  const loaded = await loadBaseline(store, PLACE, 'base');
  t.deepEqual(loaded?.sample, sample);
  t.deepEqual(loaded?.estimates, result.analysis.estimates);
  t.deepEqual(loaded?.metrics, { fuelPerIteration: 2n ** 60n, codeBytes: 512 });
});

test('benchmark.json, sample.json and tukey.json are those that Criterion wrote for the same samples', async (t) => {
  const store = await temporaryStore(t);
  await saveResult(store, PLACE, result, await context(), ['new']);
  for (const file of ['benchmark.json', 'sample.json', 'tukey.json']) {
    const ours: unknown = JSON.parse(await fs.readFile(path.join(store.root, PLACE.directory, 'new', file), 'utf8'));
    t.deepEqual(ours, golden(`memory_fill/fill_memory/b/${file}`), file);
  }
});

test('metrics.json records settings, options and machine', async (t) => {
  const store = await temporaryStore(t);
  const { environment } = await context();
  await saveResult(store, PLACE, result, { options, environment }, ['new']);
  const file: unknown = JSON.parse(
    await fs.readFile(path.join(store.root, PLACE.directory, 'new/metrics.json'), 'utf8'),
  );
  t.deepEqual(file, {
    version: 1,
    metrics: { fuelPerIteration: (2n ** 60n).toString(), codeBytes: 512 },
    side: 'engine',
    settings: { interruption: 'fuel' },
    options,
    environment,
  });
});

test('metrics.json keeps the latency of single calls', async (t) => {
  const store = await temporaryStore(t);
  const latency = { count: 3, p50Ns: 1, p95Ns: 2, p99Ns: 3, p999Ns: 4, maxNs: 5 };
  await saveResult(store, PLACE, { ...result, latency }, await context(), ['new']);
  const text = await fs.readFile(path.join(store.root, PLACE.directory, 'new/metrics.json'), 'utf8');
  t.deepEqual((JSON.parse(text) as { latency?: unknown }).latency, latency);
  t.deepEqual((await loadBaseline(store, PLACE, 'new'))?.metrics, result.metrics);
});

test('benchmark.json is in place before the other files, each file under its final name only when whole', async (t) => {
  const real = await temporaryStore(t);
  const renamed: string[] = [];
  const rename: typeof fs.rename = async (from, to) => {
    JSON.parse(await fs.readFile(from, 'utf8'));
    renamed.push(path.basename(String(to)));
    return fs.rename(from, to);
  };
  await saveResult({ ...real, fileSystem: { ...fs, rename } }, PLACE, result, await context(), ['new']);
  t.deepEqual(renamed.slice(0, 2), ['.pending.json', 'benchmark.json']);
  t.is(renamed.at(-1), 'estimates.json');
});

test('a full disk is an error with a fix, and leaves the old files as they were', async (t) => {
  const store = await temporaryStore(t);
  await saveResult(store, PLACE, result, await context(), ['base']);
  const before = await filesOf(store);
  let writes = 0;
  const writeFile: typeof fs.writeFile = (...args) =>
    ++writes > 3
      ? Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))
      : fs.writeFile(...args);
  const full = { ...store, fileSystem: { ...fs, writeFile } };
  const error = await t.throwsAsync(async () => saveResult(full, PLACE, result, await context(), ['base']), {
    instanceOf: BaselineError,
  });
  t.is(error?.code, 'NOT_WRITTEN');
  t.regex(error?.message ?? '', /ENOSPC.*: make room/);
  t.deepEqual(await filesOf(store), before);
  t.truthy(await loadBaseline(store, PLACE, 'base'));
});

test('NaN is refused by file and field, and nothing is written', async (t) => {
  const store = await temporaryStore(t);
  const estimates = {
    ...result.analysis.estimates,
    median: { ...result.analysis.estimates.median, standardError: NaN },
  };
  const broken = { ...result, analysis: { ...result.analysis, estimates } };
  const error = await t.throwsAsync(async () => saveResult(store, PLACE, broken, await context(), ['new']), {
    instanceOf: BaselineError,
  });
  t.is(error?.code, 'BAD_NUMBER');
  t.regex(error?.message ?? '', /estimates\.json was not written, because 'median\.standard_error'/);
  t.deepEqual(await filesOf(store), []);
});

test('a comparison is kept as fractions, and an outdated one removed', async (t) => {
  const store = await temporaryStore(t);
  const baseline = await loadBaseline(GOLDEN, PLACE, 'a');
  t.truthy(baseline);
  if (baseline === undefined) return;
  const comparison = compare(sample, baseline, options, 'id');
  await saveChange(store, PLACE, comparison);
  const change = JSON.parse(
    await fs.readFile(path.join(store.root, PLACE.directory, 'change/estimates.json'), 'utf8'),
  ) as Record<string, { point_estimate: number }>;
  t.is(change['mean']?.point_estimate, comparison.change.mean.pointEstimate);
  await saveChange(store, PLACE, undefined);
  t.deepEqual(await filesOf(store), []);
});

test('a benchmark without the baseline has none', async (t) => {
  t.is(await loadBaseline(GOLDEN, PLACE, 'nowhere'), undefined);
  const store = await temporaryStore(t);
  t.is(await loadBaseline(store, PLACE, 'base'), undefined);
  t.deepEqual(await baselineNames(store), []);
});

test('a baseline that must exist is missed with the names that do', async (t) => {
  const error = await missingBaseline(GOLDEN, 'c', ['x/y', 'x/z']);
  t.is(error.message, "baseline 'c' does not exist for x/y and 1 more: choose from a, b, or save it first");
  const store = await temporaryStore(t);
  t.is(
    (await missingBaseline(store, 'c', ['x/y'])).message,
    "baseline 'c' does not exist for x/y: none exists yet; save one first",
  );
});

test('a baseline that others have is not offered in place of itself', async (t) => {
  const { message } = await missingBaseline(GOLDEN, 'a', ['x/y']);
  t.regex(message, /^baseline 'a' does not exist for x\/y: it exists for [^,]+ and \d+ more; save it for all$/);
});

const UNREADABLE: [why: string, file: string, change: (text: string) => string | undefined, message: RegExp][] = [
  [
    'a missing file',
    'sample.json',
    () => undefined,
    /sample\.json is missing: delete .*base, or save the baseline again/,
  ],
  [
    'a file cut short',
    'estimates.json',
    (text) => text.slice(0, 100),
    /estimates\.json is cut short or no JSON: delete/,
  ],
  [
    'another schema',
    'estimates.json',
    () => '{"mean":{}}',
    /estimates\.json has another form: 'mean\.confidence_interval': /,
  ],
  [
    'a number that is text',
    'sample.json',
    (text) => text.replace(/"times":\[/, '"times":["1",'),
    /sample\.json has another form: 'times\.0': expected number/,
  ],
  [
    'more times than iterations',
    'sample.json',
    (text) => text.replace(/"times":\[/, '"times":[1,'),
    /'times': must be as many as iters/,
  ],
  [
    'null for a number',
    'estimates.json',
    (text) => text.replace(/"standard_error":[^,}]+/, '"standard_error":null'),
    /'mean\.standard_error': expected number, received null/,
  ],
  ['a list for an object', 'benchmark.json', () => '[]', /benchmark\.json has another form: 'the whole file'/],
];

for (const [why, file, change, message] of UNREADABLE) {
  test(`${why} is an error naming file, field and fix`, async (t) => {
    const store = await temporaryStore(t);
    await saveResult(store, PLACE, result, await context(), ['base']);
    const target = path.join(store.root, PLACE.directory, 'base', file);
    const text = change(await fs.readFile(target, 'utf8'));
    await (text === undefined ? fs.rm(target) : fs.writeFile(target, text));
    const error = await t.throwsAsync(() => loadBaseline(store, PLACE, 'base'), { instanceOf: BaselineError, message });
    t.is(error?.code, 'BAD_FILE');
  });
}

test('a root that is a file is an error', async (t) => {
  const store = await temporaryStore(t);
  const root = path.join(store.root, 'file');
  await fs.writeFile(root, '');
  await t.throwsAsync(() => loadBaseline({ ...store, root }, PLACE, 'base'), {
    instanceOf: BaselineError,
    message: /ENOTDIR/,
  });
  await t.throwsAsync(async () => saveResult({ ...store, root }, PLACE, result, await context(), ['base']), {
    instanceOf: BaselineError,
    message: /cannot write baselines/,
  });
});
