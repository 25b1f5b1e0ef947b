// Which suite does a file hold?
import { pathToFileURL } from 'node:url';

import { BenchError, defineSuite, type Suite, type SuiteOptions, supervised, type Supervisor } from '../bench/index.js';

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
    throw new BenchError('BAD_DEFINITION', `${file}: ${(cause as Error).message}`, { cause });
  }
}

async function importing(
  file: string,
  supervisor: Supervisor | undefined,
): Promise<{ readonly default?: SuiteOptions }> {
  try {
    return await supervised(file, { supervisor }, async (guard) => guard.wait(import(pathToFileURL(file).href)));
  } catch (cause) {
    throw new BenchError('BAD_DEFINITION', `${file} cannot be imported: ${explained(cause)}`, { cause });
  }
}

/** What was thrown, with the place and the fix where they are known. */
function explained(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { code, message, stack = '' } = thrown as NodeJS.ErrnoException;
  const [reason = ''] = message.split('\n', 1);
  const place = code?.includes('TYPESCRIPT') ? placeIn(stack) : '';
  const fix = FIXES.find(({ applies }) => applies.test(`${code ?? thrown.name} ${reason}`))?.fix;
  return `${reason}${place}${fix === undefined ? '' : `: ${fix}`}`;
}

function placeIn(stack: string): string {
  const found = /^(?:file:\/\/)?(.+:\d+)\n/.exec(stack);
  return found === null ? '' : ` (${found[1]})`;
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
    applies: /^SyntaxError Cannot use import statement outside a module/,
    fix: 'name the file .bench.mts or .bench.mjs, or write "type": "module" into the package.json above it',
  },
];
