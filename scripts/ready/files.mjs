// Files of a checkout: lists and reads those of a folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const IGNORED = new Set(['node_modules', 'target']);

/**
 * The files below `folder` whose path matches `pattern`.
 *
 * @returns their paths relative to `folder`, with `/`, sorted; none if the folder is missing.
 */
export function filesBelow(folder, pattern) {
  return existsSync(folder) ? listFiles(folder, '').filter((path) => pattern.test(path)) : [];
}

function listFiles(folder, before) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = `${before}${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return IGNORED.has(entry.name) ? [] : listFiles(join(folder, entry.name), `${path}/`);
  });
}

/** The text of each of `files`, by its path relative to `folder`. */
export function readFiles(folder, files) {
  return new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}
