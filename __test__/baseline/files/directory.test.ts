import path from 'node:path';

import test from 'ava';

import { BaselineError } from '../../../src/baseline/errors.js';
import { checkBaselineName, isSafeDirectory, placesOf, rootDirectory } from '../../../src/baseline/files/directory.js';
import { benchmark } from '../../bench/fake.js';
import { BENCHMARKS } from '../../stats/golden.js';

const setup = () => ({ run: () => 1 });

function directories(...parts: { group: string; function: string; value?: string }[]): string[] {
  return [...placesOf(parts.map((part) => benchmark({ ...part, setup }))).values()].map(({ directory }) => directory);
}

test('the root is Criterion’s', (t) => {
  t.is(rootDirectory({}, '/project'), path.resolve('/project/target/criterion'));
  t.is(rootDirectory({ CARGO_TARGET_DIR: '/build' }, '/project'), path.resolve('/build/criterion'));
  t.is(
    rootDirectory({ CARGO_TARGET_DIR: '/build', CRITERION_HOME: 'here' }, '/project'),
    path.resolve('/project/here'),
  );
});

test('real Criterion’s directories come out for its ids', (t) => {
  const parts = [
    { group: 'execution/compute_heavy', function: 'fib_10' },
    { group: 'execution/compute_heavy', function: 'fib_20' },
    { group: 'execution/compute_heavy', function: 'fib_30' },
    { group: 'memory/fill', function: 'fill_memory' },
    { group: 'slow', function: 'sort/1e6' },
  ];
  t.deepEqual(
    directories(...parts),
    BENCHMARKS.map(({ directory }) => directory),
  );
});

test('a value is a directory of its own', (t) => {
  t.deepEqual(directories({ group: 'a/b', function: 'f', value: '1/2' }), ['a_b/f/1_2']);
});

test('what no file system likes becomes an underscore', (t) => {
  t.deepEqual(directories({ group: 'g', function: '?"/\\*<>:|^' }), ['g/__________']);
  t.deepEqual(directories({ group: '..', function: '.' }), ['__/_']);
});

test('the page of all benchmarks is nobody’s directory', (t) => {
  t.deepEqual(
    directories(
      { group: 'report', function: 'index.html' },
      { group: 'report', function: 'index.html', value: '1' },
      { group: 'report', function: 'index.html_' },
      { group: 'report', function: 'index.html5' },
    ),
    ['report/index.html_', 'report/index.html_/1', 'report/index.html__2', 'report/index.html5'],
  );
  t.true(isSafeDirectory('report/index.html_'));
});

test('a long name is cut at 64 bytes, never within a character', (t) => {
  t.deepEqual(directories({ group: 'g', function: 'x'.repeat(300) }), [`g/${'x'.repeat(64)}`]);
  t.deepEqual(directories({ group: 'g', function: `x${'µ'.repeat(200)}` }), [`g/x${'µ'.repeat(31)}`]);
});

test('names that become alike are numbered', (t) => {
  t.deepEqual(
    directories({ group: 'a/b', function: 'f' }, { group: 'a:b', function: 'f' }, { group: 'a_b', function: 'f' }),
    ['a_b/f', 'a_b/f_2', 'a_b/f_3'],
  );
});

test('a title is cut at 100 bytes', (t) => {
  const [place] = placesOf([benchmark({ group: 'g', function: 'x'.repeat(300), setup })]).values();
  t.is(place?.title, `g/${'x'.repeat(98)}...`);
});

for (const name of ['', ' ', '.', '..', 'a/b', 'a\\b', 'a:b', 'new', 'change', 'report', 'x'.repeat(65)]) {
  test(`'${name}' is refused as the name of a baseline`, (t) => {
    const error = t.throws(() => checkBaselineName(name), { instanceOf: BaselineError });
    t.is(error?.code, 'BAD_NAME');
    t.true(error?.message.startsWith(`'${name}' cannot name a baseline`));
  });
}

for (const [name, shown] of Object.entries({
  'a\tb': 'a\\x09b',
  'a\nb': 'a\\x0ab',
  'a\x7f': 'a\\x7f',
  'a\x85b': 'a\\x85b',
})) {
  test(`'${shown}' is refused as the name of a baseline, in one line`, (t) => {
    const message = `'${shown}' cannot name a baseline: use 1 to 64 letters, digits, dots, hyphens and underscores`;
    t.throws(() => checkBaselineName(name), { code: 'BAD_NAME', message });
  });
}

test('common names are accepted', (t) => {
  for (const name of ['base', 'main', 'pr-123', 'phase6-initial', 'v1.2.3']) t.is(checkBaselineName(name), name);
});

test('every directory that a benchmark can get is safe', (t) => {
  const names = ['f', 'a/b', '..', 'x'.repeat(300), 'µ'.repeat(300), 'fib_10', 'with space', '?"*<>:|^', '火'];
  const alike = names.flatMap((name) => [name, name.replaceAll('/', ':')]);
  const parts = [...new Set(alike)].map((name) => ({ group: name, function: name, value: name }));
  for (const directory of directories(...parts)) t.true(isSafeDirectory(directory), directory);
});

test('a directory that leads elsewhere, or that no system likes, is not safe', (t) => {
  const unsafe = [
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    '../a',
    'a/../b',
    'a/..',
    'a\\b',
    'C:',
    'a/b:c',
    'a\0',
    'a\nb',
  ];
  for (const directory of [...unsafe, 'x'.repeat(65), 'a/b/c/d']) t.false(isSafeDirectory(directory), directory);
});
