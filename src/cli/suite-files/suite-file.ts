// Suite file: imports one file and checks the suite that it exports.
import { pathToFileURL } from 'node:url';

import { BenchError } from '../../bench/errors.js';
import { defineSuite, type SuiteOptions } from '../../bench/suite/define.js';
import type { Suite } from '../../bench/suite/definition.js';
import { supervised, type Supervisor } from '../../bench/process-guard.js';
import { textOf } from '../../bench/error-text.js';
import { errorLocation } from './error-location.js';

/** Matches the name of a suite file. */
export const SUITE_FILE: RegExp = /\.bench\.m?[jt]s$/;

/**
 * Imports `file`, whose default export is a suite or the options of one.
 *
 * @param file - An absolute path that `SUITE_FILE` matches.
 * @throws BenchError with `BAD_DEFINITION` for a file that cannot be imported, or whose suite is invalid.
 */
export async function loadSuite(file: string, supervisor?: Supervisor): Promise<Suite> {
  const { default: suite } = await importSuite(file, supervisor);
  if (typeof suite !== 'object' || suite === null) {
    throw new BenchError(
      'BAD_DEFINITION',
      `${file} exports no suite: add export default defineSuite({ category, benchmarks })`,
    );
  }
  try {
    return defineSuite(suite);
  } catch (cause) {
    throw new BenchError('BAD_DEFINITION', `${file}: ${textOf(cause)}`, { cause });
  }
}

async function importSuite(
  file: string,
  supervisor: Supervisor | undefined,
): Promise<{ readonly default?: SuiteOptions }> {
  const url = pathToFileURL(file).href;
  try {
    return await supervised(file, { supervisor }, async (guard) => guard.wait(import(url)));
  } catch (cause) {
    throw new BenchError('BAD_DEFINITION', `${file} cannot be imported: ${await explain(cause, url)}`, { cause });
  }
}

/** The first line of what was thrown, with its location and the fix if they are known. */
async function explain(thrown: unknown, url: string): Promise<string> {
  const [reason = ''] = textOf(thrown).trimStart().split('\n', 1);
  if (!(thrown instanceof Error)) return reason;
  const { code, name } = thrown as NodeJS.ErrnoException;
  const location = await errorLocation(thrown, url);
  const fix = FIXES.find(({ applies }) => applies.test(`${code ?? name} ${reason}`))?.fix;
  return `${reason}${location === undefined ? '' : ` (${location})`}${fix === undefined ? '' : `: ${fix}`}`;
}

const FIXES: readonly { readonly applies: RegExp; readonly fix: string }[] = [
  {
    applies: /^ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX/,
    fix: 'only type annotations are removed; use JavaScript, such as an object with as const instead of an enum',
  },
  {
    applies: /^ERR_MODULE_NOT_FOUND Cannot find package 'airssys-wasm'/,
    fix: 'install it in the project of that file: npm install --save-dev airssys-wasm',
  },
  {
    applies: /^ERR_MODULE_NOT_FOUND Cannot find module/,
    fix: 'import files with their extension, such as ./data.ts',
  },
  {
    applies: /^ReferenceError (require|module|exports) is not defined in ES module scope/,
    fix: 'this is an ES module: use import instead of require, and export default instead of module.exports',
  },
  {
    applies: /^SyntaxError Cannot use import statement outside a module/,
    fix: 'name the file .bench.mts or .bench.mjs, or set "type": "module" in its package.json',
  },
];
