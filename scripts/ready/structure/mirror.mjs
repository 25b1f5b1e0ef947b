// Check that a tree of tests mirrors its sources: each test is named as a source or as a folder of sources.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from '../files.mjs';

const SOURCES = /\.(?:rs|ts|mjs|sh)$/;

/**
 * Checks a tree of tests.
 *
 * @param root - Directory of the checkout.
 * @param mirror - An entry of `mirrors` in tables.mjs.
 * @returns `name` of the tree, the number of `tests` and of `unmatched` ones among them, and `problems`, a line for
 * each violation.
 */
export function checkMirror(root, { tests, sources, pattern, exceptions }) {
  const all = filesBelow(join(root, tests), pattern);
  const isExcepted = (file, exception) => file === exception || file.startsWith(`${exception}/`);
  const checked = all.filter((file) => !exceptions.some((exception) => isExcepted(file, exception)));
  const names = new Set(filesBelow(join(root, sources), SOURCES).map((file) => file.replace(SOURCES, '')));
  const unmatched = checked.filter((file) => {
    const name = file.replace(pattern, '');
    return !names.has(name) && !existsSync(join(root, sources, name));
  });
  const unused = exceptions.filter((exception) => !all.some((file) => isExcepted(file, exception)));
  return {
    name: tests,
    tests: all.length,
    unmatched: unmatched.length,
    problems: [
      ...unmatched.map(
        (file) => `${tests}/${file} has no counterpart in ${sources}: name it as the source or folder that it tests`,
      ),
      ...unused.map((exception) => `${tests} has no tests '${exception}': remove the exception`),
    ],
  };
}
