// What does the hidden command `bench worker` do: run benchmarks at the gate's word?
import { describeEnvironment } from '../../bench/machine/environment.js';
import { selectBenchmarks } from '../../bench/suite/select.js';
import type { Suite } from '../../bench/suite/definition.js';
import { endWithParent } from '../../gate/process/parent-watchdog.js';
import { openRunDelay } from '../../gate/process/run-delay.js';
import { serve } from '../../gate/process/worker.js';
import { versionsOf } from '../../session/run-session.js';
import { EXIT } from '../process/exit-status.js';
import { listOf, isGiven, type ParsedArguments } from '../options/option.js';
import { apart, ifAny, type Selected, type SelectionRequest } from '../suite-files/selection.js';
import { hasSuiteFiles, loadSuiteFiles, loadSuites } from '../suite-files/suites.js';
import type { Terminal } from '../context.js';

/** Serves the process that started this one. @returns When that one has gone. */
export async function work(argv: ParsedArguments, terminal: Terminal): Promise<number> {
  endWithParent();
  const { suites, selected } = await select(
    { filters: listOf(argv, 'filter'), all: isGiven(argv, 'all'), exact: isGiven(argv, 'exact') },
    terminal,
  );
  await serve(process, {
    benchmarks: selected,
    clock: terminal.clock,
    runDelay: isGiven(argv, 'wall-time') ? undefined : openRunDelay(),
    environment: () =>
      describeEnvironment({
        versions: versionsOf(suites),
        directory: terminal.workingDirectory,
        startedAt: new Date(),
      }),
  });
  return EXIT.ok;
}

/** What matches nothing, or is not there, is no mistake here: the other side may have what is looked for. */
async function select({ filters: given, all, exact }: SelectionRequest, terminal: Terminal): Promise<Selected> {
  const { files, filters } = await apart(given, terminal);
  const suites = await suitesOf(await existing(files, terminal), files.length > 0, terminal);
  const selection = { all: all || files.length > 0, exact };
  if (filters.length === 0) return { suites, selected: selectBenchmarks(suites, { filters, ...selection }) };
  const chosen = filters.flatMap((filter) =>
    ifAny(() => selectBenchmarks(suites, { filters: [filter], ...selection })),
  );
  return { suites, selected: [...new Set(chosen)] };
}

async function suitesOf(files: readonly string[], areAsked: boolean, terminal: Terminal): Promise<readonly Suite[]> {
  if (areAsked) return files.length === 0 ? [] : loadSuiteFiles(files, terminal.workingDirectory);
  return loadSuites(terminal.suiteDirectory, terminal.fileSystem);
}

async function existing(files: readonly string[], { workingDirectory }: Terminal): Promise<string[]> {
  const found = await Promise.all(files.map((file) => hasSuiteFiles(file, workingDirectory)));
  return files.filter((_, i) => found[i]);
}
