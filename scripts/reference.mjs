// What does the package export? `npm run docs:api` writes the reference of it all to docs/api, from the docstrings.
//
// TypeDoc reads sources by TypeScript's compiler API, of which version 7 has no stable form. So it stands in a package of its
// own, scripts/reference, with the TypeScript that it supports, and is installed when first needed (some 50 MB). It fails
// where anything is not documented or a link leads nowhere.
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
  if (code !== 0) throw new SetupError('the reference is not complete; what TypeDoc found stands above');
  say(`the reference is ${inRoot('docs/api/index.html')}`);
}

try {
  await write();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
