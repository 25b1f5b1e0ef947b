// Which suites are there to run?
import { stat } from 'node:fs/promises';
import path from 'node:path';

import { glob, isDynamicPattern } from 'tinyglobby';

import type { FileSystem } from '../../baseline/files/file.js';
import { checkSuites } from '../../bench/suite/check-suites.js';
import type { Suite } from '../../bench/suite/definition.js';
import type { Supervisor } from '../../bench/process-guard.js';
import { loadSuite, SUITE_FILE } from './suite-file.js';
import { UsageError } from '../parse/usage-error.js';
import { supportTypeScript } from './typescript.js';

const COMPILED_SUITE = /\.bench\.js$/;

// What is meant for a suite file, even where the name is not quite one.
const MEANT_FOR_SUITE = /\.bench\.[cm]?[jt]sx?$/;

// The guide's order, in which its readers expect the report; what is not named follows by name.
const ORDER = ['instantiation', 'execution', 'memory', 'crash_handling', 'runtime', 'limits', 'node_api'];

/**
 * Imports every `*.bench.js` of `directory` and checks them together.
 *
 * @throws BenchError with `BAD_DEFINITION` for a file that cannot be imported or is no suite; UsageError where there is none.
 */
export async function loadSuites(
  directory: string,
  fileSystem: Pick<FileSystem, 'readdir'>,
  supervisor?: Supervisor,
): Promise<Suite[]> {
  const files = (await list(directory, fileSystem)).filter((file) => COMPILED_SUITE.test(file)).sort();
  if (files.length === 0) {
    throw new UsageError(
      `no suite lies in ${directory}: name a file of your own, such as airssys-wasm bench mine.bench.ts; the project’s suites run in a clone of its repository, by npm run bench`,
    );
  }
  const suites = await load(
    files.map((file) => path.join(directory, file)),
    supervisor,
  );
  return suites.sort((a, b) => rank(a) - rank(b));
}

/**
 * Imports the suite files that `args` name, in that order, and checks them together.
 *
 * @param args - Paths or globs of files named `*.bench.ts`, `.mts`, `.js` or `.mjs`.
 * @param workingDirectory - What relative ones start from.
 * @throws UsageError for an argument that names no file, or a file of another name; BenchError with `BAD_DEFINITION`
 * for a file that cannot be imported or is no suite.
 */
export async function loadSuiteFiles(
  args: readonly string[],
  workingDirectory: string,
  supervisor?: Supervisor,
): Promise<Suite[]> {
  const files = (await Promise.all(args.map((arg) => resolve(arg, workingDirectory)))).flat();
  supportTypeScript();
  return load([...new Set(files)], supervisor);
}

/**
 * Whether an argument of the command line names suite files, and is no filter: its name ends as theirs do, or it is a
 * file with an ending of another kind, which `loadSuiteFiles` then refuses.
 */
export async function isSuiteFile(argument: string, workingDirectory: string): Promise<boolean> {
  if (MEANT_FOR_SUITE.test(argument)) return true;
  return path.extname(argument) !== '' && isFile(path.resolve(workingDirectory, argument));
}

/** Whether there is a file that `argument`, a path or glob of suite files, names. */
export async function hasSuiteFiles(argument: string, workingDirectory: string): Promise<boolean> {
  try {
    return (await named(argument, workingDirectory)).length > 0;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

/** One after another, so that it is known whose code is under way. */
async function load(files: readonly string[], supervisor: Supervisor | undefined): Promise<Suite[]> {
  const suites: Suite[] = [];
  for (const file of files) suites.push(await loadSuite(file, supervisor));
  checkSuites(suites);
  return suites;
}

async function resolve(arg: string, workingDirectory: string): Promise<string[]> {
  const files = await named(arg, workingDirectory);
  const other = files.find((file) => !SUITE_FILE.test(file));
  if (other === undefined) return files;
  throw new UsageError(
    `${arg} names ${path.basename(other)}, which is no suite file: end its name in .bench.ts, .bench.mts, .bench.js or .bench.mjs`,
  );
}

async function named(arg: string, workingDirectory: string): Promise<string[]> {
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
  const place = ORDER.indexOf(category);
  return place < 0 ? ORDER.length : place;
}
