// Files of a tree: which there are, and what stands in them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The files below `folder` whose path matches `pattern`, relative to `folder`, with `/`, sorted. */
export function filesBelow(folder, pattern) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(folder, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    )
    .filter((path) => pattern.test(path))
    .sort();
}

/** The text of each of `files`, by its path relative to `folder`. */
export function readFiles(folder, files) {
  return new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}
