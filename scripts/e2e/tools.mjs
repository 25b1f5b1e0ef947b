// Which programs does the test take from the npm registry? Each is installed once into an ignored directory.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from '../setup/npm.mjs';
import { inRoot } from '../setup/paths.mjs';
import { say, SetupError } from '../setup/run.mjs';

/** The Node versions that the package is tested on: the first that it supports, and a late one of each later line. */
export const NODES = ['20.19.0', '22.23.3', '24.21.0', '26.10.0'];

const cache = inRoot('target', 'e2e', 'tools');

/**
 * The tools, installed where they are not yet.
 *
 * @returns the paths of the programs; those of Node by version.
 * @throws SetupError where one cannot be installed.
 */
export async function installTools() {
  // One after the other: npm unpacks on all processors by itself. Newer Verdaccios need newer Nodes than we do.
  const verdaccio = await install('verdaccio', '6.8.0', { 'node-fetch': '2.7.0' });
  const bun = await install('bun', '1.4.5');
  const deno = await install('deno', '2.9.6');
  const nodes = {};
  for (const version of NODES) nodes[version] = await install('node', version);
  return { verdaccio, bun, deno, nodes };
}

/** Path of the program `name`. Its directory is renamed into place, so that what is there is whole. */
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
  say(`installing ${name} ${version} for the test of the package`);
  // With install scripts: the packages of Node, Bun and Deno put their binaries into place by them.
  const code = await runNpm(['install', '--no-progress', '--loglevel=error'], {
    cwd: unfinished,
    tee: { text: '', isSilent: true },
  });
  if (code !== 0) throw new SetupError(`${name} ${version} could not be installed; npm's message stands above`);
  renameSync(unfinished, directory);
}
