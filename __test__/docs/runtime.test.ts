// Do the programs on the pages about the runtime compile, and print what the pages say?
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import test from 'ava';

import { programs } from './programs.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
const options =
  '--ignoreConfig --strict --target es2023 --lib es2023,esnext.disposable --module nodenext --types node --skipLibCheck';

const pages = ['limits', 'sync-and-async', 'values', 'errors', 'host-functions', 'pooling-and-caches', 'security'];
const all = pages.flatMap(programs);

/** Below the package, so that its name leads to itself, and beside a link to the fixtures, as a folder of the clone is. */
const place = await mkdtemp(path.join(root, 'dist', 'docs-'));
const folder = path.join(place, 'programs');
test.after.always(() => rm(place, { recursive: true, force: true }));

test.before('the programs compile', async (t) => {
  t.timeout(120_000);
  await mkdir(folder);
  await symlink(path.join(root, 'fixtures'), path.join(place, 'fixtures'), 'junction');
  for (const { name, code } of all) await writeFile(path.join(folder, `${name}.mts`), code);
  const files = all.map(({ name }) => path.join(folder, `${name}.mts`));
  const complaints = await run(process.execPath, [compiler, ...options.split(' '), ...files]).then(
    () => '',
    ({ stdout }: { readonly stdout: string }) => stdout,
  );
  t.is(complaints, '');
});

for (const { name, printed } of all) {
  test(`${name} prints what its page says`, async (t) => {
    t.timeout(60_000);
    const { stdout, stderr } = await run(process.execPath, [path.join(folder, `${name}.mjs`)]);
    t.is(stderr, '');
    t.is(stdout, printed);
  });
}
