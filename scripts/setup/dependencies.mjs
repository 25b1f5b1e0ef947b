// Is node_modules what package-lock.json says? If not, `npm ci`.
import { readFileSync } from 'node:fs';
import { fingerprint } from './fingerprint.mjs';
import { runNpm } from './npm.mjs';
import { inRoot } from './paths.mjs';
import { readRecord, writeRecord } from './record.mjs';
import { say, SetupError } from './run.mjs';

/** The record goes with node_modules: `npm ci` removes it first, so an interrupted installation is done again. */
const record = inRoot('node_modules', '.airssys-wasm-lockfile');

const wanted = () => fingerprint(['package-lock.json'], { salt: [process.platform, process.arch] });

export const dependencies = {
  isFresh: () => readRecord(record) === wanted(),

  /** Installs what the lockfile says, development dependencies included, whatever NODE_ENV is. */
  async build() {
    const inputs = wanted();
    if (readRecord(record) !== undefined || !wasInstalledByHand()) await install();
    writeRecord(record, inputs);
  },
};

async function install() {
  say('installing the npm dependencies of package-lock.json');
  const code = await runNpm(['ci', '--include=dev', '--no-progress']);
  if (code !== 0) throw new SetupError(`\`npm ci\` failed with exit code ${code}; its own message stands above`);
}

/** Whether npm's own note in node_modules names every package of the lockfile that no platform may skip. */
function wasInstalledByHand() {
  const installed = readPackages('node_modules/.package-lock.json');
  const locked = Object.entries(readPackages('package-lock.json') ?? {});
  return (
    installed !== undefined &&
    locked.every(([path, entry]) => path === '' || entry.optional || installed[path]?.integrity === entry.integrity)
  );
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(inRoot(path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
