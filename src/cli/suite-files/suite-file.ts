// Which suite does a file hold?
import { pathToFileURL } from 'node:url';

import { BenchError } from '../../bench/errors.js';
import { defineSuite, type SuiteOptions } from '../../bench/suite/define.js';
import type { Suite } from '../../bench/suite/definition.js';
import { supervised, type Supervisor } from '../../bench/process-guard.js';
import { textOf } from '../../bench/error-text.js';
import { placeOf } from './error-location.js';

/** What the name of a suite file ends in. */
export const SUITE_FILE: RegExp = /\.bench\.m?[jt]s$/;

/**
 * Imports `file`, whose default export is a suite, or what `defineSuite` makes one of.
 *
 * @param file - An absolute path that `SUITE_FILE` matches.
 * @throws BenchError with `BAD_DEFINITION` for a file that cannot be imported, or whose suite is not sound.
 */
export async function loadSuite(file: string, supervisor?: Supervisor): Promise<Suite> {
  const { default: suite } = await importing(file, supervisor);
  if (typeof suite !== 'object' || suite === null) {
    throw new BenchError(
      'BAD_DEFINITION',
      `${file} exports no suite: write export default defineSuite({ category, benchmarks })`,
    );
  }
  try {
    return defineSuite(suite);
  } catch (cause) {
    throw new BenchError('BAD_DEFINITION', `${file}: ${textOf(cause)}`, { cause });
  }
}

async function importing(
  file: string,
  supervisor: Supervisor | undefined,
): Promise<{ readonly default?: SuiteOptions }> {
  const url = pathToFileURL(file).href;
  try {
    return await supervised(file, { supervisor }, async (guard) => guard.wait(import(url)));
  } catch (cause) {
    throw new BenchError('BAD_DEFINITION', `${file} cannot be imported: ${await explained(cause, url)}`, { cause });
  }
}

/** What was thrown, with the place and the fix where they are known. */
async function explained(thrown: unknown, url: string): Promise<string> {
  const [reason = ''] = textOf(thrown).trimStart().split('\n', 1);
  if (!(thrown instanceof Error)) return reason;
  const { code, name } = thrown as NodeJS.ErrnoException;
  const place = await placeOf(thrown, url);
  const fix = FIXES.find(({ applies }) => applies.test(`${code ?? name} ${reason}`))?.fix;
  return `${reason}${place === undefined ? '' : ` (${place})`}${fix === undefined ? '' : `: ${fix}`}`;
}

const FIXES: readonly { readonly applies: RegExp; readonly fix: string }[] = [
  {
    applies: /^ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX/,
    fix: 'types are only removed; write it in JavaScript, such as an object with as const for an enum',
  },
  {
    applies: /^ERR_MODULE_NOT_FOUND Cannot find package 'airssys-wasm'/,
    fix: 'install it in the project of that file, as in npm install --save-dev airssys-wasm',
  },
  {
    applies: /^ERR_MODULE_NOT_FOUND Cannot find module/,
    fix: 'name files with the ending that they have, such as ./data.ts',
  },
  {
    applies: /^ReferenceError (require|module|exports) is not defined in ES module scope/,
    fix: 'this is an ES module: write import for require, and export default for module.exports',
  },
  {
    applies: /^SyntaxError Cannot use import statement outside a module/,
    fix: 'name the file .bench.mts or .bench.mjs, or write "type": "module" into the package.json above it',
  },
];
