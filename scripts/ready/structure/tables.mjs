// Tables of the structure check: the rooms of each source tree, its allowed circles, and the trees that tests mirror.
//
// A room is a folder or file directly in the root of a tree, named as on disk but without `.rs`. A folder inside a tree
// can have a table too; its rooms are its subfolders only. Add a new room after all rooms that it imports.

/** Rooms in order, the lowest first: each may import all before it. */
const floors = (...names) => Object.fromEntries(names.map((name, index) => [name, names.slice(0, index)]));

/** The rooms of each folder, with the rooms that each may import. */
const rooms = {
  'crates/engine/src': floors(
    'error',
    'value',
    'func',
    'externs',
    'wave',
    'limits',
    'host',
    'compile',
    'engine',
    'store',
    'compiled',
    'module',
    'component',
    'task',
    'internals',
    'lib',
  ),
  'crates/node/src': floors(
    'js',
    'error',
    'measurement',
    'value',
    'function',
    'externs',
    'options',
    'disposable',
    'hooks',
    'host',
    'call',
    'handle',
    'exports',
    'code',
    'instantiate',
    'instance',
    'compiled',
    'engine',
    'environment',
    'cache',
    'workload',
    'lib',
  ),
  'crates/workloads/src': floors(
    'timer',
    'config',
    'workload',
    'guest',
    'prepared_call',
    'profile',
    'bare_wasmtime',
    'native',
    'async_call',
    'call',
    'failure',
    'lifecycle',
    'wave_call',
    'lib',
  ),
  src: {
    // The runtime.
    'errors.ts': [],
    addon: [],
    'native.ts': ['errors.ts', 'addon'],
    runtime: ['errors.ts', 'native.ts'],
    'index.ts': ['errors.ts', 'runtime'],
    // The bench, which knows nothing of the runtime.
    stats: [],
    bench: ['stats'],
    baseline: ['stats', 'bench'],
    report: ['stats', 'bench', 'baseline'],
    session: ['stats', 'bench', 'baseline', 'report'],
    gate: ['stats', 'bench', 'baseline', 'report'],
    'bench.ts': ['stats', 'bench', 'baseline', 'report', 'session'],
    // Joins the two.
    measure: ['errors.ts', 'native.ts', 'runtime', 'stats', 'bench'],
    cli: ['stats', 'bench', 'baseline', 'report', 'session', 'gate', 'measure'],
  },
  'src/bench': floors('machine', 'timing', 'suite', 'sampling'),
  'src/cli': floors(
    'process',
    'options',
    'suite-files',
    'output',
    'parse',
    'run',
    'bench',
    'baseline',
    'gate',
    'measure',
    'merge',
  ),
  'src/runtime': floors('options', 'interface', 'async'),
};

/** The allowed circles of each tree: the largest number of files, and whether they must be in one folder. */
const circles = {
  'crates/engine/src': { size: 2, isInOneFolder: true },
  'crates/node/src': { size: 3, isInOneFolder: false },
};

/**
 * The trees of tests, each with the tree that it mirrors: a test `a/b.test.ts` has a source `a/b.ts` or a folder `a/b`.
 * `exceptions` are the files and folders of tests without a counterpart.
 */
const mirrors = [
  {
    tests: '__test__',
    sources: 'src',
    pattern: /\.test\.ts$/,
    exceptions: [
      'benches',
      'docs',
      'examples',
      'fixtures',
      'guests',
      'readme.test.ts',
      'scripts',
      // Tests of whole outputs, by other programs or for all commands.
      'baseline/critcmp.test.ts',
      'baseline/criterion.test.ts',
      'cli/help.test.ts',
      // Tests of behaviour across files, on each kind of engine and instance.
      'runtime/behaviour',
      'report/html/browser.test.ts',
    ],
  },
  { tests: '__test__/scripts', sources: 'scripts', pattern: /\.test\.ts$/, exceptions: [] },
  {
    tests: 'crates/engine/tests/all',
    sources: 'crates/engine/src',
    pattern: /(?:\/mod)?\.rs$/,
    exceptions: ['main.rs', 'fixture.rs', 'value/guest.rs', 'value/random.rs', 'value/speed.rs', 'value/val.rs'],
  },
];

export const tables = { rooms, circles, mirrors };

/** The path of this file, for messages. */
export const TABLES = 'scripts/ready/structure/tables.mjs';
