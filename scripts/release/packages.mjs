// Packages to publish: the directories that scripts/pack.mjs wrote, checked for consistency.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Inconsistent packages; `message` has the reason. */
export class PackagesError extends Error {
  name = 'PackagesError';
}

/**
 * The packages in `directory`. Those of the platforms come first, so that they exist once the package can be installed.
 *
 * @param directory - The directory that `scripts/pack.mjs --out` wrote.
 * @param tag - The git tag that is published, if any, such as `v0.2.0`.
 * @returns the directory, name and version of each.
 * @throws PackagesError if one is missing, or if their versions or the tag differ.
 */
export function readPackages(directory, tag) {
  const all = readdirSync(directory)
    .map((name) => join(directory, name))
    .filter((path) => existsSync(join(path, 'package.json')))
    .map((path) => ({ path, manifest: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) }));
  const root = all.find(({ manifest }) => manifest.optionalDependencies !== undefined);
  if (root === undefined)
    throw new PackagesError(`${directory} holds no package with optional dependencies: run scripts/pack.mjs`);
  const { name, version, optionalDependencies } = root.manifest;
  if (tag !== undefined && tag !== `v${version}`)
    throw new PackagesError(`the tag is ${tag}, but ${name} has version ${version}`);
  const platforms = all.filter((candidate) => candidate !== root);
  checkSame(platforms, optionalDependencies, version);
  return [...platforms, root].map(({ path, manifest }) => ({ path, name: manifest.name, version: manifest.version }));
}

function checkSame(platforms, wanted, version) {
  const found = new Map(platforms.map(({ manifest }) => [manifest.name, manifest.version]));
  for (const [name, required] of Object.entries(wanted)) {
    if (!found.has(name))
      throw new PackagesError(`${name} is missing, but the package depends on it: build and pack it`);
    if (required === version && found.get(name) === version) continue;
    throw new PackagesError(
      `${name} has version ${found.get(name)} and is required as ${required}: both must be ${version}`,
    );
  }
  const other = [...found.keys()].find((name) => !(name in wanted));
  if (other !== undefined) throw new PackagesError(`${other} is not a dependency of the package: remove its directory`);
}
