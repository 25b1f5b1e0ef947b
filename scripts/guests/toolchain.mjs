// Which compilers make the guests? Those of fixtures/guests/package.json, installed when first needed.
import { pathToFileURL } from 'node:url';
import { dependenciesOf } from '../setup/dependencies.mjs';
import { withLock } from '../setup/lock.mjs';
import { inRoot } from '../setup/paths.mjs';

const packageDirectory = 'fixtures/guests';
const installation = dependenciesOf(packageDirectory, 'the guest compilers (some 500 MB, once)');

/**
 * Installs the compilers where they are missing or not the lockfile's.
 *
 * @throws SetupError where npm cannot install them, such as without a network.
 */
export async function ensureToolchain() {
  if (installation.isFresh()) return;
  await withLock(inRoot(packageDirectory, '.ensure.lock'), async () => {
    if (!installation.isFresh()) await installation.build();
  });
}

/** Imports a script of the compilers, by its path below node_modules. */
export async function importTool(script) {
  await ensureToolchain();
  return import(pathToFileURL(inRoot(packageDirectory, 'node_modules', script)).href);
}
