// Where is the JavaScript guest? Made by componentize-js when first asked for: 12 MB, too large to commit.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { fingerprint } from '../setup/fingerprint.mjs';
import { withLock } from '../setup/lock.mjs';
import { inRoot } from '../setup/paths.mjs';
import { say, SetupError } from '../setup/run.mjs';
import { importTool } from './toolchain.mjs';

const source = 'fixtures/guests/javascript';

/** Everything of the engine that would import WASI; what is left is pure computation. */
const disableFeatures = ['stdio', 'random', 'clocks', 'http', 'fetch-event'];

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
  const inputs = fingerprint([`${source}/guest.js`, `${source}/guest.wit`, 'fixtures/guests/package-lock.json'], {
    salt: disableFeatures,
  });
  return inRoot('fixtures', '.cache', `javascript-${inputs.slice(0, 16)}.wasm`);
}

async function build(path) {
  const { componentize } = await importTool('@bytecodealliance/componentize-js/src/componentize.js');
  say('building the JavaScript guest (about 20 seconds)');
  const { component, imports } = await componentize({
    sourcePath: inRoot(source, 'guest.js'),
    witPath: inRoot(source, 'guest.wit'),
    worldName: 'guest',
    disableFeatures,
  });
  if (imports.length > 0)
    throw new SetupError(`the JavaScript guest imports ${imports.join(', ')}; it must import nothing`);
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, component);
  renameSync(temporary, path);
}
