// Tests of `bench baseline …`.
import * as fs from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { gunzipSync } from 'node:zlib';

import test, { type ExecutionContext } from 'ava';

import { BaselineError } from '../../../src/baseline/errors.js';
import type { Store } from '../../../src/baseline/store.js';
import { systemClock } from '../../../src/bench/timing/clock.js';
import { runBaselineCommand } from '../../../src/cli/baseline/command.js';
import { type BaselineRequest, declareBaselineCommands } from '../../../src/cli/baseline/options.js';
import { UsageError } from '../../../src/cli/usage-error.js';
import { criterionStore, filesOf, measured, saveAll, temporaryStore } from '../../baseline/fake.js';
import { CRITERION_HOME } from '../../stats/golden.js';
import { parse } from '../parse.js';

const read = (args: readonly string[]): Promise<BaselineRequest | string> =>
  parse<BaselineRequest>(declareBaselineCommands, args);

const RESULTS = [
  measured('memory/fill', 100, {
    throughput: { bytes: 400 },
    metrics: { fuelPerIteration: 2n ** 60n, codeBytes: 512 },
  }),
  measured('slow/sort', 2e6, { mode: 'flat', metrics: {} }),
];

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(root: string, ...args: string[]): Promise<Ran> {
  const request = await read(args);
  if (typeof request === 'string') return { status: 0, stdout: request, stderr: '' };
  const [stdout, printed] = capture();
  const [stderr, complained] = capture();
  const status = await runBaselineCommand(request, {
    stdout,
    stderr,
    env: { CRITERION_HOME: root },
    workingDirectory: root,
    fileSystem: fs,
    clock: systemClock,
    signal: new AbortController().signal,
    suiteDirectory: root,
  });
  return { status, stdout: printed(), stderr: complained() };
}

function capture(): [PassThrough, () => string] {
  const chunks: Buffer[] = [];
  const stream = new PassThrough().on('data', (chunk: Buffer) => chunks.push(chunk));
  return [stream, () => Buffer.concat(chunks).toString()];
}

async function saved(t: ExecutionContext, names: readonly string[] = ['main']): Promise<Store> {
  const store = await temporaryStore(t);
  await saveAll(store, RESULTS, names);
  return store;
}

test('list names each baseline with its benchmarks, date, commit and machine', async (t) => {
  const { root } = await saved(t, ['main', 'été 1']);
  const { status, stdout } = await run(root, 'list');
  t.is(status, 0);
  t.is(
    stdout,
    'main   2 benchmarks  2026-01-02 03:04  0123456789ab  AMD EPYC, 4 threads, Debian GNU/Linux 12 (6.1.0), Node 22.1.0\n' +
      'été 1  2 benchmarks  2026-01-02 03:04  0123456789ab  AMD EPYC, 4 threads, Debian GNU/Linux 12 (6.1.0), Node 22.1.0\n',
  );
});

test('list --json prints the same as JSON', async (t) => {
  const { root } = await saved(t);
  const rows = JSON.parse((await run(root, 'list', '--json')).stdout) as Record<string, unknown>[];
  t.is(rows.length, 1);
  t.like(rows[0], { name: 'main', benchmarks: 2, damaged: 0, isOfSeveralRuns: false, environment: { node: '22.1.0' } });
});

test('list shows baselines that Criterion wrote, and notes an empty directory', async (t) => {
  t.is(
    (await run(CRITERION_HOME, 'list')).stdout,
    'a  5 benchmarks  -  -  written by Criterion\nb  5 benchmarks  -  -  written by Criterion\n',
  );
  const { root } = await temporaryStore(t);
  const { stdout, stderr } = await run(root, 'list');
  t.is(stdout, '');
  t.is(stderr, `there is no baseline in ${root}\n`);
});

test('show prints the results, also those of new', async (t) => {
  const { root } = await saved(t);
  const { status, stdout } = await run(root, 'show', 'new');
  t.is(status, 0);
  const [head, fill, sort, ...rest] = stdout.split('\n');
  t.deepEqual(rest, ['']);
  t.regex(head ?? '', /^benchmark +lower +estimate +upper +throughput +samples +exact metrics$/);
  t.regex(
    fill ?? '',
    /^memory\/fill +100\.\d\d ns +100\.\d\d ns +100\.\d\d ns +3\.7\d+ GiB\/s +12 +fuel per iteration 1,152,921,504,606,846,976, code 512 B$/,
  );
  t.regex(sort ?? '', /^slow\/sort +2\.00\d+ ms +2\.00\d+ ms +2\.00\d+ ms +12$/);
});

test('show takes filters, and names existing baselines if the requested one does not exist', async (t) => {
  const { root } = await saved(t);
  t.is((await run(root, 'show', 'main', '^slow')).stdout.split('\n').length, 3);
  t.is((await run(root, 'show', 'main', 'nothing')).stderr, "the filters select none of the 2 benchmarks of 'main'\n");
  await t.throwsAsync(() => run(root, 'show', 'mian'), {
    code: 'NO_BASELINE',
    message: /'mian' does not exist in .*: choose from main, or/,
  });
  await t.throwsAsync(() => run(root, 'show', 'main', '('), {
    code: 'NO_MATCH',
    message: /'\(' is not a regular expression/,
  });
});

test('a damaged benchmark is reported, and the others are shown', async (t) => {
  const { root } = await saved(t);
  await fs.writeFile(path.join(root, 'slow/sort/main/sample.json'), '');
  const shown = await run(root, 'show', 'main');
  t.is(shown.status, 1);
  t.regex(shown.stdout, /memory\/fill/);
  t.regex(shown.stderr, /^error: .*slow.sort.main.sample\.json is empty: delete .*\n$/);
  const listed = await run(root, 'list');
  t.is(listed.status, 1);
  t.regex(listed.stdout, /^main +1 benchmark, 1 damaged /);
});

test('copy takes a baseline or the latest results, and replaces nothing without --force', async (t) => {
  const store = await saved(t);
  t.is((await run(store.root, 'copy', 'new', 'été 1')).stdout, "copied 2 benchmarks from 'new' to 'été 1'\n");
  const files = await filesOf(store.root);
  t.is(files['slow/sort/été 1/sample.json'], files['slow/sort/new/sample.json']);
  await saveAll(store, [measured('memory/fill', 700)], []);
  const error = await t.throwsAsync(() => run(store.root, 'copy', 'new', 'main'), { instanceOf: BaselineError });
  t.is(error?.code, 'EXISTS');
  t.is(
    error?.message,
    "baseline 'main' already has 2 of these benchmarks: choose another name, or replace them with --force",
  );
  t.deepEqual((await filesOf(store.root))['memory/fill/main/sample.json'], files['memory/fill/main/sample.json']);
  await run(store.root, 'copy', 'new', 'main', '--force');
  const after = await filesOf(store.root);
  t.is(after['memory/fill/main/sample.json'], after['memory/fill/new/sample.json']);
});

test('a forced copy replaces the whole target; with filters it keeps the other benchmarks', async (t) => {
  const store = await saved(t);
  await saveAll(store, [measured('memory/fill', 700)], ['pr']);
  const part = await run(store.root, 'copy', 'pr', 'main', 'fill', '--force');
  t.is(part.stdout, "copied 1 benchmark from 'pr' to 'main'\n");
  t.true('slow/sort/main/sample.json' in (await filesOf(store.root)));
  await run(store.root, 'copy', 'pr', 'main', '--force');
  t.false(Object.keys(await filesOf(store.root)).some((file) => file.startsWith('slow/sort/main/')));
});

test('a copy of Criterion’s results leaves no trace of ours', async (t) => {
  const store = await criterionStore(t);
  const directory = path.join(store.root, 'slow/sort_1e6/a');
  await fs.writeFile(path.join(directory, 'raw.csv'), 'x');
  await run(store.root, 'copy', 'b', 'a', '--force');
  t.deepEqual(await fs.readdir(directory), ['benchmark.json', 'estimates.json', 'sample.json', 'tukey.json']);
});

test('delete removes a baseline and nothing else, even if a value has its name', async (t) => {
  const store = await temporaryStore(t);
  await saveAll(store, [measured('g/f', 100), measured('g/f', 200, { value: 'main' })], ['main']);
  await run(store.root, 'delete', 'main');
  t.deepEqual(
    Object.keys(await filesOf(store.root)).filter((file) => file.endsWith('sample.json')),
    ['g/f/main/new/sample.json', 'g/f/new/sample.json'],
  );
});

test('delete leaves no empty directories, removes damaged files, and rejects a missing baseline', async (t) => {
  const store = await saved(t);
  await fs.writeFile(path.join(store.root, 'slow/sort/main/sample.json'), '');
  t.is((await run(store.root, 'delete', 'main')).stdout, "deleted 2 benchmarks of 'main'\n");
  t.deepEqual((await fs.readdir(path.join(store.root, 'slow/sort'))).sort(), ['change', 'new']);
  await t.throwsAsync(() => run(store.root, 'delete', 'main'), {
    code: 'NO_BASELINE',
    message: /'main' does not exist/,
  });
});

test('delete takes filters', async (t) => {
  const store = await saved(t);
  t.is((await run(store.root, 'delete', 'main', '^slow/')).stdout, "deleted 1 benchmark of 'main'\n");
  t.regex((await run(store.root, 'list')).stdout, /^main +1 benchmark /);
  await t.throwsAsync(() => run(store.root, 'delete', 'main', 'x'), {
    message: /none of the 1 benchmarks of baseline 'main' is selected/,
  });
});

test('an export is imported unchanged, compressed if the file’s name ends in .gz', async (t) => {
  const store = await saved(t);
  const original = await filesOf(store.root);
  for (const file of ['main.json', 'main.json.gz']) {
    t.is((await run(store.root, 'export', 'main', file)).stdout, `wrote 2 benchmarks of 'main' to ${file}\n`);
    const other = await temporaryStore(t);
    const imported = await run(other.root, 'import', path.join(store.root, file), '--as', 'theirs');
    t.is(imported.stdout, `read 2 benchmarks into 'theirs' from ${path.join(store.root, file)}\n`);
    const files = await filesOf(other.root);
    t.is(Object.keys(files).length, 10);
    for (const [name, text] of Object.entries(files)) t.true(text === original[name.replace('theirs', 'main')], name);
  }
  const packed = await fs.readFile(path.join(store.root, 'main.json.gz'));
  t.is(gunzipSync(packed).toString(), await fs.readFile(path.join(store.root, 'main.json'), 'utf8'));
});

test('without --force, an export replaces no file and an import no baseline', async (t) => {
  const { root } = await saved(t);
  await run(root, 'export', 'main', 'main.json');
  await t.throwsAsync(() => run(root, 'export', 'main', 'main.json'), {
    code: 'EXISTS',
    message: /main\.json exists: name another file, or replace it with --force/,
  });
  await run(root, 'export', 'main', 'main.json', '--force');
  await t.throwsAsync(() => run(root, 'import', 'main.json'), { code: 'EXISTS' });
  t.is((await run(root, 'import', 'main.json', '--force')).stdout, "read 2 benchmarks into 'main' from main.json\n");
});

test('the name of the latest results is rejected for an import, and --as names another', async (t) => {
  const { root } = await saved(t);
  await run(root, 'export', 'new', 'new.json');
  await t.throwsAsync(() => run(root, 'import', 'new.json'), { code: 'BAD_NAME' });
  t.is((await run(root, 'import', 'new.json', '--as', 'last')).status, 0);
});

test('mistakes on the command line are named with a fix', async (t) => {
  const mistakes: [string[], RegExp][] = [
    [[], /^no command given to bench baseline: choose from list, show/],
    [['lits'], /unknown command 'lits' of bench baseline: did you mean list\?/],
    [['copy', 'a', 'b', '--forse'], /unknown option --forse: did you mean --force\?/],
    [['list', '--as', 'x'], /unknown option --as/],
    [['import', 'f', '--as', 'x', '--as', 'y'], /--as is given 2 times: give it once/],
    [['import', 'f', '--as', ''], /--as has no value/],
  ];
  for (const [args, message] of mistakes) {
    await t.throwsAsync(() => read(args), { instanceOf: UsageError, message }, args.join(' '));
  }
});

test('a name is required, and stays a string even if it looks like a number', async (t) => {
  await t.throwsAsync(() => read(['show']), { message: /Not enough non-option arguments: got 0, need at least 1/ });
  t.deepEqual(await read(['copy', '1', '0x10', '2.0']), {
    action: 'copy',
    from: '1',
    to: '0x10',
    filters: ['2.0'],
    force: false,
  });
});

test('--help lists the commands', async (t) => {
  const help = await read(['--help']);
  for (const name of ['list', 'show', 'copy', 'delete', 'export', 'import']) {
    t.true(typeof help === 'string' && help.includes(`program ${name}`), name);
  }
});

(process.platform === 'win32' ? test.skip : test)(
  'an existing name with a tab on disk hides no other, and can be deleted',
  async (t) => {
    const store = await saved(t, ['main', 'a\tb']);
    const { status, stdout } = await run(store.root, 'list');
    t.is(status, 0);
    t.regex(stdout, /^a\\x09b +2 benchmarks .*\nmain +2 benchmarks /);
    t.is((await run(store.root, 'delete', 'a\tb')).status, 0);
    t.notRegex((await run(store.root, 'list')).stdout, /x09/);
  },
);

test('a damaged benchmark does not affect commands that do not select it', async (t) => {
  const store = await saved(t);
  await fs.writeFile(path.join(store.root, 'memory/fill/main/sample.json'), '{');
  t.is((await run(store.root, 'copy', 'main', 'x', 'slow')).stdout, "copied 1 benchmark from 'main' to 'x'\n");
  t.regex((await run(store.root, 'export', 'main', 'x.json', 'slow')).stdout, /^wrote 1 benchmark of 'main'/);
  await t.throwsAsync(() => run(store.root, 'copy', 'main', 'y', 'memory/fill$'), { code: 'BAD_FILE' });
  await t.throwsAsync(() => run(store.root, 'copy', 'main', 'y'), { code: 'BAD_FILE' });
  // If not even the id can be read, it is derived from the directory.
  await fs.writeFile(path.join(store.root, 'memory/fill/main/benchmark.json'), '');
  t.is((await run(store.root, 'delete', 'main', 'slow')).stdout, "deleted 1 benchmark of 'main'\n");
  await t.throwsAsync(() => run(store.root, 'copy', 'main', 'y', 'slow'), { code: 'BAD_FILE' });
});
