// What does the hidden command `bench worker` do: run benchmarks at the gate's word?
import { BenchError, describeEnvironment } from '../bench/index.js';
import { openRunDelay } from '../gate/run-delay.js';
import { serve } from '../gate/worker.js';
import { versionsOf } from '../session/run.js';
import { EXIT } from './exit.js';
import { listOf, isGiven, type ParsedArguments } from './option.js';
import { selectFrom, type Selected, type SelectionRequest } from './selection.js';
import type { Terminal } from './terminal.js';

/** Serves the process that started this one. @returns When that one has gone. */
export async function work(argv: ParsedArguments, terminal: Terminal): Promise<number> {
  const { suites, selected } = await select(
    { filters: listOf(argv, 'filter'), all: isGiven(argv, 'all'), exact: isGiven(argv, 'exact') },
    terminal,
  );
  await serve(process, {
    benchmarks: selected,
    clock: terminal.clock,
    runDelay: openRunDelay(),
    environment: () =>
      describeEnvironment({
        versions: versionsOf(suites),
        directory: terminal.workingDirectory,
        startedAt: new Date(),
      }),
  });
  return EXIT.ok;
}

/** A filter that matches nothing is no mistake here: the other side may have what is looked for. */
async function select({ filters, ...request }: SelectionRequest, terminal: Terminal): Promise<Selected> {
  if (filters.length === 0) return selectFrom({ filters, ...request }, terminal);
  const parts = await Promise.all(filters.map((filter) => selectOne({ filters: [filter], ...request }, terminal)));
  return {
    suites: [...new Set(parts.flatMap(({ suites }) => suites))],
    selected: [...new Set(parts.flatMap(({ selected }) => selected))],
  };
}

async function selectOne(request: SelectionRequest, terminal: Terminal): Promise<Selected> {
  try {
    return await selectFrom(request, terminal);
  } catch (error) {
    if (error instanceof BenchError && error.code === 'NO_MATCH') return { suites: [], selected: [] };
    throw error;
  }
}
