// Set-up of npm dependencies: runs `npm ci` if node_modules differs from package-lock.json.
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
 * @param what - The name of what is installed, for the line of progress.
 */
export function dependenciesOf(directory = '', what = 'the npm dependencies') {
  const lockfile = [directory, 'package-lock.json'].filter(Boolean).join('/');
  // The record is in node_modules, which `npm ci` removes first: an interrupted installation is repeated.
  const record = inRoot(directory, 'node_modules', '.airssys-wasm-lockfile');
  const wanted = () => fingerprint([lockfile], { salt: [process.platform, process.arch] });
  return {
    isFresh: () => readRecord(record) === wanted(),

    /** Installs the lockfile's packages, including development dependencies, independently of NODE_ENV. */
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
  throw new SetupError(`\`npm ci\` failed with exit code ${code}; see its message above. \
Check that the npm registry can be reached`);
}

/** Whether npm's record in node_modules has every package of the lockfile that is not optional. */
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
