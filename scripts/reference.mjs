// Command that writes the API reference to docs/api, from the docstrings: `npm run docs:api`.
//
// TypeDoc needs TypeScript's compiler API, which version 7 does not provide in a stable form. A separate package,
// scripts/reference, therefore has TypeDoc and a TypeScript that it supports (about 50 MB, installed on first use).
// TypeDoc fails if an export is not documented or a link is broken.
import { rmSync } from 'node:fs';
import { dependenciesOf } from './setup/dependencies.mjs';
import { withLock } from './setup/lock.mjs';
import { inRoot } from './setup/paths.mjs';
import { runNode, say, SetupError } from './setup/run.mjs';

const packageDirectory = 'scripts/reference';

async function write() {
  const installation = dependenciesOf(packageDirectory, 'TypeDoc');
  await withLock(inRoot(packageDirectory, '.ensure.lock'), async () => {
    if (!installation.isFresh()) await installation.build();
  });
  rmSync(inRoot('docs/api'), { recursive: true, force: true });
  const options = inRoot(packageDirectory, 'typedoc.json');
  const code = await runNode(inRoot(packageDirectory, 'node_modules/typedoc/bin/typedoc'), ['--options', options]);
  if (code !== 0) throw new SetupError('the reference is not complete; see the messages of TypeDoc above');
  say(`wrote ${inRoot('docs/api/index.html')}`);
}

try {
  await write();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
