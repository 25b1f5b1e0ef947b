// Which suites and benchmarks does a command line choose?
import type { BenchmarkDefinition, Suite } from '../../bench/suite/definition.js';
import { BenchError } from '../../bench/errors.js';
import { selectBenchmarks } from '../../bench/suite/select.js';
import { isSuiteFile, loadSuiteFiles, loadSuites } from './suites.js';
import type { Terminal } from '../context.js';

export interface SelectionRequest {
  /** Categories, regular expressions and whole ids, as well as suite files. */
  readonly filters: readonly string[];
  readonly all: boolean;
  readonly exact: boolean;
}

export interface Selected {
  readonly suites: readonly Suite[];
  readonly selected: readonly BenchmarkDefinition[];
}

/**
 * Loads the suites, and selects what the filters say. Where files are among them, their suites alone are there to choose
 * from, and all of their benchmarks are meant unless there are filters beside them.
 *
 * @throws BenchError, or UsageError for a file that does not exist.
 */
export async function selectFrom(request: SelectionRequest, terminal: Terminal): Promise<Selected> {
  const { files, filters } = await apart(request.filters, terminal);
  const suites = await (files.length > 0
    ? loadSuiteFiles(files, terminal.workingDirectory, terminal.supervisor)
    : loadSuites(terminal.suiteDirectory, terminal.fileSystem, terminal.supervisor));
  const all = request.all || files.length > 0;
  return { suites, selected: selectBenchmarks(suites, { ...request, filters, all }) };
}

/** Which arguments are files, and which filters. */
export async function apart(
  given: readonly string[],
  { workingDirectory }: Pick<Terminal, 'workingDirectory'>,
): Promise<{ files: string[]; filters: string[] }> {
  const isFile = await Promise.all(given.map((argument) => isSuiteFile(argument, workingDirectory)));
  return { files: given.filter((_, i) => isFile[i]), filters: given.filter((_, i) => !isFile[i]) };
}

/** What `select` selects; nothing, where nothing matches. */
export function ifAny<T>(select: () => T[]): T[] {
  try {
    return select();
  } catch (error) {
    if (error instanceof BenchError && error.code === 'NO_MATCH') return [];
    throw error;
  }
}
