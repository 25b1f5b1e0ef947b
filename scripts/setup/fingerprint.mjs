// Fingerprint of inputs: a digest of their names and contents, without times and permissions.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { root } from './paths.mjs';

/**
 * The SHA-256 of the files at `paths` and of `salt`, in hexadecimal.
 *
 * @param paths - Files or directories relative to the root; missing ones are skipped.
 * @param options.keep - Whether a file of a directory counts, by its path relative to the root with `/`; all by
 * default.
 * @param options.salt - Other inputs, such as the platform.
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
