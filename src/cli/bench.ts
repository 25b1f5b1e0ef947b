// How does the command `bench` run, from its request to its exit status?
import { placesOf, rootDirectory } from '../baseline/directory.js';
import { DEFAULT_BASELINE, type Store } from '../baseline/store.js';
import {
  type BenchmarkDefinition,
  type Exercise,
  exerciseBenchmarks,
  forSeconds,
  once,
  type Suite,
} from '../bench/index.js';
import type { RunReport } from '../report/run.js';
import type { Keeping } from '../session/request.js';
import { runSession } from '../session/run.js';
import type { BenchRequest, MeasuringRequest, VerdictRequest } from './bench-options.js';
import { createConsole, describeFailure, printIds } from './console.js';
import { EXIT } from './exit.js';
import { checkReportFiles, writeReportFiles } from './report-files.js';
import { selectFrom } from './selection.js';
import type { Terminal } from './terminal.js';

/** Runs what `request` asks for. @returns The exit status: 1 where a benchmark failed, 130 after an interruption. */
export async function bench(request: BenchRequest, terminal: Terminal): Promise<number> {
  const all = request.all || (request.list && request.filters.length === 0);
  const { suites, selected } = await selectFrom({ ...request, all }, terminal);
  if (!request.list) return runSuites(request, suites, selected, terminal);
  printIds(selected, terminal);
  return EXIT.ok;
}

/** Measures what is `selected` of `suites`, or does with it what is asked for instead. @returns The exit status. */
export async function runSuites(
  request: MeasuringRequest,
  suites: readonly Suite[],
  selected: readonly BenchmarkDefinition[],
  terminal: Terminal,
): Promise<number> {
  const { instead } = request;
  if (instead?.kind === 'test') return exercise(once, request, selected, terminal);
  if (instead?.kind === 'profile') {
    return exercise(forSeconds(instead.seconds, terminal.clock, terminal.signal), request, selected, terminal);
  }
  return measure(request, suites, selected, terminal);
}

async function measure(
  request: MeasuringRequest,
  suites: readonly Suite[],
  selected: readonly BenchmarkDefinition[],
  terminal: Terminal,
): Promise<number> {
  await checkReportFiles(request.output.reports, terminal);
  const places = placesOf(suites.flatMap((suite) => suite.benchmarks));
  const console = createConsole(request.output, request.options, (id) => places.get(id)?.title ?? id, terminal);
  const { report, wasInterrupted } = await runSession(
    {
      suites,
      selected,
      options: request.options,
      isQuick: request.quick,
      failFast: request.failFast,
      keeping: keepingOf(request, terminal),
      workingDirectory: terminal.workingDirectory,
      clock: terminal.clock,
      signal: terminal.signal,
    },
    console.observer,
  );
  console.end(report);
  if (wasInterrupted) {
    terminal.stderr.write(
      `interrupted: ${report.results.length} of ${selected.length} benchmarks are finished and kept\n`,
    );
    return EXIT.interrupted;
  }
  await writeReportFiles(report, request.output.reports, terminal);
  return statusOf(report, request.verdict, terminal);
}

/** The directory that holds all measurements. */
export function storeOf({ env, workingDirectory, fileSystem }: Terminal): Store {
  return { root: rootDirectory(env, workingDirectory), fileSystem };
}

function keepingOf(request: MeasuringRequest, terminal: Terminal): Keeping {
  const { baseline, saveBaseline, isLenient, discardBaseline } = request;
  // A run that is compared with a baseline of its own leaves the last run's to the next.
  const saved = saveBaseline ?? (baseline === undefined && !discardBaseline ? DEFAULT_BASELINE : undefined);
  return {
    store: storeOf(terminal),
    reference: {
      name: baseline ?? saveBaseline ?? DEFAULT_BASELINE,
      isRequired: baseline !== undefined && !isLenient,
    },
    save: saved === undefined ? [] : [saved],
  };
}

async function exercise(
  exercise: Exercise,
  { failFast, output }: MeasuringRequest,
  selected: readonly BenchmarkDefinition[],
  terminal: Terminal,
): Promise<number> {
  const { failures, wasInterrupted } = await exerciseBenchmarks(selected, exercise, {
    failFast,
    signal: terminal.signal,
    observer: {
      onStart: ({ id, number, total }) => void terminal.stderr.write(`[${number}/${total}] ${id} …\n`),
      onFailure: (failure) => void terminal.stderr.write(`${describeFailure(failure, output, terminal)}\n`),
    },
  });
  if (wasInterrupted) return EXIT.interrupted;
  terminal.stdout.write(`${selected.length - failures.length} of ${selected.length} benchmarks work\n`);
  return failures.length > 0 ? EXIT.failed : EXIT.ok;
}

/** 1 where something failed, or a regression counts as failure; that is said as well. */
export function statusOf(
  report: RunReport,
  { failOnRegression, threshold }: VerdictRequest,
  terminal: Terminal,
): number {
  if (report.failures.length + report.derivedFailures.length > 0) return EXIT.failed;
  if (!(failOnRegression ?? Boolean(terminal.env['CI']))) return EXIT.ok;
  const regressed = report.results.filter(({ comparison }) => {
    return comparison?.verdict === 'regressed' && comparison.change.mean.confidenceInterval.lowerBound > threshold;
  });
  if (regressed.length === 0) return EXIT.ok;
  const ids = regressed.map(({ id }) => id).join(', ');
  terminal.stderr.write(`failed, because performance has regressed by more than ${100 * threshold} %: ${ids}\n`);
  return EXIT.failed;
}
