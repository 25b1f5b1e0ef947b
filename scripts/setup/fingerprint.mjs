// Have these inputs changed? A digest of names and contents; times and permissions do not count.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { root } from './paths.mjs';

/**
 * Hex SHA-256 over the files at `paths` and whatever else decides the result.
 *
 * @param paths - Files or directories relative to the root; missing ones count as absent.
 * @param options.keep - Which files of a directory count, by path relative to the root with `/`; all by default.
 * @param options.salt - Strings that belong to the inputs without being files, such as the platform.
 */
export function fingerprint(paths, { keep = () => true, salt = [] } = {}) {
  const digest = createHash('sha256');
  const add = (bytes) => digest.update(`${bytes.length}:`).update(bytes);
  for (const text of salt) add(Buffer.from(text));
  for (const path of paths.flatMap(filesBelow).filter(keep)) {
    add(Buffer.from(path));
    add(readFileSync(join(root, path)));
  }
  return digest.digest('hex');
}

function filesBelow(path) {
  const kind = statSync(join(root, path), { throwIfNoEntry: false });
  if (!kind) return [];
  if (kind.isFile()) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name)
        .slice(root.length)
        .split(sep)
        .join('/'),
    )
    .sort();
}
