// Tests of the recovery of options that npm consumed.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { BENCH_OPTION_KINDS } from '../../../src/cli/bench/options.js';
import { UsageError } from '../../../src/cli/usage-error.js';
import { recoverFromNpm } from '../../../src/cli/parse/npm.js';

// What npm 11.19 leaves in the environment of `npm run bench` and passes on, and what its debug log holds.
function npm(kept: Record<string, string>, cache = ''): NodeJS.ProcessEnv {
  const config = Object.entries(kept).map(([name, value]) => [`npm_config_${name}`, value]);
  return {
    npm_command: 'run-script',
    npm_lifecycle_event: 'bench',
    npm_config_cache: cache,
    ...Object.fromEntries(config),
  };
}

async function cacheWithLog(t: ExecutionContext, ...typed: string[]): Promise<string> {
  const cache = await fs.mkdtemp(path.join(os.tmpdir(), 'npm-cache-'));
  t.teardown(() => fs.rm(cache, { recursive: true, force: true }));
  await fs.mkdir(path.join(cache, '_logs'));
  const line = ['run', 'bench', ...typed].map((word) => JSON.stringify(word)).join(' ');
  await fs.writeFile(
    path.join(cache, '_logs/2026-11-20T10_00_00_000Z-debug-0.log'),
    `0 verbose cli npm\n8 verbose argv ${line}\n9 info ok\n`,
  );
  return cache;
}

const recover = (args: string[], env: NodeJS.ProcessEnv) => recoverFromNpm(args, BENCH_OPTION_KINDS, env, fs);

test('outside of npm run the arguments are unchanged', async (t) => {
  const args = ['bench', '5'];
  t.deepEqual(await recover(args, { npm_config_sample_size: 'true' }), { args, notes: [] });
});

test('one separated number is rejoined, beside a filter', async (t) => {
  const { args, notes } = await recover(['bench', 'cold_start', '5'], npm({ sample_size: 'true' }));
  t.deepEqual(args, ['bench', 'cold_start', '--sample-size=5']);
  t.deepEqual(notes, [
    'npm consumed --sample-size=5, which was recovered; to pass options reliably, use npm run bench -- --sample-size=5',
  ]);
});

test('a value that npm left with its option is kept', async (t) => {
  const { args } = await recover(['bench', 'fib_10'], npm({ sample_size: '5', baseline: 'main' }));
  t.deepEqual(args, ['bench', 'fib_10', '--sample-size=5', '--baseline=main']);
});

test('several separated values are rejoined in the order of the log', async (t) => {
  const cache = await cacheWithLog(
    t,
    'cold',
    '--sample-size',
    '5',
    '--warm-up-time',
    '0.2',
    '--measurement-time',
    '0.1',
    '--save-baseline',
    'x',
  );
  const kept = { sample_size: 'true', measurement_time: 'true', warm_up_time: 'true', save_baseline: 'true' };
  const { args } = await recover(['bench', 'cold', '5', '0.2', '0.1', 'x'], npm(kept, cache));
  t.deepEqual(args, [
    'bench',
    'cold',
    '--sample-size=5',
    '--measurement-time=0.1',
    '--warm-up-time=0.2',
    '--save-baseline=x',
  ]);
});

test('a log of another command line is ignored', async (t) => {
  const cache = await cacheWithLog(t, '--sample-size', '7', '--warm-up-time', '0.2');
  const kept = { sample_size: 'true', warm_up_time: 'true' };
  const error = await t.throwsAsync(() => recover(['bench', '5', '0.2'], npm(kept, cache)), { instanceOf: UsageError });
  t.is(
    error?.message,
    "npm consumed --sample-size, --warm-up-time and passed on '5', '0.2', so it is unknown which value belongs to which option: put all options after npm run bench --",
  );
});

test('an option whose value is missing is rejected', async (t) => {
  await t.throwsAsync(() => recover(['bench'], npm({ sample_size: 'true' })), {
    instanceOf: UsageError,
    message: /passed on nothing/,
  });
});

test('flags are recovered, including negated ones', async (t) => {
  const { args } = await recover(['bench'], npm({ list: 'true', fail_fast: '', exact: 'true' }));
  t.deepEqual(args, ['bench', '--list', '--exact', '--no-fail-fast']);
});

test('--all is recovered if it was typed, and left to npm if it is npm’s configuration', async (t) => {
  t.deepEqual((await recover(['bench'], npm({ all: 'true' }, await cacheWithLog(t, '--all')))).args, [
    'bench',
    '--all',
  ]);
  t.deepEqual((await recover(['bench'], npm({ all: 'true' }, await cacheWithLog(t)))).args, ['bench']);
});

test('--verbose is left to npm, with a note only if it was typed', async (t) => {
  const typed = await recover(['bench'], npm({ loglevel: 'verbose' }, await cacheWithLog(t, '--loglevel', 'verbose')));
  t.deepEqual(typed.args, ['bench']);
  t.deepEqual(typed.notes, [
    'npm applied --verbose to itself; to make the bench verbose, use npm run bench -- --verbose',
  ]);
  const configured = await recover(['bench'], npm({ loglevel: 'verbose' }, await cacheWithLog(t)));
  t.deepEqual(configured, { args: ['bench'], notes: [] });
});

test('npm’s colour preference applies without a note, unless the arguments name another', async (t) => {
  t.deepEqual(await recover(['bench'], npm({ color: '' })), { args: ['bench', '--no-color'], notes: [] });
  t.deepEqual(await recover(['bench'], npm({ color: 'always' })), { args: ['bench', '--color'], notes: [] });
  t.deepEqual((await recover(['bench', '--color'], npm({ color: '' }))).args, ['bench', '--color']);
});

test('options after -- are unchanged', async (t) => {
  const args = ['bench', '5', '--measurement-time', '2'];
  t.deepEqual(
    (
      await recover(
        args,
        npm({ sample_size: 'true' }, await cacheWithLog(t, '--sample-size', '5', '--', '--measurement-time', '2')),
      )
    ).args,
    ['bench', '--measurement-time', '2', '--sample-size=5'],
  );
});

test('options that a real npm consumed are recovered', async (t) => {
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'npm-run-'));
  t.teardown(() => fs.rm(directory, { recursive: true, force: true }));
  const url = (file: string) => JSON.stringify(new URL(`../../../src/cli/${file}`, import.meta.url).href);
  await fs.writeFile(
    path.join(directory, 'show.mjs'),
    `import * as fs from 'node:fs/promises';
     import { recoverFromNpm } from ${url('parse/npm.js')};
     import { BENCH_OPTION_KINDS } from ${url('bench/options.js')};
     const { args } = await recoverFromNpm(process.argv.slice(2), BENCH_OPTION_KINDS, process.env, fs);
     console.log(JSON.stringify([...args].sort()));`,
  );
  await fs.writeFile(
    path.join(directory, 'package.json'),
    JSON.stringify({ name: 'x', scripts: { bench: 'node show.mjs bench' } }),
  );
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const npmRun = (...args: string[]) => {
    const command = ['run', '--silent', 'bench', '--cache', path.join(directory, 'cache'), ...args];
    const { stdout, stderr } = spawnSync('npm', command, {
      cwd: directory,
      env,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    t.regex(stdout, /^\[.*\]\n$/, stderr);
    return JSON.parse(stdout) as string[];
  };
  t.deepEqual(npmRun('instantiation'), ['bench', 'instantiation']);
  t.deepEqual(
    npmRun('cold', '--sample-size', '5', '--measurement-time', '0.2', '--warm-up-time', '0.1', '--no-fail-fast'),
    ['--measurement-time=0.2', '--no-fail-fast', '--sample-size=5', '--warm-up-time=0.1', 'bench', 'cold'],
  );
  t.deepEqual(npmRun('--', '--sample-size', '5', '--verbose'), ['--sample-size', '--verbose', '5', 'bench']);
});
