// Do the README's examples run as they stand?
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

/** The blocks of TypeScript in the README: the ten lines, then the asynchronous ones. */
const [tenLines = '', asynchronous = ''] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);

/** Writes the lines beside the README, where its reader would, for as long as `use` runs. */
async function saved<T>(code: string, extension: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = fileURLToPath(new URL(`readme-${randomUUID()}.${extension}`, root));
  writeFileSync(path, code);
  try {
    return await use(path);
  } finally {
    rmSync(path);
  }
}

/** What the TypeScript compiler is told of a file alone. */
const options = ['--ignoreConfig', '--strict', '--target', 'es2023', '--module', 'nodenext', '--types', 'node'];
const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));

test('the ten lines print what the README says', async (t) => {
  const { stdout } = await saved(tenLines, 'mjs', (path) => run(process.execPath, [path]));
  const printed = stdout.trim().split('\n');
  t.deepEqual(printed, ['42', 'OUT_OF_FUEL']);
  for (const line of printed) t.true(readme.includes(`\`${line}\``));
});

test('the ten lines are TypeScript too', async (t) => {
  await t.notThrowsAsync(
    saved(tenLines, 'mts', (path) => run(process.execPath, [compiler, ...options, '--noEmit', path])),
  );
});

test('the asynchronous lines compile, and print what the README says', async (t) => {
  const { stdout } = await saved(asynchronous, 'mts', async (path) => {
    const output = path.replace(/mts$/, 'mjs');
    try {
      await run(process.execPath, [compiler, ...options, '--lib', 'es2023,esnext.disposable', path]);
      return await run(process.execPath, [output]);
    } finally {
      rmSync(output, { force: true });
    }
  });
  const printed = stdout.trim().split('\n');
  t.deepEqual(printed, ['40', '40 true', 'ABORTED']);
  for (const line of printed) t.true(readme.includes(`\`${line}\``));
});
