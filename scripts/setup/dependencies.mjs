// Is node_modules what package-lock.json says? If not, `npm ci`.
import { readFileSync } from 'node:fs';
import { fingerprint } from './fingerprint.mjs';
import { runNpm } from './npm.mjs';
import { inRoot } from './paths.mjs';
import { readRecord, writeRecord } from './record.mjs';
import { say, SetupError } from './run.mjs';

/**
 * The step that installs the npm dependencies of one package of this checkout.
 *
 * @param directory - The package's directory relative to the root, with `/`; the root itself by default.
 * @param what - What is installed, for the line of progress.
 */
export function dependenciesOf(directory = '', what = 'the npm dependencies') {
  const lockfile = [directory, 'package-lock.json'].filter(Boolean).join('/');
  // The record goes with node_modules: `npm ci` removes it first, so an interrupted installation is done again.
  const record = inRoot(directory, 'node_modules', '.airssys-wasm-lockfile');
  const wanted = () => fingerprint([lockfile], { salt: [process.platform, process.arch] });
  return {
    isFresh: () => readRecord(record) === wanted(),

    /** Installs what the lockfile says, development dependencies included, whatever NODE_ENV is. */
    async build() {
      const inputs = wanted();
      if (readRecord(record) !== undefined || !wasInstalledByHand(directory)) await install(directory, what);
      writeRecord(record, inputs);
    },
  };
}

async function install(directory, what) {
  say(`installing ${what} of ${inRoot(directory, 'package-lock.json')}`);
  const code = await runNpm(['ci', '--include=dev', '--no-progress', '--loglevel=error'], { cwd: inRoot(directory) });
  if (code === 0) return;
  throw new SetupError(`\`npm ci\` failed with exit code ${code}; its own message stands above. \
Check that the npm registry can be reached`);
}

/** Whether npm's own note in node_modules names every package of the lockfile that no platform may skip. */
function wasInstalledByHand(directory) {
  const installed = readPackages(inRoot(directory, 'node_modules', '.package-lock.json'));
  const locked = Object.entries(readPackages(inRoot(directory, 'package-lock.json')) ?? {});
  return (
    installed !== undefined &&
    locked.every(([path, entry]) => path === '' || entry.optional || installed[path]?.integrity === entry.integrity)
  );
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
