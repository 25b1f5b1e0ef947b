// What is about to be published? The directories that scripts/pack.mjs wrote, checked against each other.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Packages that must not be published as they are; `message` says why. */
export class PackagesError extends Error {
  name = 'PackagesError';
}

/**
 * The packages in `directory`, those of the platforms first: whoever installs the package finds them there already.
 *
 * @param directory - What `scripts/pack.mjs --out` wrote.
 * @param tag - The git tag that is published, if any, such as `v0.2.0`.
 * @returns directory, name and version of each.
 * @throws PackagesError where one is missing, or they or the tag differ in version.
 */
export function readPackages(directory, tag) {
  const all = readdirSync(directory)
    .map((name) => join(directory, name))
    .filter((path) => existsSync(join(path, 'package.json')))
    .map((path) => ({ path, manifest: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) }));
  const root = all.find(({ manifest }) => manifest.optionalDependencies !== undefined);
  if (root === undefined)
    throw new PackagesError(`${directory} holds no package that names the others: run scripts/pack.mjs`);
  const { name, version, optionalDependencies } = root.manifest;
  if (tag !== undefined && tag !== `v${version}`)
    throw new PackagesError(`the tag is ${tag}, and ${name} has ${version}`);
  const platforms = all.filter((one) => one !== root);
  checkSame(platforms, optionalDependencies, version);
  return [...platforms, root].map(({ path, manifest }) => ({ path, name: manifest.name, version: manifest.version }));
}

function checkSame(platforms, wanted, version) {
  const found = new Map(platforms.map(({ manifest }) => [manifest.name, manifest.version]));
  for (const [name, asked] of Object.entries(wanted)) {
    if (!found.has(name)) throw new PackagesError(`${name} is missing, which the package asks for: build and pack it`);
    if (asked === version && found.get(name) === version) continue;
    throw new PackagesError(`${name} has ${found.get(name)} and is asked for as ${asked}: both must be ${version}`);
  }
  const other = [...found.keys()].find((name) => !(name in wanted));
  if (other !== undefined) throw new PackagesError(`${other} is no dependency of the package: remove its directory`);
}
