// Hidden command `bench worker`: a process of the gate that runs benchmarks on request.
import { describeEnvironment } from '../../bench/machine/environment.js';
import { selectBenchmarks } from '../../bench/suite/select.js';
import type { Suite } from '../../bench/suite/definition.js';
import { endWithParent } from '../../gate/process/parent-watchdog.js';
import { openRunDelay } from '../../gate/process/run-delay.js';
import { serve } from '../../gate/process/worker.js';
import { versionsOf } from '../../session/run-session.js';
import { EXIT } from '../process/exit-status.js';
import { listOf, isGiven, type ParsedArguments } from '../options/option.js';
import type { SelectionRequest } from '../options/selection.js';
import { emptyIfNoMatch, type LoadedSelection, splitFilesAndFilters } from '../suite-files/selection.js';
import { hasSuiteFiles, loadSuiteFiles, loadSuites } from '../suite-files/suites.js';
import type { CliContext } from '../context.js';

/** Serves the parent process until it disconnects. @returns The exit status. */
export async function runWorkerCommand(argv: ParsedArguments, context: CliContext): Promise<number> {
  endWithParent();
  const { suites, selected } = await select(
    { filters: listOf(argv, 'filter'), all: isGiven(argv, 'all'), exact: isGiven(argv, 'exact') },
    context,
  );
  await serve(process, {
    benchmarks: selected,
    clock: context.clock,
    runDelay: isGiven(argv, 'wall-time') ? undefined : openRunDelay(),
    environment: () =>
      describeEnvironment({
        versions: versionsOf(suites),
        directory: context.workingDirectory,
        startedAt: new Date(),
      }),
  });
  return EXIT.ok;
}

/** Filters and files without a match are no error here, since the other side may have them. */
async function select({ filters: given, all, exact }: SelectionRequest, context: CliContext): Promise<LoadedSelection> {
  const { files, filters } = await splitFilesAndFilters(given, context);
  const suites = await suitesOf(await existing(files, context), files.length > 0, context);
  const selection = { all: all || files.length > 0, exact };
  if (filters.length === 0) return { suites, selected: selectBenchmarks(suites, { filters, ...selection }) };
  const chosen = filters.flatMap((filter) =>
    emptyIfNoMatch(() => selectBenchmarks(suites, { filters: [filter], ...selection })),
  );
  return { suites, selected: [...new Set(chosen)] };
}

async function suitesOf(files: readonly string[], areAsked: boolean, context: CliContext): Promise<readonly Suite[]> {
  if (areAsked) return files.length === 0 ? [] : loadSuiteFiles(files, context.workingDirectory);
  return loadSuites(context.suiteDirectory, context.fileSystem);
}

async function existing(files: readonly string[], { workingDirectory }: CliContext): Promise<string[]> {
  const found = await Promise.all(files.map((file) => hasSuiteFiles(file, workingDirectory)));
  return files.filter((_, i) => found[i]);
}
