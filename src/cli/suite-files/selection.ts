// Selection: the suites and benchmarks that a command line selects.
import { BenchError } from '../../bench/errors.js';
import type { BenchmarkDefinition, Suite } from '../../bench/suite/definition.js';
import { selectBenchmarks } from '../../bench/suite/select.js';
import type { CliContext } from '../context.js';
import type { SelectionRequest } from '../options/selection.js';
import { isSuiteFile, loadSuiteFiles, loadSuites } from './suites.js';

/** Loaded suites, and the benchmarks selected from them. */
export interface LoadedSelection {
  readonly suites: readonly Suite[];
  readonly selected: readonly BenchmarkDefinition[];
}

/**
 * Loads the suites and selects benchmarks by the filters. If `filters` name suite files, only their suites are loaded, and
 * without further filters all of their benchmarks are selected.
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

/** Splits arguments into suite files and filters. */
export async function splitFilesAndFilters(
  given: readonly string[],
  { workingDirectory }: Pick<CliContext, 'workingDirectory'>,
): Promise<{ files: string[]; filters: string[] }> {
  const isFile = await Promise.all(given.map((argument) => isSuiteFile(argument, workingDirectory)));
  return { files: given.filter((_, i) => isFile[i]), filters: given.filter((_, i) => !isFile[i]) };
}

/** The result of `select`, or an empty list if nothing matches. */
export function emptyIfNoMatch<T>(select: () => T[]): T[] {
  try {
    return select();
  } catch (error) {
    if (error instanceof BenchError && error.code === 'NO_MATCH') return [];
    throw error;
  }
}
