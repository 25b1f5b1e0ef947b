// How does the command `bench` run, from its request to its exit status?
import path from 'node:path';

import { rootDirectory } from '../../baseline/files/directory.js';
import { markEmptyShard } from '../../baseline/transfer/merge.js';
import type { Store } from '../../baseline/store.js';
import { type BenchmarkDefinition, benchmarkId, type SetupContext, type Suite } from '../../bench/suite/definition.js';
import { type Exercise, once } from '../../bench/sampling/untimed.js';
import { exerciseBenchmarks, type Failure, type Position } from '../../bench/run.js';
import { type Shard, shardOf } from '../../bench/suite/shard.js';
import { INDEX } from '../../report/html/link.js';
import type { RunReport } from '../../report/run-report.js';
import { loadSession } from '../../session/load-run.js';
import { keepingOf, referenceOf } from '../../session/baseline-plan.js';
import { runSession } from '../../session/run-session.js';
import type { BenchRequest, MeasuringRequest, VerdictRequest } from './options.js';
import { createConsole, describeFailure, printIds } from '../output/console.js';
import { UsageError } from '../parse/usage-error.js';
import { EXIT } from '../process/exit-status.js';
import { profilerNote, profiling, type ProfileRequest } from './profile.js';
import { checkReportFiles, reportJobs, type ReportJob, writePages, writeReports } from '../output/report-files.js';
import { apart, selectFrom, type Selected } from '../suite-files/selection.js';
import type { Terminal } from '../context.js';

/** Runs what `request` asks for. @returns The exit status: 1 where something failed, 130 after an interruption. */
export async function bench(request: BenchRequest, terminal: Terminal): Promise<number> {
  if (request.instead?.kind === 'load') return load(request, request.instead.baseline, terminal);
  const all = request.all || (request.list && request.filters.length === 0);
  const chosen = deal(await selectFrom({ ...request, all }, terminal), request.shard);
  if (request.shard !== undefined && chosen.selected.length === 0) await sayEmpty(request, request.shard, terminal);
  if (!request.list) return runSuites(request, chosen, terminal);
  printIds(chosen.selected, terminal);
  return EXIT.ok;
}

/** Measures what is selected, or does with it what is asked for instead. @returns The exit status. */
export async function runSuites(request: MeasuringRequest, chosen: Selected, terminal: Terminal): Promise<number> {
  const { instead } = request;
  if (instead?.kind === 'test') return exercise(once, request, chosen.selected, terminal);
  if (instead?.kind === 'profile') return profile(instead, request, chosen, terminal);
  return measure(request, chosen, terminal);
}

/** The directory that holds all measurements. */
export function storeOf({ env, workingDirectory, fileSystem }: Terminal): Store {
  return { root: rootDirectory(env, workingDirectory), fileSystem };
}

function deal({ suites, selected }: Selected, shard: Shard | undefined): Selected {
  if (shard === undefined) return { suites, selected };
  const ids = suites.flatMap(({ benchmarks }) => benchmarks.map(benchmarkId));
  const own = new Set(shardOf(ids, shard));
  return { suites, selected: selected.filter((benchmark) => own.has(benchmarkId(benchmark))) };
}

/** More shards than benchmarks are no mistake: a merge is told so. */
async function sayEmpty({ list, instead }: BenchRequest, { index, count }: Shard, terminal: Terminal): Promise<void> {
  terminal.stderr.write(`note: shard ${index}/${count} is empty: the others have all that is selected\n`);
  if (!list && instead === undefined) await markEmptyShard(storeOf(terminal));
}

async function measure(request: MeasuringRequest, { suites, selected }: Selected, terminal: Terminal): Promise<number> {
  const { output, options } = request;
  await checkReportFiles(output.reports, terminal);
  const store = storeOf(terminal);
  const console = createConsole(output, options, store.root, terminal);
  const { report, wasInterrupted } = await runSession(
    {
      suites,
      selected,
      options,
      isQuick: request.quick,
      failFast: request.failFast,
      keeping: keepingOf(store, request),
      workingDirectory: terminal.workingDirectory,
      clock: terminal.clock,
      signal: terminal.signal,
      supervisor: terminal.supervisor,
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
  return finish(report, request, store, terminal);
}

async function load(request: BenchRequest, baseline: string, terminal: Terminal): Promise<number> {
  const { output, options, all, exact } = request;
  await checkReportFiles(output.reports, terminal);
  const store = storeOf(terminal);
  const { files, filters } = await apart(request.filters, terminal);
  const suites = await suitesIfAny({ filters: files, all: true, exact: false }, terminal);
  const selection = { filters, all, exact };
  const reference = referenceOf(request);
  const report = await loadSession({ store, baseline, reference, selection, suites, options });
  const console = createConsole(output, options, store.root, terminal);
  for (const result of report.results) console.print(result);
  console.end(report);
  return finish(report, request, store, terminal);
}

/** What is stored can be reported where its suites are not. */
async function suitesIfAny(request: Parameters<typeof selectFrom>[0], terminal: Terminal): Promise<readonly Suite[]> {
  try {
    return (await selectFrom(request, terminal)).suites;
  } catch (error) {
    if (error instanceof UsageError && request.filters.length === 0) return [];
    throw error;
  }
}

async function finish(report: RunReport, request: MeasuringRequest, store: Store, terminal: Terminal): Promise<number> {
  const { reports, plots, quiet } = request.output;
  const hasPages = plots && report.results.length > 0;
  const pages = hasPages ? [pagesOf(report, store, quiet ? undefined : terminal.workingDirectory)] : [];
  const areWritten = await writeReports([...pages, ...reportJobs(report, reports, terminal)], terminal);
  const status = statusOf(report, request.verdict, terminal);
  return areWritten ? status : EXIT.failed;
}

/** The pages beside the results. @param seenFrom - Where they are named from; `undefined` to say nothing. */
function pagesOf(report: RunReport, { root }: Store, seenFrom: string | undefined): ReportJob {
  return {
    asked: `the pages below ${root}`,
    async write() {
      await writePages(report, root);
      return seenFrom === undefined ? undefined : `report: ${path.relative(seenFrom, path.join(root, INDEX))}`;
    },
  };
}

function profile(
  asked: ProfileRequest,
  request: MeasuringRequest,
  { suites, selected }: Selected,
  terminal: Terminal,
): Promise<number> {
  const { profiler } = asked;
  const note = profilerNote(profiler);
  if (note !== undefined) terminal.stderr.write(`note: ${note}\n`);
  const context = profiler === undefined ? {} : { profiler };
  return exercise(profiling(asked, suites, storeOf(terminal), terminal), request, selected, terminal, context);
}

async function exercise(
  exercise: Exercise,
  { failFast, output }: MeasuringRequest,
  selected: readonly BenchmarkDefinition[],
  terminal: Terminal,
  context: SetupContext = {},
): Promise<number> {
  const observer = {
    onStart({ id, number, total }: Position) {
      if (!output.quiet) terminal.stderr.write(`[${number}/${total}] ${id} …\n`);
    },
    onFailure: (failure: Failure) => void terminal.stderr.write(`${describeFailure(failure, output, terminal)}\n`),
  };
  const { signal, supervisor } = terminal;
  const sequence = { failFast, signal, supervisor, observer };
  const { failures, wasInterrupted } = await exerciseBenchmarks(selected, exercise, sequence, context);
  if (wasInterrupted) return EXIT.interrupted;
  terminal.stdout.write(`${selected.length - failures.length} of ${selected.length} benchmarks work\n`);
  return failures.length > 0 ? EXIT.failed : EXIT.ok;
}

/** Runs at two times differ by what the machine did besides, and it is this verdict that people act on. */
const GATE_NOTE =
  'note: between two runs the machine drifts too; bench gate measures both versions in turn, and fails only on what it stands behind\n';

/** `CI=false` is how continuous integration is switched off for one command. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}

/** 1 where something failed, or a regression counts as failure; that is said as well. */
function statusOf(report: RunReport, { failOnRegression, threshold }: VerdictRequest, terminal: Terminal): number {
  if (report.failures.length + report.derivedFailures.length > 0) return EXIT.failed;
  if (report.results.some(({ comparison }) => comparison?.verdict === 'regressed')) terminal.stderr.write(GATE_NOTE);
  if (!(failOnRegression ?? isSet(terminal.env['CI']))) return EXIT.ok;
  const regressed = report.results.filter(({ comparison }) => {
    return comparison?.verdict === 'regressed' && comparison.change.mean.confidenceInterval.lowerBound > threshold;
  });
  if (regressed.length === 0) return EXIT.ok;
  const ids = regressed.map(({ id }) => id).join(', ');
  terminal.stderr.write(`failed, because performance has regressed by more than ${100 * threshold} %: ${ids}\n`);
  return EXIT.failed;
}
