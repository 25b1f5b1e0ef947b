// Tests of the structure check: the imports that it finds, and its failure for each violation.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';

interface Import {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

type ReadImports = (sources: ReadonlyMap<string, string>) => Import[];

interface Tables {
  readonly rooms: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly circles: Readonly<Record<string, { readonly size: number; readonly isInOneFolder: boolean }>>;
  readonly mirrors: ReadonlyArray<{
    readonly tests: string;
    readonly sources: string;
    readonly pattern: RegExp;
    readonly exceptions: readonly string[];
  }>;
}

interface Checked {
  readonly areas: ReadonlyArray<{ readonly name: string; readonly files: number; readonly imports: number }>;
  readonly problems: readonly string[];
}

const script = new URL('../../../../scripts/ready/structure.mjs', import.meta.url);
const load = async (name: string): Promise<unknown> => import(new URL(`structure/${name}.mjs`, script).href);
const { checkStructure } = (await load('check')) as { checkStructure: (root: string, tables: Tables) => Checked };
const { rustImports } = (await load('rust')) as { rustImports: ReadImports };
const { typescriptImports } = (await load('typescript')) as { typescriptImports: ReadImports };

/** A directory with these files, which is removed after the test. */
function tree(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'structure-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

const problemsOf = (
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  { rooms = {}, circles = {}, mirrors = [] }: Partial<Tables>,
): readonly string[] => checkStructure(tree(t, files), { rooms, circles, mirrors }).problems;

const importsIn = (read: ReadImports, files: Readonly<Record<string, string>>): string[] =>
  read(new Map(Object.entries(files))).map(({ from, to, line }) => `${from}:${line} ${to}`);

const LIB = 'mod a; mod b; pub use a::{A, inner::{self, In}};';
const CRATE = { 'lib.rs': LIB, 'a/mod.rs': 'pub mod inner;\npub struct A;', 'a/inner.rs': 'pub struct In;' };

for (const [title, code, expected] of [
  ['a nested use tree', 'use crate::a::{A, inner::{In}};', ['b.rs:1 a/mod.rs', 'b.rs:1 a/inner.rs']],
  ['a renamed item that is re-exported', 'use crate::{In as Renamed};', ['b.rs:1 a/inner.rs']],
  ['a path in code', '\nfn f() -> crate::a::inner::In { super::A }', ['b.rs:2 a/inner.rs', 'b.rs:2 a/mod.rs']],
  ['a path through an imported module', 'use crate::inner;\nfn f(x: inner::In) {}', ['b.rs:2 a/inner.rs']],
  ['a name that a glob brings in', 'use crate::a::*;\nfn f(x: A) {}', ['b.rs:1 a/mod.rs']],
  ['a re-exported name that is also used', 'pub use crate::{A, In};\nfn f(x: A) {}', ['b.rs:1 a/mod.rs']],
  ['an item that a macro defines', 'use crate::a::inner::Generated;', ['b.rs:1 a/inner.rs']],
  ['a path in an inner module', 'mod inside { use super::super::A; }', ['b.rs:1 a/mod.rs']],
  ['a path after a character and a lifetime', `fn f<'a>(x: &'a str) { '"'; '{'; crate::A; }`, ['b.rs:1 a/mod.rs']],
] as const) {
  test(`Rust: ${title} is an import of the defining file`, (t) => {
    t.deepEqual(importsIn(rustImports, { ...CRATE, 'b.rs': code }), expected);
  });
}

for (const [title, code] of [
  ['comments', '// crate::A\n/* use crate::A; /* nested */ crate::A */'],
  ['texts', 'const T: &str = "crate::A \\" crate::A"; const R: &str = r#"crate::A " crate::A"#;'],
  [
    'tests',
    '#[cfg(test)]\nmod tests { use crate::{A}; }\n#[cfg(test)] use crate::{A};\n#[cfg(test)] fn f() { crate::A }',
  ],
  ['other crates', 'use wasmtime::{a::A, Store}; use ::crates::A; fn f() { std::a::A }'],
  ['modules alone', 'use crate::a; pub(in crate::a) fn f() {}'],
  ['re-exports', 'pub use crate::A; pub(crate) use crate::In;'],
] as const) {
  test(`Rust: ${title} are no imports`, (t) => {
    t.deepEqual(importsIn(rustImports, { ...CRATE, 'b.rs': code }), []);
  });
}

test('TypeScript: every form of an import counts, types too, and comments do not', (t) => {
  const code = `// import './comment.js';
/**
 * import('./comment.js')
 */
import { a } from './a.js';
import type {
  B,
} from './inner/b.js';
export * from './c.js';
import './d.js';
const lazy = () => import('./e.js');
type F = import('./f.js').F;
import { readFileSync } from 'node:fs';
import { outside } from '../outside.js';
`;
  const names = ['a', 'inner/b', 'c', 'd', 'e', 'f', 'comment'];
  const files = Object.fromEntries(names.map((name) => [`${name}.ts`, '']));
  t.deepEqual(importsIn(typescriptImports, { ...files, 'main.ts': code }), [
    'main.ts:5 a.ts',
    'main.ts:6 inner/b.ts',
    'main.ts:9 c.ts',
    'main.ts:10 d.ts',
    'main.ts:11 e.ts',
    'main.ts:12 f.ts',
  ]);
});

test('each tree of sources is counted', (t) => {
  const root = tree(t, {
    'crates/one/src/lib.rs': 'mod a; mod b;',
    'crates/one/src/a.rs': 'use crate::b::B;',
    'crates/one/src/b.rs': 'pub struct B;',
    'src/index.ts': '',
  });
  const { areas } = checkStructure(root, { rooms: {}, circles: {}, mirrors: [] });
  t.deepEqual(
    areas.map(({ name, files, imports }) => [name, files, imports]),
    [
      ['crates/one/src', 3, 1],
      ['src', 1, 0],
    ],
  );
});

const PAIR = {
  'crates/one/src/a/x.rs': 'use super::y::Y; pub struct X;',
  'crates/one/src/a/y.rs': 'use super::x::X; pub struct Y;',
};
const ROOMS = { 'crates/one/src': { a: [], b: ['a'] } };

test('a circle of Rust files fails with a path through it', (t) => {
  t.deepEqual(problemsOf(t, PAIR, { rooms: { 'crates/one/src': { a: [] } } }), [
    'crates/one/src has a circle of 2 files, such as crates/one/src/a/x.rs:1 → crates/one/src/a/y.rs:1 → crates/one/src/a/x.rs',
  ]);
});

test('a pair in one folder passes if the tables allow it; one across folders and a circle of three fail', (t) => {
  const circles = { 'crates/one/src': { size: 2, isInOneFolder: true } };
  const rooms = { 'crates/one/src': { a: [] } };
  t.deepEqual(problemsOf(t, PAIR, { rooms, circles }), []);
  const apart = {
    'crates/one/src/a/mod.rs': 'mod inner; mod x;',
    'crates/one/src/a/x.rs': 'use super::inner::y::Y; pub struct X;',
    'crates/one/src/a/inner/mod.rs': 'pub mod y;',
    'crates/one/src/a/inner/y.rs': 'use crate::a::x::X; pub struct Y;',
  };
  t.regex(problemsOf(t, apart, { rooms, circles })[0] ?? '', /has a circle of 2 files/);
  const three = {
    'crates/one/src/a/x.rs': 'use super::y::Y; pub struct X;',
    'crates/one/src/a/y.rs': 'use super::z::Z; pub struct Y;',
    'crates/one/src/a/z.rs': 'use super::x::X; pub struct Z;',
  };
  t.regex(problemsOf(t, three, { rooms, circles })[0] ?? '', /has a circle of 3 files/);
});

test('a circle of TypeScript files fails, also through types', (t) => {
  const files = { 'src/a/x.ts': "import type { Y } from './y.js';", 'src/a/y.ts': "import { x } from './x.js';" };
  t.deepEqual(problemsOf(t, files, { rooms: { src: { a: [] } } }), [
    'src has a circle of 2 files, such as src/a/x.ts:1 → src/a/y.ts:1 → src/a/x.ts',
  ]);
});

test('an import of a higher room fails, one of a lower room passes', (t) => {
  const below = { 'crates/one/src/a.rs': 'pub struct A;', 'crates/one/src/b.rs': 'use crate::a::A;' };
  t.deepEqual(problemsOf(t, below, { rooms: ROOMS }), []);
  const above = { 'crates/one/src/a.rs': 'use crate::b::B;', 'crates/one/src/b.rs': 'pub struct B;' };
  t.deepEqual(problemsOf(t, above, { rooms: ROOMS }), [
    "crates/one/src/a.rs:1 imports crates/one/src/b.rs: 'a' may import no other room",
  ]);
});

test('the folders of a room are checked if they have a table', (t) => {
  const files = {
    'src/bench/low/x.ts': "import { y } from '../high/y.js';",
    'src/bench/high/y.ts': '',
    'src/bench/loose.ts': "import { x } from './low/x.js';",
  };
  const rooms = { src: { bench: [] }, 'src/bench': { low: [], high: ['low'] } };
  t.deepEqual(problemsOf(t, files, { rooms }), [
    "src/bench/low/x.ts:1 imports src/bench/high/y.ts: 'low' may import no other room",
  ]);
});

test('folders without a table may not import each other in a circle', (t) => {
  const files = {
    'src/gate/one/a.ts': "import { b } from '../two/b.js';",
    'src/gate/two/b.ts': '',
    'src/gate/two/c.ts': "\nimport { d } from '../one/d.js';",
    'src/gate/one/d.ts': '',
  };
  t.deepEqual(problemsOf(t, files, { rooms: { src: { gate: [] } } }), [
    'the folders one, two of src/gate import each other in a circle, at src/gate/one/a.ts:1 and src/gate/two/c.ts:2',
  ]);
});

test('the tables must name all rooms and no others, each after those that it may import', (t) => {
  const files = { 'src/a/x.ts': '', 'src/new.ts': '' };
  t.deepEqual(problemsOf(t, files, { rooms: { src: { a: ['gone'], gone: [] } } }), [
    "src has a room 'new.ts' that is not in scripts/ready/structure/tables.mjs: add it after all that it imports",
    "src has no room 'gone': remove it from scripts/ready/structure/tables.mjs",
    "scripts/ready/structure/tables.mjs lets 'a' of src import 'gone', which is not before it",
  ]);
  t.deepEqual(problemsOf(t, files, {}), ['src has no rooms: add them to scripts/ready/structure/tables.mjs']);
});

const TESTS = { tests: '__test__', sources: 'src', pattern: /\.test\.ts$/, exceptions: ['docs'] };

test('a test not named as a source or folder fails, except for the exceptions', (t) => {
  const files = {
    'src/a/x.ts': '',
    'src/a/folder/y.ts': '',
    '__test__/a/x.test.ts': '',
    '__test__/a/folder.test.ts': '',
    '__test__/a/helper.ts': '',
    '__test__/a/lost.test.ts': '',
    '__test__/docs/page.test.ts': '',
  };
  t.deepEqual(problemsOf(t, files, { rooms: { src: { a: [] } }, mirrors: [TESTS] }), [
    '__test__/a/lost.test.ts has no counterpart in src: name it as the source or folder that it tests',
  ]);
});

test('an exception without tests fails', (t) => {
  const files = { 'src/a/x.ts': '', '__test__/a/x.test.ts': '' };
  t.deepEqual(problemsOf(t, files, { rooms: { src: { a: [] } }, mirrors: [TESTS] }), [
    "__test__ has no tests 'docs': remove the exception",
  ]);
});

test('the tests of a crate must mirror its sources', (t) => {
  const files = {
    'crates/one/src/a/mod.rs': '',
    'crates/one/src/b.rs': '',
    'crates/one/tests/all/main.rs': '',
    'crates/one/tests/all/a.rs': '',
    'crates/one/tests/all/b/mod.rs': '',
    'crates/one/tests/all/c.rs': '',
  };
  const mirror = {
    tests: 'crates/one/tests/all',
    sources: 'crates/one/src',
    pattern: /(?:\/mod)?\.rs$/,
    exceptions: ['main.rs'],
  };
  t.deepEqual(problemsOf(t, files, { rooms: ROOMS, mirrors: [mirror] }), [
    'crates/one/tests/all/c.rs has no counterpart in crates/one/src: name it as the source or folder that it tests',
  ]);
  t.deepEqual(problemsOf(t, files, { rooms: ROOMS }), [
    'crates/one/tests/all mirrors no sources: add it to scripts/ready/structure/tables.mjs',
  ]);
});

test('the program prints a line for each tree, and fails if there are problems, but not with --summary', (t) => {
  const root = tree(t, { 'src/unknown.ts': "import { x } from './unknown.js';" });
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [fileURLToPath(script), ...args, root], { encoding: 'utf8' });
  const failed = run();
  t.is(failed.status, 1);
  t.regex(failed.stdout, /^src: 1 files, 0 imports, no circles$/m);
  t.regex(failed.stderr, /^src has a room 'unknown\.ts' that is not in scripts\/ready\/structure\/tables\.mjs/m);
  const summary = run('--summary');
  t.deepEqual({ status: summary.status, stderr: summary.stderr }, { status: 0, stderr: '' });
});
