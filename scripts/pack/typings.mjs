// Typings that a user's compiler reads: those that `exports` names, and all that they import.
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * The paths of the typings that can be reached, relative to `root`, with `/`.
 *
 * @param root - The directory of the package.
 * @param exports - The manifest's `exports`, whose `types` are the entry points.
 */
export function reachableTypings(root, exports) {
  const found = new Set();
  const waiting = Object.values(exports).flatMap(({ types }) => (types === undefined ? [] : [posix.normalize(types)]));
  for (const path of waiting) {
    if (found.has(path)) continue;
    found.add(path);
    waiting.push(...importsOf(readFileSync(join(root, path), 'utf8')).map((target) => typingsOf(path, target)));
  }
  return found;
}

/** The relative specifiers that a module imports, as the compiler writes them. */
export function importsOf(text) {
  return [...text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"](\.[^'"]+)['"]/g)].map(([, target]) => target);
}

const typingsOf = (path, target) => posix.join(posix.dirname(path), target.replace(/\.js$/, '.d.ts'));
