// Where is the JavaScript guest? Made by componentize-js when first asked for: 12 MB, too large to commit.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { fingerprint } from '../setup/fingerprint.mjs';
import { withLock } from '../setup/lock.mjs';
import { inRoot } from '../setup/paths.mjs';
import { runNode, say, SetupError } from '../setup/run.mjs';
import { ensureToolchain } from './toolchain.mjs';

/**
 * The absolute path of the JavaScript guest as a component, made if these sources have not been made before.
 * The first call installs the compilers (some 500 MB) and takes about a minute, later ones a millisecond.
 *
 * @throws SetupError where the compilers cannot be installed, such as without a network.
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
  if (code !== 0)
    throw new SetupError('the JavaScript guest was not built; the message of componentize-js stands above');
  renameSync(temporary, path);
}
