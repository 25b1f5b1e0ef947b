// Which suites and benchmarks does a command line choose?
import type { BenchmarkDefinition, Suite } from '../../bench/suite/definition.js';
import { BenchError } from '../../bench/errors.js';
import { selectBenchmarks } from '../../bench/suite/select.js';
import { isSuiteFile, loadSuiteFiles, loadSuites } from './suites.js';
import type { CliContext } from '../context.js';

export interface SelectionRequest {
  /** Categories, regular expressions and whole ids, as well as suite files. */
  readonly filters: readonly string[];
  readonly all: boolean;
  readonly exact: boolean;
}

export interface LoadedSelection {
  readonly suites: readonly Suite[];
  readonly selected: readonly BenchmarkDefinition[];
}

/**
 * Loads the suites, and selects what the filters say. Where files are among them, their suites alone are there to choose
 * from, and all of their benchmarks are meant unless there are filters beside them.
 *
 * @throws BenchError, or UsageError for a file that does not exist.
 */
export async function loadSelection(request: SelectionRequest, context: CliContext): Promise<LoadedSelection> {
  const { files, filters } = await splitFilesAndFilters(request.filters, context);
  const suites = await (files.length > 0
    ? loadSuiteFiles(files, context.workingDirectory, context.supervisor)
    : loadSuites(context.suiteDirectory, context.fileSystem, context.supervisor));
  const all = request.all || files.length > 0;
  return { suites, selected: selectBenchmarks(suites, { ...request, filters, all }) };
}

/** Which arguments are files, and which filters. */
export async function splitFilesAndFilters(
  given: readonly string[],
  { workingDirectory }: Pick<CliContext, 'workingDirectory'>,
): Promise<{ files: string[]; filters: string[] }> {
  const isFile = await Promise.all(given.map((argument) => isSuiteFile(argument, workingDirectory)));
  return { files: given.filter((_, i) => isFile[i]), filters: given.filter((_, i) => !isFile[i]) };
}

/** What `select` selects; nothing, where nothing matches. */
export function orNoMatch<T>(select: () => T[]): T[] {
  try {
    return select();
  } catch (error) {
    if (error instanceof BenchError && error.code === 'NO_MATCH') return [];
    throw error;
  }
}
