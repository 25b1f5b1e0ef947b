// Tests of suite files: loading, TypeScript, and rejections.
import path from 'node:path';

import test from 'ava';

import { isSuiteFile } from '../../../src/cli/suite-files/suites.js';
import { type Project, project } from '../project.js';

const OURS = new URL('../../../src/', import.meta.url).href;

const TYPED = `
import { defineSuite, parameterized, type SuiteOptions, sync } from 'airssys-wasm/bench';
import { repeated, type Size } from './data.ts';
const options: SuiteOptions = {
  category: 'parse',
  benchmarks: [
    ...parameterized([10, 100] as const satisfies readonly Size[], (size) => ({
      group: 'parse/json',
      function: 'list',
      setup: () => sync((text: string): unknown => JSON.parse(text), { setup: () => repeated(size), per: 'batch' }),
    })),
  ],
};
export default defineSuite(options);
`;

const DATA = `
export type Size = 10 | 100;
export function repeated(size: Size): string { return JSON.stringify(Array.from<number>({ length: size }).fill(1)); }
`;

const PLAIN = `export default { category: 'plain', benchmarks: [
  { function: 'f', setup: async () => (await import('airssys-wasm/bench')).sync(() => Math.random()) } ] };`;

/** Loads suite files in a new process with the package under test, and runs `then` on the suites. */
async function load(
  { run }: Project,
  args: readonly string[],
  then = 'suites.flatMap((s) => s.benchmarks.map(benchmarkId))',
): Promise<unknown> {
  const printed = await run(`
    import { benchmarkId } from '${OURS}bench/suite/definition.js';
    import { runSuites } from '${OURS}bench.js';
    const { loadSuiteFiles } = await import('${OURS}cli/suite-files/suites.js');
    try {
      const suites = await loadSuiteFiles(${JSON.stringify(args)}, process.cwd());
      console.log(JSON.stringify(${then}));
    } catch (error) {
      console.log(JSON.stringify(error.name + ': ' + error.message));
    }`);
  return JSON.parse(printed);
}

test.serial('suites are written in TypeScript and in JavaScript, and import each other’s files', async (t) => {
  const files = { 'a.bench.ts': TYPED, 'data.ts': DATA, 'deep/b.bench.mjs': PLAIN };
  const at = await project(t, files);
  t.deepEqual(await load(at, ['a.bench.ts', './deep/b.bench.mjs']), [
    'parse/json/list/10',
    'parse/json/list/100',
    'plain/f',
  ]);
  t.deepEqual(await load(at, ['deep/*.bench.mjs']), ['plain/f']);
  t.deepEqual(await load(at, ['./deep/*.bench.mjs']), ['plain/f']);
  t.deepEqual(await load(at, [path.join(at.directory, 'deep/*.bench.m?s')]), ['plain/f']);
  t.deepEqual(await load(at, [`../${path.basename(at.directory)}/deep/*.bench.mjs`]), ['plain/f']);
  // Files in node_modules are left out, and no file is loaded twice.
  t.deepEqual(await load(at, ['**/*.bench.{ts,mjs}', 'a.bench.ts']), [
    'parse/json/list/10',
    'parse/json/list/100',
    'plain/f',
  ]);
});

test.serial('a suite that was written with another copy of the package runs', async (t) => {
  const at = await project(t, { 'a.bench.ts': TYPED, 'data.ts': DATA });
  const quick = '{ sampleSize: 5, measurementTimeS: 0.01, warmUpTimeS: 0.005, nresamples: 100 }';
  const then = `await runSuites(suites, ${quick}).then(({ results, failures }) => [results.map(({ id }) => id), failures])`;
  t.deepEqual(await load(at, ['a.bench.ts'], then), [['parse/json/list/10', 'parse/json/list/100'], []]);
});

for (const [resolution, ...options] of [
  ['node16', '--module', 'node16', '--moduleResolution', 'node16'],
  ['nodenext', '--module', 'nodenext'],
  ['bundler', '--module', 'esnext', '--moduleResolution', 'bundler'],
] as const) {
  test.serial(`the package's exports have types, resolved as ${resolution}`, async (t) => {
    const wrong = TYPED.replace('(text: string): unknown => JSON.parse(text)', '(text) => text.nowhere()');
    const files = { 'a.bench.ts': TYPED, 'wrong.bench.ts': wrong, 'data.ts': DATA };
    const { compile } = await project(t, files);
    const flags = ['--allowImportingTsExtensions', '--skipLibCheck', ...options];
    t.is(await compile('a.bench.ts', ...flags), '');
    t.regex(
      await compile('wrong.bench.ts', ...flags),
      /^wrong\.bench\.ts\(\d+,\d+\): error TS\d+: Property 'nowhere' does not exist on type 'string'\.\n$/,
    );
  });
}

const suite = (statement: string) => `${statement}\n${PLAIN}`;

const BAD: [why: string, files: Record<string, string>, args: string[], message: RegExp][] = [
  [
    'no file',
    {},
    ['none.bench.ts'],
    /^UsageError: there is no file none\.bench\.ts in .*: name a suite file that exists$/,
  ],
  [
    'a glob that matches nothing',
    {},
    ['x/*.bench.ts'],
    /^UsageError: no file in .* matches x\/\*\.bench\.ts: name suite files that exist$/,
  ],
  [
    'a file of another name',
    { 'a.ts': PLAIN },
    ['a.ts'],
    /^UsageError: a\.ts names a\.ts, which is not a suite file: its name must end in \.bench\.ts, /,
  ],
  [
    'CommonJS',
    { 'a.bench.cjs': '' },
    ['a.bench.cjs'],
    /^UsageError: a\.bench\.cjs names a\.bench\.cjs, which is not a suite file/,
  ],
  [
    'no default export',
    { 'a.bench.ts': 'export const a = 1;' },
    ['a.bench.ts'],
    /a\.bench\.ts exports no suite: add export default defineSuite\(/,
  ],
  [
    'an enum',
    { 'a.bench.ts': suite('enum Size { Small }') },
    ['a.bench.ts'],
    /a\.bench\.ts cannot be imported: TypeScript enum is not supported in strip-only mode \(.*a\.bench\.ts:1\): only type annotations are removed; /,
  ],
  [
    'an enum in an imported file',
    { 'a.bench.ts': suite("import './size.ts';"), 'size.ts': '\nenum Size { Small }' },
    ['a.bench.ts'],
    /\(.*size\.ts:2\): only type annotations are removed; /,
  ],
  [
    'a syntax error',
    { 'a.bench.ts': suite('const x: = 3;') },
    ['a.bench.ts'],
    /cannot be imported: .*`=`.* \(.*a\.bench\.ts:1\)$/,
  ],
  [
    'an import without its extension',
    { 'a.bench.ts': suite("import './data';"), 'data.ts': DATA },
    ['a.bench.ts'],
    /: import files with their extension, such as \.\/data\.ts$/,
  ],
  [
    'a suite in a CommonJS package',
    { 'package.json': '{"type":"commonjs"}', 'a.bench.js': suite("import 'node:fs';") },
    ['a.bench.js'],
    /outside a module \(.*a\.bench\.js:1\): name the file \.bench\.mts or \.bench\.mjs/,
  ],
  [
    'an error thrown in an imported file',
    { 'a.bench.ts': suite("import './data.ts';"), 'data.ts': '\nconst config: any = undefined;\nconfig.name;' },
    ['a.bench.ts'],
    /a\.bench\.ts cannot be imported: Cannot read properties of undefined .* \([^ ]*[^:]\/data\.ts:3\)$/,
  ],
  [
    'a syntax error in an imported JavaScript file',
    { 'a.bench.mjs': suite("import './da ta.mjs';"), 'da ta.mjs': '\nexport default {{{' },
    ['a.bench.mjs'],
    /a\.bench\.mjs cannot be imported: .* \([^:]+da ta\.mjs:2\)$/,
  ],
  [
    'an invalid definition',
    {
      'a.bench.mjs':
        "import { defineSuite } from 'airssys-wasm/bench';\n\nexport default defineSuite({ category: 'a' });",
    },
    ['a.bench.mjs'],
    /cannot be imported: suite 'a': benchmarks is undefined: .* \(.*a\.bench\.mjs:3\)$/,
  ],
  [
    'CommonJS in an ES module',
    { 'a.bench.js': "const { defineSuite } = require('airssys-wasm/bench');" },
    ['a.bench.js'],
    /\(.*a\.bench\.js:1\): this is an ES module: use import instead of require, and export default instead of module\.exports$/,
  ],
  [
    'a file that throws a value without a text',
    { 'a.bench.mjs': 'throw Object.create(null);' },
    ['a.bench.mjs'],
    /a\.bench\.mjs cannot be imported: \[Object: null prototype\] \{\}$/,
  ],
  [
    'one id in two files',
    { 'a.bench.mjs': PLAIN, 'b.bench.mjs': PLAIN },
    ['a.bench.mjs', 'b.bench.mjs'],
    /^BenchError: benchmark 'plain\/f' is defined twice/,
  ],
];

for (const [why, files, args, message] of BAD) {
  test.serial(`${why} is rejected`, async (t) => {
    t.regex((await load(await project(t, files), args)) as string, message);
  });
}

test.serial('a suite in a project without the package is rejected with what to install', async (t) => {
  const { directory, run } = await project(t, { 'a.bench.ts': TYPED, 'data.ts': DATA });
  await run("await (await import('node:fs/promises')).rm('node_modules', { recursive: true })");
  t.regex(
    (await load({ run, directory } as Project, ['a.bench.ts'])) as string,
    /Cannot find package 'airssys-wasm'.*: install it in the project of that file: npm install --save-dev airssys-wasm$/,
  );
});

test.serial('files are distinguished from filters', async (t) => {
  const { directory } = await project(t, { 'notes.txt': '', execution: '' });
  for (const file of [
    'a.bench.ts',
    'x/*.bench.mjs',
    './a.bench.mts',
    'a.bench.js',
    'a.bench.cts',
    'notes.txt',
    './notes.txt',
  ]) {
    t.true(await isSuiteFile(file, directory), file);
  }
  for (const filter of ['execution', 'parse/json', '^parse/.*small', 'no.txt', 'bench', 'node_modules']) {
    t.false(await isSuiteFile(filter, directory), filter);
  }
});
