// README samples: each runs on this Node as written, prints what the README says, and compiles as TypeScript.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

/** All samples in JavaScript, in order. */
const samples = [...readme.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
const [quickStart = '', asynchronous = '', suite = ''] = samples;

/** Saves the code beside the README, where a reader would, while `use` runs. */
async function saved<T>(code: string, extension: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = fileURLToPath(new URL(`readme-${randomUUID()}.${extension}`, root));
  writeFileSync(path, code);
  try {
    return await use(path);
  } finally {
    rmSync(path);
  }
}

test('there are three samples, and all are JavaScript', (t) => {
  t.is(samples.length, 3);
  t.false(/^```(?:ts|typescript)$/m.test(readme));
});

for (const [name, code, expected] of [
  ['quick start', quickStart, ['42', 'OUT_OF_FUEL']],
  ['asynchronous sample', asynchronous, ['40', '40 true', 'ABORTED']],
] as const) {
  // Node runs `.mjs` without removing types, so TypeScript-only syntax fails here.
  test(`the ${name} prints what the README says`, async (t) => {
    const { stdout, stderr } = await saved(code, 'mjs', (path) => run(process.execPath, [path]));
    t.is(stderr, '');
    t.deepEqual(stdout.trimEnd().split('\n'), expected);
    for (const line of expected) t.true(readme.includes(`\`${line}\``), line);
  });
}

test('the suite runs', async (t) => {
  const cli = fileURLToPath(new URL('dist/src/cli/main.js', root));
  const { stdout, stderr } = await saved(suite, 'bench.mjs', (path) =>
    run(process.execPath, [cli, 'bench', path, '--test', '--quiet']),
  );
  t.regex(stdout, /^1 of 1 benchmarks /, stderr);
});

const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));
const options = [
  '--ignoreConfig',
  '--strict',
  '--noEmit',
  '--target',
  'es2023',
  '--module',
  'nodenext',
  '--types',
  'node',
];

samples.forEach((code, index) => {
  test(`sample ${index + 1} is valid TypeScript too`, async (t) => {
    await t.notThrowsAsync(saved(code, 'mts', (path) => run(process.execPath, [compiler, ...options, path])));
  });
});
