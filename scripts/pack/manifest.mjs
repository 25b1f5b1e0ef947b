// Published manifests: package.json without the fields that only a clone needs, and with the platforms' packages.

/** The fields that a clone needs and an installed package does not. */
const CLONE_FIELDS = ['scripts', 'imports', 'ava', 'napi', 'devDependencies', 'files'];

/**
 * The manifest of the package.
 *
 * The packages of the platforms are optional dependencies of exactly this version. package.json does not name them:
 * they are missing from the registry until the release, so `npm ci` would fail in a clone.
 *
 * @param manifest - package.json of the clone.
 * @param platforms - The names of the platforms that are published with it, such as `linux-x64-gnu`.
 * @param repository - The https address of the repository, if known.
 */
export function publishedManifest(manifest, platforms, repository) {
  const { name, version } = manifest;
  const kept = Object.entries(manifest).filter(([key]) => !CLONE_FIELDS.includes(key));
  const optionalDependencies = Object.fromEntries(platforms.map((platform) => [`${name}-${platform}`, version]));
  return { ...Object.fromEntries(kept), ...links(repository), optionalDependencies };
}

/**
 * The manifest from which napi-rs creates those of the platforms.
 *
 * It has no `engines`: npm silently skips an optional package whose engines do not match.
 *
 * @param manifest - package.json of the clone.
 * @param targets - The triples of the platforms that are published.
 * @param repository - The https address of the repository, if known.
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
