// Which suites and benchmarks does a command line choose?
import { type BenchmarkDefinition, selectBenchmarks, type Suite } from '../bench/index.js';
import { loadSuites } from './suites.js';
import type { Terminal } from './terminal.js';

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

/** Loads the suites, and selects what the filters say. @throws BenchError. */
export async function selectFrom(request: SelectionRequest, terminal: Terminal): Promise<Selected> {
  const suites = await loadSuites(terminal.suiteDirectory, terminal.fileSystem);
  return { suites, selected: selectBenchmarks(suites, request) };
}
