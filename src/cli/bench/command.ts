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
import { UsageError } from '../usage-error.js';
import { EXIT } from '../process/exit-status.js';
import { profilerNote, profileBatch, type ProfileRequest } from './profile.js';
import { checkReportFiles, reportJobs, type ReportJob, writePages, writeReports } from '../output/report-files.js';
import { splitFilesAndFilters, loadSelection, type LoadedSelection } from '../suite-files/selection.js';
import type { CliContext } from '../context.js';

/** Runs what `request` asks for. @returns The exit status: 1 where something failed, 130 after an interruption. */
export async function runBenchCommand(request: BenchRequest, context: CliContext): Promise<number> {
  if (request.mode?.kind === 'load') return load(request, request.mode.baseline, context);
  const all = request.all || (request.list && request.filters.length === 0);
  const chosen = takeShard(await loadSelection({ ...request, all }, context), request.shard);
  if (request.shard !== undefined && chosen.selected.length === 0)
    await noteEmptyShard(request, request.shard, context);
  if (!request.list) return runSelection(request, chosen, context);
  printIds(chosen.selected, context);
  return EXIT.ok;
}

/** Measures what is selected, or does with it what is asked for instead. @returns The exit status. */
export async function runSelection(
  request: MeasuringRequest,
  chosen: LoadedSelection,
  context: CliContext,
): Promise<number> {
  const { mode } = request;
  if (mode?.kind === 'test') return exercise(once, request, chosen.selected, context);
  if (mode?.kind === 'profile') return profile(mode, request, chosen, context);
  return measure(request, chosen, context);
}

/** The directory that holds all measurements. */
export function storeOf({ env, workingDirectory, fileSystem }: CliContext): Store {
  return { root: rootDirectory(env, workingDirectory), fileSystem };
}

function takeShard({ suites, selected }: LoadedSelection, shard: Shard | undefined): LoadedSelection {
  if (shard === undefined) return { suites, selected };
  const ids = suites.flatMap(({ benchmarks }) => benchmarks.map(benchmarkId));
  const own = new Set(shardOf(ids, shard));
  return { suites, selected: selected.filter((benchmark) => own.has(benchmarkId(benchmark))) };
}

/** More shards than benchmarks are no mistake: a merge is told so. */
async function noteEmptyShard(
  { list, mode }: BenchRequest,
  { index, count }: Shard,
  context: CliContext,
): Promise<void> {
  context.stderr.write(`note: shard ${index}/${count} is empty: the others have all that is selected\n`);
  if (!list && mode === undefined) await markEmptyShard(storeOf(context));
}

async function measure(
  request: MeasuringRequest,
  { suites, selected }: LoadedSelection,
  context: CliContext,
): Promise<number> {
  const { output, options } = request;
  await checkReportFiles(output.reports, context);
  const store = storeOf(context);
  const console = createConsole(output, options, store.root, context);
  const { report, wasInterrupted } = await runSession(
    {
      suites,
      selected,
      options,
      isQuick: request.quick,
      failFast: request.failFast,
      keeping: keepingOf(store, request),
      workingDirectory: context.workingDirectory,
      clock: context.clock,
      signal: context.signal,
      supervisor: context.supervisor,
    },
    console.observer,
  );
  console.end(report);
  if (wasInterrupted) {
    context.stderr.write(
      `interrupted: ${report.results.length} of ${selected.length} benchmarks are finished and kept\n`,
    );
    return EXIT.interrupted;
  }
  return finish(report, request, store, context);
}

async function load(request: BenchRequest, baseline: string, context: CliContext): Promise<number> {
  const { output, options, all, exact } = request;
  await checkReportFiles(output.reports, context);
  const store = storeOf(context);
  const { files, filters } = await splitFilesAndFilters(request.filters, context);
  const suites = await suitesIfAny({ filters: files, all: true, exact: false }, context);
  const selection = { filters, all, exact };
  const reference = referenceOf(request);
  const report = await loadSession({ store, baseline, reference, selection, suites, options });
  const console = createConsole(output, options, store.root, context);
  for (const result of report.results) console.print(result);
  console.end(report);
  return finish(report, request, store, context);
}

/** What is stored can be reported where its suites are not. */
async function suitesIfAny(
  request: Parameters<typeof loadSelection>[0],
  context: CliContext,
): Promise<readonly Suite[]> {
  try {
    return (await loadSelection(request, context)).suites;
  } catch (error) {
    if (error instanceof UsageError && request.filters.length === 0) return [];
    throw error;
  }
}

async function finish(
  report: RunReport,
  request: MeasuringRequest,
  store: Store,
  context: CliContext,
): Promise<number> {
  const { reports, plots, quiet } = request.output;
  const hasPages = plots && report.results.length > 0;
  const pages = hasPages ? [pagesOf(report, store, quiet ? undefined : context.workingDirectory)] : [];
  const areWritten = await writeReports([...pages, ...reportJobs(report, reports, context)], context);
  const status = statusOf(report, request.verdict, context);
  return areWritten ? status : EXIT.failed;
}

/** The pages beside the results. @param seenFrom - Where they are named from; `undefined` to say nothing. */
function pagesOf(report: RunReport, { root }: Store, seenFrom: string | undefined): ReportJob {
  return {
    label: `the pages below ${root}`,
    async write() {
      await writePages(report, root);
      return seenFrom === undefined ? undefined : `report: ${path.relative(seenFrom, path.join(root, INDEX))}`;
    },
  };
}

function profile(
  asked: ProfileRequest,
  request: MeasuringRequest,
  { suites, selected }: LoadedSelection,
  context: CliContext,
): Promise<number> {
  const { profiler } = asked;
  const note = profilerNote(profiler);
  if (note !== undefined) context.stderr.write(`note: ${note}\n`);
  const setupContext = profiler === undefined ? {} : { profiler };
  return exercise(profileBatch(asked, suites, storeOf(context), context), request, selected, context, setupContext);
}

async function exercise(
  exercise: Exercise,
  { failFast, output }: MeasuringRequest,
  selected: readonly BenchmarkDefinition[],
  context: CliContext,
  setupContext: SetupContext = {},
): Promise<number> {
  const observer = {
    onStart({ id, number, total }: Position) {
      if (!output.quiet) context.stderr.write(`[${number}/${total}] ${id} …\n`);
    },
    onFailure: (failure: Failure) => void context.stderr.write(`${describeFailure(failure, output, context)}\n`),
  };
  const { signal, supervisor } = context;
  const sequence = { failFast, signal, supervisor, observer };
  const { failures, wasInterrupted } = await exerciseBenchmarks(selected, exercise, sequence, setupContext);
  if (wasInterrupted) return EXIT.interrupted;
  context.stdout.write(`${selected.length - failures.length} of ${selected.length} benchmarks work\n`);
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
function statusOf(report: RunReport, { failOnRegression, threshold }: VerdictRequest, context: CliContext): number {
  if (report.failures.length + report.derivedFailures.length > 0) return EXIT.failed;
  if (report.results.some(({ comparison }) => comparison?.verdict === 'regressed')) context.stderr.write(GATE_NOTE);
  if (!(failOnRegression ?? isSet(context.env['CI']))) return EXIT.ok;
  const regressed = report.results.filter(({ comparison }) => {
    return comparison?.verdict === 'regressed' && comparison.change.mean.confidenceInterval.lowerBound > threshold;
  });
  if (regressed.length === 0) return EXIT.ok;
  const ids = regressed.map(({ id }) => id).join(', ');
  context.stderr.write(`failed, because performance has regressed by more than ${100 * threshold} %: ${ids}\n`);
  return EXIT.failed;
}
