// Tables of the structure check: the rooms of each source tree, the circles it may have, and which trees tests mirror.
//
// A room is a folder or a file right below the root of a tree, named as on disk, without `.rs`. In the folders inside of
// a tree that have a table too, only folders are rooms. A new room has to be added here.

/** Rooms, the lowest first: each may import all that stand before it. */
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
    'module',
    'component',
    'task',
    'timing',
    'lib',
  ),
  'crates/node/src': floors(
    'js',
    'environment',
    'value',
    'error',
    'disposable',
    'options',
    'host',
    'call',
    'exports',
    'code',
    'instantiate',
    'instance',
    'compiled',
    'engine',
    'workload',
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
    // What joins the two.
    measure: ['errors.ts', 'native.ts', 'runtime', 'stats', 'bench'],
    cli: ['stats', 'bench', 'baseline', 'report', 'session', 'gate', 'measure'],
  },
  'src/bench': floors('machine', 'suite', 'sampling'),
  'src/cli': floors(
    'process',
    'parse',
    'options',
    'suite-files',
    'output',
    'bench',
    'baseline',
    'gate',
    'measure',
    'merge',
  ),
  'src/runtime': floors('async', 'options', 'interface'),
};

/** The circles of files that a tree may have: their size in files, and whether they must stay in one folder. */
const circles = {
  'crates/engine/src': { size: 2, isInOneFolder: true },
  'crates/node/src': { size: 3, isInOneFolder: false },
};

/**
 * The trees of tests, each with the tree that it mirrors: a test `a/b.test.ts` has a source `a/b.ts` or a folder `a/b`.
 * `exceptions` are the files and folders that have no counterpart, relative to the tests.
 */
const mirrors = [
  {
    tests: '__test__',
    sources: 'src',
    pattern: /\.test\.ts$/,
    exceptions: ['benches', 'docs', 'examples', 'fixtures', 'guests', 'readme.test.ts', 'scripts'],
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

/** Path of this file, for messages. */
export const TABLES = 'scripts/ready/structure/tables.mjs';
