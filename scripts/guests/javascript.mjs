// JavaScript guest: built by componentize-js on first use, since its 12 MB are too large to commit.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { fingerprint } from '../setup/fingerprint.mjs';
import { withLock } from '../setup/lock.mjs';
import { inRoot } from '../setup/paths.mjs';
import { runNode, say, SetupError } from '../setup/run.mjs';
import { ensureToolchain } from './toolchain.mjs';

/**
 * Builds the JavaScript guest as a component, unless it has been built from the same sources before.
 * The first call installs the compilers (about 500 MB) and takes about a minute, later ones a millisecond.
 *
 * @returns the absolute path of the component.
 * @throws SetupError if the compilers cannot be installed, for example without a network.
 */
export async function ensureJavaScriptGuest() {
  const path = cachePath();
  if (existsSync(path)) return path;
  mkdirSync(inRoot('fixtures', '.cache'), { recursive: true });
  await withLock(inRoot('fixtures', '.cache', 'javascript.lock'), async () => {
    if (!existsSync(path)) await build(path);
  });
  return path;
}

function cachePath() {
  const sources = ['guest.js', 'guest.wit'].map((name) => `fixtures/guests/javascript/${name}`);
  const inputs = fingerprint([...sources, 'fixtures/guests/package-lock.json', 'scripts/guests/componentize.mjs']);
  return inRoot('fixtures', '.cache', `javascript-${inputs.slice(0, 16)}.wasm`);
}

async function build(path) {
  await ensureToolchain();
  say('building the JavaScript guest (about 20 seconds)');
  const temporary = `${path}.${process.pid}`;
  const code = await runNode(inRoot('scripts/guests/componentize.mjs'), [temporary]);
  if (code !== 0) throw new SetupError('the JavaScript guest was not built; see the message of componentize-js above');
  renameSync(temporary, path);
}
