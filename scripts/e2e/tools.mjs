// Programs that the tests take from the npm registry. Each is installed once, into an ignored directory.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from '../setup/npm.mjs';
import { inRoot } from '../setup/paths.mjs';
import { say, SetupError } from '../setup/run.mjs';

/** The tested Node versions: the first supported one, and a recent one of each later line. */
export const NODES = ['20.19.0', '22.23.3', '24.21.0', '26.10.0'];

const cache = inRoot('target', 'e2e', 'tools');

/**
 * Installs the tools that are missing.
 *
 * @returns the paths of the programs; those of Node by version.
 * @throws SetupError if one cannot be installed.
 */
export async function installTools() {
  // One after another, since npm unpacks on all processors. Newer Verdaccios need a newer Node than this project.
  const verdaccio = await install('verdaccio', '6.8.0', { 'node-fetch': '2.7.0' });
  const bun = await install('bun', '1.4.5');
  const deno = await install('deno', '2.9.6');
  const nodes = {};
  for (const version of NODES) nodes[version] = await install('node', version);
  return { verdaccio, bun, deno, nodes };
}

/** The path of the program `name`. Its directory is renamed into place once complete. */
async function install(name, version, overrides = {}) {
  const directory = join(cache, `${name}-${version}`);
  if (!existsSync(directory)) await fill(directory, name, version, overrides);
  return join(directory, 'node_modules', '.bin', name);
}

async function fill(directory, name, version, overrides) {
  const unfinished = `${directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const manifest = { private: true, dependencies: { [name]: version }, overrides };
  writeFileSync(join(unfinished, 'package.json'), JSON.stringify(manifest));
  say(`installing ${name} ${version} to test the package`);
  // With install scripts, by which the packages of Node, Bun and Deno install their binaries.
  const code = await runNpm(['install', '--no-progress', '--loglevel=error'], {
    cwd: unfinished,
    tee: { text: '', isSilent: true },
  });
  if (code !== 0) throw new SetupError(`${name} ${version} could not be installed; see npm's message above`);
  renameSync(unfinished, directory);
}
