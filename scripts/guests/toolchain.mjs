// Compilers of the guests: the packages of fixtures/guests/package.json, installed on first use.
import { pathToFileURL } from 'node:url';
import { dependenciesOf } from '../setup/dependencies.mjs';
import { withLock } from '../setup/lock.mjs';
import { inRoot } from '../setup/paths.mjs';

const packageDirectory = 'fixtures/guests';
const installation = dependenciesOf(packageDirectory, 'the guest compilers (about 500 MB, once)');

/**
 * Installs the compilers if they are missing or differ from the lockfile.
 *
 * @throws SetupError if npm cannot install them, for example without a network.
 */
export async function ensureToolchain() {
  if (installation.isFresh()) return;
  await withLock(inRoot(packageDirectory, '.ensure.lock'), async () => {
    if (!installation.isFresh()) await installation.build();
  });
}

/** Imports a script of the compilers by its path below node_modules. */
export async function importTool(script) {
  await ensureToolchain();
  return import(pathToFileURL(inRoot(packageDirectory, 'node_modules', script)).href);
}
