// Do the README's ten lines run as they stand, as JavaScript and as TypeScript?
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

/** The first block of TypeScript in the README. */
function tenLines(): string {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  if (code === undefined) throw new Error('the README has no block of TypeScript');
  return code;
}

/** Writes the lines beside the README, where its reader would, for as long as `use` runs. */
async function saved<T>(extension: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = fileURLToPath(new URL(`readme-${randomUUID()}.${extension}`, root));
  writeFileSync(path, tenLines());
  try {
    return await use(path);
  } finally {
    rmSync(path);
  }
}

test('the ten lines print what the README says', async (t) => {
  const { stdout } = await saved('mjs', (path) => run(process.execPath, [path]));
  const printed = stdout.trim().split('\n');
  t.deepEqual(printed, ['42', 'OUT_OF_FUEL']);
  for (const line of printed) t.true(readme.includes(`\`${line}\``));
});

test('the ten lines are TypeScript too', async (t) => {
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--target',
    'es2023',
    '--module',
    'nodenext',
    '--types',
    'node',
  ];
  const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));
  await t.notThrowsAsync(saved('mts', (path) => run(process.execPath, [compiler, ...options, path])));
});
