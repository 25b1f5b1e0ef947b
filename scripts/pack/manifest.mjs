// What do the published manifests say? package.json without what only a clone needs, and with the platforms' packages.

/** What a clone needs and an installed package does not. */
const OF_CLONES = ['scripts', 'imports', 'ava', 'napi', 'devDependencies', 'files'];

/**
 * The manifest of the package.
 *
 * The packages of the platforms are optional dependencies of exactly this version. They are named here alone: in a clone
 * they would be missing from the registry until the release, and `npm ci` would fail.
 *
 * @param manifest - package.json of the clone.
 * @param platforms - The names of the platforms that are published with it, such as `linux-x64-gnu`.
 * @param repository - Its address on the web, if known.
 */
export function publishedManifest(manifest, platforms, repository) {
  const { name, version } = manifest;
  const kept = Object.entries(manifest).filter(([key]) => !OF_CLONES.includes(key));
  const optionalDependencies = Object.fromEntries(platforms.map((platform) => [`${name}-${platform}`, version]));
  return { ...Object.fromEntries(kept), ...links(repository), optionalDependencies };
}

/**
 * The manifest from which napi-rs makes those of the platforms.
 *
 * Without `engines`: npm leaves out an optional package whose engines do not fit, and says nothing.
 *
 * @param manifest - package.json of the clone.
 * @param targets - The triples of the platforms that are published.
 */
export function platformsManifest(manifest, targets, repository) {
  const { name, version, description, license, napi } = manifest;
  return { name, version, description, license, ...links(repository), napi: { ...napi, targets } };
}

function links(repository) {
  if (repository === undefined) return {};
  return {
    repository: { type: 'git', url: `git+${repository}.git` },
    homepage: `${repository}#readme`,
    bugs: { url: `${repository}/issues` },
  };
}
