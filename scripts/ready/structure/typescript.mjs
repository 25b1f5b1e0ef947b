// Imports between TypeScript files.
import { posix } from 'node:path';

const COMMENT = /^\s*(?:\/\/.*$|\/\*[^]*?\*\/)/gm;
const IMPORT = /(?:^(?:import|export)\b[^'"`;]*?\bfrom|^import|\bimport\s*\()\s*(['"])(?<specifier>\.[^'"]+)\1/gm;

/**
 * The imports between the files of a folder, including types and dynamic imports.
 *
 * @param sources - The text of each file, by its path relative to the folder, with `/`.
 * @returns `{ from, to, line }` of each import of another file of the folder.
 */
export function typescriptImports(sources) {
  return [...sources].flatMap(([from, text]) =>
    specifiersOf(text).flatMap(({ specifier, line }) => {
      const to = posix.join(posix.dirname(from), specifier.replace(/\.js$/, '.ts'));
      return sources.has(to) ? [{ from, to, line }] : [];
    }),
  );
}

function specifiersOf(text) {
  const code = text.replaceAll(COMMENT, (comment) => '\n'.repeat(comment.split('\n').length - 1));
  return [...code.matchAll(IMPORT)].map(({ index, groups }) => ({
    specifier: groups.specifier,
    line: code.slice(0, index).split('\n').length,
  }));
}
