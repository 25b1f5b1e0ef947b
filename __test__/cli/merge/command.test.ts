// Tests of `bench merge`.
import * as fs from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';

import test, { type ExecutionContext } from 'ava';

import { exportBaseline } from '../../../src/baseline/transfer/archive.js';
import { BaselineError } from '../../../src/baseline/errors.js';
import type { RunContext, Store } from '../../../src/baseline/store.js';
import { loadStored } from '../../../src/baseline/stored-benchmarks.js';
import { parseOptions } from '../../../src/bench/options.js';
import { systemClock } from '../../../src/bench/timing/clock.js';
import { shardOf } from '../../../src/bench/suite/shard.js';
import { UsageError } from '../../../src/cli/usage-error.js';
import {
  declareMergeOptions,
  type MergeRequest,
  readMergeRequest,
  runMergeCommand,
} from '../../../src/cli/merge/command.js';
import {
  CONTEXT,
  criterionStore,
  ENVIRONMENT,
  filesOf,
  measured,
  saveAll,
  temporaryStore,
} from '../../baseline/fake.js';
import { parse } from '../parse.js';

const IDS = ['a/1', 'a/2', 'a/3', 'b/1', 'b/2'];
const OTHER_NODE: RunContext = { ...CONTEXT, environment: { ...ENVIRONMENT, node: '24.0.0' } };

function read(args: readonly string[]): Promise<MergeRequest | string> {
  return parse<MergeRequest>(
    (yargs, use) =>
      yargs.command('$0 <source..>', 'merge', declareMergeOptions, (argv) => {
        use(readMergeRequest(argv));
      }),
    args,
  );
}

async function merge(root: string, ...args: string[]): Promise<string> {
  const request = await read(args);
  if (typeof request === 'string') return request;
  const chunks: Buffer[] = [];
  const stdout = new PassThrough().on('data', (chunk: Buffer) => chunks.push(chunk));
  await runMergeCommand(request, {
    stdout,
    stderr: new PassThrough(),
    env: { CRITERION_HOME: path.join(root, 'merged') },
    workingDirectory: root,
    fileSystem: fs,
    clock: systemClock,
    signal: new AbortController().signal,
    suiteDirectory: root,
  });
  return Buffer.concat(chunks).toString();
}

/** A directory with a store for each of `count` shards, and the expected result of their merge. */
async function shards(t: ExecutionContext, count: number): Promise<{ root: string; whole: Store }> {
  const { root } = await temporaryStore(t);
  for (let index = 1; index <= count; index++) {
    const results = shardOf(IDS, { index, count }).map((id) => measured(id, 100));
    await saveAll({ root: path.join(root, `shard-${index}`), fileSystem: fs }, results, ['main']);
  }
  const whole = await temporaryStore(t);
  await saveAll(
    whole,
    IDS.map((id) => measured(id, 100)),
    ['main'],
  );
  return { root, whole };
}

const storeAt = (...parts: string[]): Store => ({ root: path.join(...parts), fileSystem: fs });

test('the merged shards equal one run, and the merged counts are printed', async (t) => {
  const { root, whole } = await shards(t, 2);
  t.is(
    await merge(root, 'shard-1', 'shard-2'),
    "merged 5 benchmarks into 'main': 3 of shard-1, 2 of shard-2\nmerged 5 benchmarks into 'new': 3 of shard-1, 2 of shard-2\n",
  );
  const isComparison = (file: string) => file.includes('/change/');
  const expected = Object.entries(await filesOf(whole.root)).filter(([file]) => !isComparison(file));
  t.deepEqual(await filesOf(path.join(root, 'merged')), Object.fromEntries(expected));
});

test('exported files are merged like directories, into the directory that --into names', async (t) => {
  const { root, whole } = await shards(t, 3);
  for (const i of [1, 2, 3]) await exportBaseline(storeAt(root, `shard-${i}`), 'main', path.join(root, `${i}.json.gz`));
  t.is(
    await merge(root, '1.json.gz', 'shard-2', '3.json.gz', '--into', 'all'),
    "merged 5 benchmarks into 'main': 2 of 1.json.gz, 2 of shard-2, 1 of 3.json.gz\nmerged 2 benchmarks into 'new': 2 of shard-2\n",
  );
  t.deepEqual(await loadStored(storeAt(root, 'all'), 'main'), await loadStored(whole, 'main'));
});

test('a merge can be repeated and done in steps; the latest results are those of the last source', async (t) => {
  const { root, whole } = await shards(t, 2);
  await merge(root, 'shard-1', 'shard-2');
  await merge(root, 'shard-1', 'shard-2');
  await merge(root, 'shard-2');
  t.deepEqual(await loadStored(storeAt(root, 'merged'), 'main'), await loadStored(whole, 'main'));
  t.deepEqual(
    (await loadStored(storeAt(root, 'merged'), 'new')).map(({ id }) => id),
    ['a/2', 'b/1'],
  );
});

async function rejection(t: ExecutionContext, root: string, ...args: string[]): Promise<string> {
  const before = await filesOf(root);
  const error = await t.throwsAsync(() => merge(root, ...args), { instanceOf: BaselineError });
  t.is(error?.code, 'DIFFERENT');
  t.deepEqual(await filesOf(root), before);
  return error?.message ?? '';
}

const CONDITIONS: [what: string, context: RunContext, message: RegExp][] = [
  [
    'Node',
    OTHER_NODE,
    /shard-1 and other differ in Node: 22\.1\.0 ≠ 24\.0\.0: merge results measured under the same conditions, or pass --allow-different$/,
  ],
  [
    'machine',
    { ...CONTEXT, environment: { ...ENVIRONMENT, machine: { ...ENVIRONMENT.machine, cpu: 'Intel', logicalCores: 8 } } },
    /cpu: AMD EPYC ≠ Intel, logical cores: 4 ≠ 8/,
  ],
  [
    'Wasmtime',
    { ...CONTEXT, environment: { ...ENVIRONMENT, versions: { wasmtime: '49.0.0' } } },
    /version of wasmtime: 48\.0\.8 ≠ 49\.0\.0/,
  ],
  [
    'options',
    { ...CONTEXT, options: parseOptions({ ...CONTEXT.options, sampleSize: 99 }) },
    /option sampleSize: 30 ≠ 99/,
  ],
  [
    'commit',
    { ...CONTEXT, environment: { ...ENVIRONMENT, commit: { hash: 'f'.repeat(40), isModified: true } } },
    /commit: 0123456789ab ≠ ffffffffffff, modified/,
  ],
];

for (const [what, context, message] of CONDITIONS) {
  test(`shards that differ in ${what} are rejected with the difference, and merged if it is allowed`, async (t) => {
    const { root } = await shards(t, 1);
    await saveAll(storeAt(root, 'other'), [measured('c/1', 100)], ['main'], context);
    t.regex(await rejection(t, root, 'shard-1', 'other'), message);
    await merge(root, 'shard-1', 'other', '--allow-different');
    t.is((await loadStored(storeAt(root, 'merged'), 'main')).length, 6);
  });
}

test('two results of one benchmark are rejected by name; if allowed, the later is kept', async (t) => {
  const { root } = await shards(t, 1);
  await saveAll(storeAt(root, 'other'), [measured('a/2', 700)], ['main']);
  t.regex(
    await rejection(t, root, 'shard-1', 'other'),
    /baseline 'main' cannot be merged: a\/2 has one result in shard-1 and another in other: /,
  );
  await merge(root, 'shard-1', 'other', '--allow-different');
  const [, second] = await loadStored(storeAt(root, 'merged'), 'main');
  t.deepEqual(second?.sample, measured('a/2', 700).sample);
});

test('existing results in the target are compared too', async (t) => {
  const { root } = await shards(t, 1);
  await saveAll(storeAt(root, 'merged'), [measured('c/1', 100)], ['main'], OTHER_NODE);
  t.regex(await rejection(t, root, 'shard-1'), /the existing results and shard-1 differ in Node: 24\.0\.0 ≠ 22\.1\.0/);
});

test('two benchmarks in one directory are rejected even if differences are allowed', async (t) => {
  const { root } = await temporaryStore(t);
  await saveAll(storeAt(root, 'x'), [measured('a/b/c', 100)], ['main']);
  await saveAll(storeAt(root, 'y'), [measured('a:b/c', 100)], ['main']);
  t.regex(
    await rejection(t, root, 'x', 'y', '--allow-different'),
    /a\/b\/c of x and a:b\/c of y share the directory a_b\/c: run all shards from the same suites/,
  );
});

test('results that Criterion wrote merge only with others of Criterion', async (t) => {
  const { root } = await shards(t, 1);
  const criterion = await criterionStore(t);
  await fs.cp(criterion.root, path.join(root, 'criterion'), { recursive: true });
  t.regex(
    await merge(root, 'criterion'),
    /^merged 5 benchmarks into 'a': 5 of criterion\nmerged 5 benchmarks into 'b'/,
  );
  await exportBaseline(criterion, 'a', path.join(root, 'a.json'));
  await saveAll(storeAt(root, 'ours'), [measured('c/1', 100)], ['a']);
  t.regex(await rejection(t, root, 'a.json', 'ours', '--into', 'z'), /differ in writer: Criterion ≠ this bench/);
});

test('a source that is missing, empty or damaged is named', async (t) => {
  const { root } = await shards(t, 1);
  await t.throwsAsync(() => merge(root, 'shard-1', 'shard-7'), {
    code: 'NO_BASELINE',
    message: /^shard-7 cannot be merged \(ENOENT/,
  });
  await fs.mkdir(path.join(root, 'empty'));
  await t.throwsAsync(() => merge(root, 'empty'), {
    code: 'NO_BASELINE',
    message: /^empty holds no results: name the CRITERION_HOME/,
  });
  await fs.writeFile(path.join(root, 'x.json'), '{}');
  await t.throwsAsync(() => merge(root, 'x.json'), {
    code: 'BAD_FILE',
    message: /x\.json has an unexpected form: 'schema'/,
  });
  await fs.writeFile(path.join(root, 'shard-1/a/1/main/sample.json'), '');
  await t.throwsAsync(() => merge(root, 'shard-1'), { code: 'BAD_FILE', message: /sample\.json is empty/ });
  t.false(Object.keys(await filesOf(root)).some((file) => file.startsWith('merged/')));
});

test('mistakes on the command line are named', async (t) => {
  await t.throwsAsync(() => read([]), { message: /Not enough non-option arguments/ });
  await t.throwsAsync(() => read(['a', '--allow-diferent']), {
    instanceOf: UsageError,
    message: /did you mean --allow-different\?/,
  });
  await t.throwsAsync(() => read(['a', '--into', '']), {
    instanceOf: UsageError,
    message: /--into has no value: give one, as in --into target\/criterion/,
  });
});
