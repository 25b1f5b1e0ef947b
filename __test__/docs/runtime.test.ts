// Programs on the pages about the runtime: they compile, run on this Node as written, and print what the pages show.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import test from 'ava';

import { programs, typescript } from './programs.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
const OPTIONS =
  '--ignoreConfig --noEmit --strict --target es2023 --lib es2023,esnext.disposable --module nodenext --types node --skipLibCheck';
/** Plain JavaScript has neither types of parameters nor casts of caught errors. */
const JAVASCRIPT = '--allowJs --checkJs --noImplicitAny false --useUnknownInCatchVariables false';

const pages = ['limits', 'sync-and-async', 'values', 'errors', 'host-functions', 'pooling-and-caches', 'security'];
const all = pages.flatMap(programs);
const typed = pages.flatMap(typescript);

/** Inside the package, so that its name resolves to itself, and beside a link to the fixtures, like a folder of the clone. */
const place = await mkdtemp(path.join(root, 'dist', 'docs-'));
const folder = path.join(place, 'programs');
test.before(async () => {
  await mkdir(folder);
  await symlink(path.join(root, 'fixtures'), path.join(place, 'fixtures'), 'junction');
  for (const { name, code } of all) await writeFile(path.join(folder, `${name}.mjs`), code);
  for (const { name, code } of typed) await writeFile(path.join(folder, `${name}.mts`), code);
});
test.after.always(() => rm(place, { recursive: true, force: true }));

/** What the compiler reports about files of the folder. */
async function complaints(files: readonly string[], options: string): Promise<string> {
  const paths = files.map((file) => path.join(folder, file));
  return run(process.execPath, [compiler, ...options.split(' '), ...paths]).then(
    () => '',
    ({ stdout }: { readonly stdout: string }) => stdout,
  );
}

test('the programs compile', async (t) => {
  t.timeout(120_000);
  const files = all.map(({ name }) => `${name}.mjs`);
  t.is(await complaints(files, `${OPTIONS} ${JAVASCRIPT}`), '');
});

test('the TypeScript compiles', async (t) => {
  t.timeout(120_000);
  const files = typed.map(({ name }) => `${name}.mts`);
  t.is(await complaints(files, OPTIONS), '');
});

for (const { name, printed } of all) {
  test(`${name} prints what its page shows`, async (t) => {
    t.timeout(60_000);
    const { stdout, stderr } = await run(process.execPath, [path.join(folder, `${name}.mjs`)]);
    t.is(stderr, '');
    t.is(stdout, printed);
  });
}
