// Suite files: which ones a command line or a directory names, and the loaded suites.
import { stat } from 'node:fs/promises';
import path from 'node:path';

import { glob, isDynamicPattern } from 'tinyglobby';

import type { FileSystem } from '../../baseline/files/json-file.js';
import { validateSuites } from '../../bench/suite/validate-suites.js';
import type { Suite } from '../../bench/suite/definition.js';
import type { Supervisor } from '../../bench/process-guard.js';
import { loadSuite, SUITE_FILE } from './suite-file.js';
import { UsageError } from '../usage-error.js';
import { registerTypeScriptHook } from './typescript.js';

const COMPILED_SUITE = /\.bench\.js$/;

// Also names that are close to a suite file's, so that they are rejected with a fix and not taken for filters.
const LIKE_SUITE_FILE = /\.bench\.[cm]?[jt]sx?$/;

// The order of the project's own categories in lists and reports; others follow, sorted by file name.
const CATEGORY_ORDER = ['instantiation', 'execution', 'memory', 'crash_handling', 'runtime', 'limits', 'node_api'];

/**
 * Imports every `*.bench.js` of `directory` and checks them together.
 *
 * @throws BenchError with `BAD_DEFINITION` for a file that cannot be imported or holds no suite; UsageError without any file.
 */
export async function loadSuites(
  directory: string,
  fileSystem: Pick<FileSystem, 'readdir'>,
  supervisor?: Supervisor,
): Promise<Suite[]> {
  const files = (await list(directory, fileSystem)).filter((file) => COMPILED_SUITE.test(file)).sort();
  if (files.length === 0) {
    throw new UsageError(
      `there is no suite in ${directory}: name your own suite file, as in airssys-wasm bench mine.bench.ts; the project’s suites run in a clone of its repository, with npm run bench`,
    );
  }
  const suites = await load(
    files.map((file) => path.join(directory, file)),
    supervisor,
  );
  return suites.sort((a, b) => rank(a) - rank(b));
}

/**
 * Imports the suite files that `args` name, in this order, and checks them together.
 *
 * @param args - Paths or globs of files named `*.bench.ts`, `.mts`, `.js` or `.mjs`.
 * @param workingDirectory - The directory that relative paths start from.
 * @throws UsageError for an argument that names no file, or a file with another ending; BenchError with `BAD_DEFINITION`
 * for a file that cannot be imported or holds no suite.
 */
export async function loadSuiteFiles(
  args: readonly string[],
  workingDirectory: string,
  supervisor?: Supervisor,
): Promise<Suite[]> {
  const files = (await Promise.all(args.map((arg) => resolve(arg, workingDirectory)))).flat();
  registerTypeScriptHook();
  return load([...new Set(files)], supervisor);
}

/**
 * Whether an argument names suite files rather than being a filter: it ends like a suite file, or it is an existing file
 * with another extension, which `loadSuiteFiles` then rejects.
 */
export async function isSuiteFile(argument: string, workingDirectory: string): Promise<boolean> {
  if (LIKE_SUITE_FILE.test(argument)) return true;
  return path.extname(argument) !== '' && isFile(path.resolve(workingDirectory, argument));
}

/** Whether `argument`, a path or glob, matches an existing file. */
export async function hasSuiteFiles(argument: string, workingDirectory: string): Promise<boolean> {
  try {
    return (await matchingFiles(argument, workingDirectory)).length > 0;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

/** Loads one file after another, so that the supervisor knows whose code is running. */
async function load(files: readonly string[], supervisor: Supervisor | undefined): Promise<Suite[]> {
  const suites: Suite[] = [];
  for (const file of files) suites.push(await loadSuite(file, supervisor));
  validateSuites(suites);
  return suites;
}

async function resolve(arg: string, workingDirectory: string): Promise<string[]> {
  const files = await matchingFiles(arg, workingDirectory);
  const other = files.find((file) => !SUITE_FILE.test(file));
  if (other === undefined) return files;
  throw new UsageError(
    `${arg} names ${path.basename(other)}, which is not a suite file: its name must end in .bench.ts, .bench.mts, .bench.js or .bench.mjs`,
  );
}

async function matchingFiles(arg: string, workingDirectory: string): Promise<string[]> {
  const file = path.resolve(workingDirectory, arg);
  if (await isFile(file)) return [file];
  const pattern = arg.replaceAll(path.sep, '/');
  if (!isDynamicPattern(pattern)) {
    throw new UsageError(`there is no file ${arg} in ${workingDirectory}: name a suite file that exists`);
  }
  const found = await glob(pattern, {
    cwd: workingDirectory,
    absolute: true,
    expandDirectories: false,
    ignore: '**/node_modules/**',
  });
  if (found.length > 0) return found.map((match) => path.normalize(match)).sort();
  throw new UsageError(`no file in ${workingDirectory} matches ${arg}: name suite files that exist`);
}

async function isFile(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ?? false;
}

async function list(directory: string, fileSystem: Pick<FileSystem, 'readdir'>): Promise<string[]> {
  try {
    return await fileSystem.readdir(directory);
  } catch {
    return [];
  }
}

function rank({ category }: Suite): number {
  const index = CATEGORY_ORDER.indexOf(category);
  return index < 0 ? CATEGORY_ORDER.length : index;
}
