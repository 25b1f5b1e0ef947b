// How does the command `bench` run, from its request to its exit status?
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { compare, type Comparison } from '../baseline/compare.js';
import { type Place, placesOf, rootDirectory } from '../baseline/directory.js';
import {
  type Baseline,
  type Context,
  DEFAULT_BASELINE,
  LATEST,
  loadBaseline,
  missingBaseline,
  saveChange,
  saveResult,
  type Store,
} from '../baseline/store.js';
import {
  type BenchmarkDefinition,
  benchmarkId,
  deriveRows,
  describeEnvironment,
  type Failure,
  type Observer,
  type Outcome,
  type Result,
  runBenchmarks,
  selectBenchmarks,
  type Suite,
  targetRows,
} from '../bench/index.js';
import { benchmarkLines } from '../report/benchmark.js';
import { type Colours, createColours } from '../report/colours.js';
import { renderMarkdown } from '../report/markdown.js';
import { createProgress } from '../report/progress.js';
import type { ReportedResult, RunReport } from '../report/run.js';
import { messageOf, renderSummary } from '../report/summary.js';
import { verboseLines } from '../report/verbose.js';
import { shortfallWarning } from '../report/warning.js';
import type { BenchRequest } from './bench-options.js';
import { UsageError } from './errors.js';
import { loadSuites } from './suites.js';
import { prefersColour, type Terminal } from './terminal.js';

/** Exit statuses of `bench`. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs what `request` asks for. @returns The exit status: 1 where a benchmark failed, 130 after an interruption. */
export async function bench(request: BenchRequest, terminal: Terminal): Promise<number> {
  const suites = await loadSuites(terminal.suiteDirectory, terminal.fileSystem);
  const all = request.all || (request.list && request.filters.length === 0);
  const selected = selectBenchmarks(suites, { ...request, all });
  if (request.list) return list(selected, terminal);
  await checkReportFile(request, terminal);
  const session = await openSession(request, terminal, suites, selected);
  const { outcome, comparisons } = await runSession(session);
  const report = reportOf(session, outcome, comparisons);
  terminal.stdout.write(`\n${renderSummary(report, session.colours)}`);
  if (outcome.wasInterrupted) {
    terminal.stderr.write(
      `interrupted: ${outcome.results.length} of ${selected.length} benchmarks are finished and kept\n`,
    );
    return EXIT.interrupted;
  }
  await writeReport(report, request, terminal);
  return outcome.failures.length + report.derivedFailures.length > 0 ? EXIT.failed : EXIT.ok;
}

/** What stays the same from the first benchmark to the last. */
interface Session {
  readonly request: BenchRequest;
  readonly terminal: Terminal;
  readonly suites: readonly Suite[];
  readonly selected: readonly BenchmarkDefinition[];
  readonly colours: Colours;
  readonly store: Store;
  readonly places: ReadonlyMap<string, Place>;
  /** What each benchmark is compared with, as far as there is something. */
  readonly baselines: ReadonlyMap<string, Baseline>;
  readonly context: Context;
}

function list(selected: readonly BenchmarkDefinition[], { stdout }: Terminal): number {
  for (const benchmark of selected) stdout.write(`${benchmarkId(benchmark)}: benchmark\n`);
  return EXIT.ok;
}

async function openSession(
  request: BenchRequest,
  terminal: Terminal,
  suites: readonly Suite[],
  selected: readonly BenchmarkDefinition[],
): Promise<Session> {
  const store = { root: rootDirectory(terminal.env, terminal.workingDirectory), fileSystem: terminal.fileSystem };
  const places = placesOf(suites.flatMap((suite) => suite.benchmarks));
  const versions = Object.assign({}, ...suites.map((suite) => suite.versions ?? {})) as Record<string, string>;
  const environment = await describeEnvironment({
    versions,
    directory: terminal.workingDirectory,
    startedAt: new Date(),
  });
  return {
    request,
    terminal,
    suites,
    selected,
    colours: createColours(request.colour ?? prefersColour(terminal.stdout, terminal.env)),
    store,
    places,
    baselines: await loadBaselines(request, store, places, selected.map(benchmarkId)),
    context: { options: request.options, environment },
  };
}

/** Read before anything is measured: a damaged or missing baseline should not be found after minutes. */
async function loadBaselines(
  { baseline, saveBaseline }: BenchRequest,
  store: Store,
  places: ReadonlyMap<string, Place>,
  ids: readonly string[],
): Promise<Map<string, Baseline>> {
  const name = baseline ?? saveBaseline ?? DEFAULT_BASELINE;
  const loaded = await Promise.all(
    ids.map(async (id) => [id, await loadBaseline(store, places.get(id) as Place, name)] as const),
  );
  const missing = loaded.filter(([, found]) => found === undefined).map(([id]) => id);
  if (baseline !== undefined && missing.length > 0) throw await missingBaseline(store, baseline, missing);
  return new Map(loaded.flatMap(([id, found]) => (found === undefined ? [] : [[id, found]])));
}

async function runSession(session: Session): Promise<{ outcome: Outcome; comparisons: Map<string, Comparison> }> {
  const { request, terminal, selected } = session;
  const comparisons = new Map<string, Comparison>();
  const outcome = await runBenchmarks(selected, {
    options: request.options,
    clock: terminal.clock,
    failFast: request.failFast,
    signal: terminal.signal,
    observer: observe(session, comparisons),
  });
  return { outcome, comparisons };
}

function observe(session: Session, comparisons: Map<string, Comparison>): Observer {
  const { request, terminal } = session;
  const progress = createProgress(terminal.stderr, terminal.clock);
  const print = separatedByGroup(terminal.stdout);
  return {
    onWarmUp: (position) => progress.warmingUp(position),
    onPlan({ id }, plan) {
      const warning = shortfallWarning(plan, request.options);
      if (warning === undefined) return;
      progress.clear();
      terminal.stderr.write(`${warning} [${id}]\n`);
    },
    onBatch: (position, plan, done) => progress.sampling(position, plan, done),
    async onResult(result) {
      const comparison = await keep(session, result);
      if (comparison !== undefined) comparisons.set(result.id, comparison);
      progress.clear();
      print(result.benchmark.group, lines(session, result, comparison));
    },
    onFailure(failure) {
      progress.clear();
      terminal.stderr.write(`${describeFailure(failure, session)}\n`);
    },
  };
}

/** Compares a result with its baseline, and saves both result and comparison. */
async function keep(
  { request, store, places, baselines, context }: Session,
  result: Result,
): Promise<Comparison | undefined> {
  const place = places.get(result.id) as Place;
  const baseline = baselines.get(result.id);
  const comparison = baseline && compare(result.sample, baseline, request.options, result.id);
  const kept = request.saveBaseline ?? (request.baseline === undefined ? DEFAULT_BASELINE : undefined);
  await saveResult(store, place, result, context, [LATEST, ...(kept === undefined ? [] : [kept])]);
  await saveChange(store, place, comparison);
  return comparison;
}

function lines({ request, places, colours }: Session, result: Result, comparison: Comparison | undefined): string[] {
  const { benchmark, analysis, sample } = result;
  const measurement = {
    title: places.get(result.id)?.title ?? result.id,
    estimates: analysis.estimates,
    typical: analysis.typical,
    outliers: analysis.outliers,
    sampleSize: sample.timesNs.length,
    throughput: benchmark.throughput,
    comparison,
  };
  return [...benchmarkLines(measurement, request.options, colours), ...(request.verbose ? verboseLines(result) : [])];
}

/** Prints lines with an empty one between groups, as Criterion does. */
function separatedByGroup(stdout: Terminal['stdout']): (group: string, lines: readonly string[]) => void {
  let last: string | undefined;
  return (group, printed) => {
    if (last !== undefined && last !== group) stdout.write('\n');
    last = group;
    stdout.write(`${printed.join('\n')}\n`);
  };
}

function describeFailure({ id, error }: Failure, { request, terminal }: Session): string {
  const reason = showsStacks(request.verbose, terminal.env) && error instanceof Error ? error.stack : messageOf(error);
  return `error: benchmark ${id} failed: ${reason}`;
}

/** Whether errors are printed with their stacks. */
export function showsStacks(verbose: boolean, env: NodeJS.ProcessEnv): boolean {
  return verbose || Boolean(env['DEBUG']);
}

function reportOf(
  { suites, selected, places, context }: Session,
  outcome: Outcome,
  comparisons: ReadonlyMap<string, Comparison>,
): RunReport {
  const definitions = suites.flatMap((suite) => suite.derived ?? []);
  const { rows, failures } = deriveRows(definitions, outcome.results);
  const results: ReportedResult[] = outcome.results.map((result) => ({
    ...result,
    title: places.get(result.id)?.title ?? result.id,
    comparison: comparisons.get(result.id),
  }));
  return {
    ...context,
    results,
    failures: outcome.failures,
    derived: rows,
    derivedFailures: failures,
    targets: targetRows(selected, definitions, outcome.results, rows),
  };
}

/** Makes room for the report before minutes are spent on what goes into it. */
async function checkReportFile({ reportMarkdown }: BenchRequest, { workingDirectory }: Terminal): Promise<void> {
  if (reportMarkdown === undefined) return;
  const file = path.resolve(workingDirectory, reportMarkdown);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory())
    throw new UsageError(`--report-markdown is ${reportMarkdown}: give a file, not a directory`);
  await mkdir(path.dirname(file), { recursive: true }).catch((cause: Error) => {
    throw new UsageError(`--report-markdown is ${reportMarkdown}: its directory cannot be made (${cause.message})`, {
      cause,
    });
  });
}

async function writeReport(
  report: RunReport,
  { reportMarkdown }: BenchRequest,
  { workingDirectory, stderr }: Terminal,
): Promise<void> {
  if (reportMarkdown === undefined) return;
  await writeFile(path.resolve(workingDirectory, reportMarkdown), renderMarkdown(report));
  stderr.write(`wrote ${reportMarkdown}\n`);
}
