// Session: measures the selected benchmarks, compares and saves each result, and builds the report.
import { compare } from '../baseline/compare.js';
import { type BenchmarkLocation, benchmarkLocations } from '../baseline/files/directory.js';
import { reserveBaselines } from '../baseline/locks/reservation.js';
import { type Baseline, type RunContext, LATEST, saveMeasurement } from '../baseline/store.js';
import { benchmarkId, type Suite } from '../bench/suite/definition.js';
import { deriveRows, targetRows } from '../bench/derived.js';
import { describeEnvironment } from '../bench/machine/environment.js';
import type { Options } from '../bench/options.js';
import { type RunOutcome, type BenchmarkResult, runBenchmarks } from '../bench/run-benchmarks.js';
import { QUICK_SAMPLE_SIZE } from '../bench/sampling/quick-sample.js';
import type { ReportedResult, RunReport } from '../report/run-report.js';
import { loadReferences } from './load-references.js';
import type { RunObserver, SessionRequest } from './request.js';

/** The result of a finished or interrupted run. */
export interface SessionResult {
  /** The report of the finished benchmarks. */
  readonly report: RunReport;
  /** Whether the signal stopped the run; every result in the report is complete and saved. */
  readonly wasInterrupted: boolean;
}

/**
 * Measures the selected benchmarks, compares and saves each result as soon as it is measured, and builds the report.
 *
 * @throws BaselineError, before anything is measured, if a baseline is damaged, required but missing, or reserved by
 * another run.
 */
export async function runSession(request: SessionRequest, observer: RunObserver = {}): Promise<SessionResult> {
  const { baselines } = request;
  const reservation = baselines && (await reserveBaselines(baselines.store, [LATEST, ...baselines.save]));
  try {
    return await measure(await open(request), observer);
  } finally {
    await reservation?.release();
  }
}

async function measure(session: Session, observer: RunObserver): Promise<SessionResult> {
  const { request } = session;
  await observer.onOpen?.();
  const outcome = await runBenchmarks(request.selected, {
    options: request.options,
    isQuick: request.isQuick ?? false,
    clock: request.clock,
    failFast: request.failFast,
    signal: request.signal,
    supervisor: request.supervisor,
    observer: {
      ...observer,
      async onResult(result) {
        const reported = await compareAndSave(session, result);
        session.reported.push(reported);
        await observer.onCompared?.(reported);
      },
    },
  });
  return { report: reportOf(session, outcome), wasInterrupted: outcome.wasInterrupted };
}

/** Returns the versions of the software that `suites` measure. */
export function versionsOf(suites: readonly Suite[]): Record<string, string> {
  return Object.assign({}, ...suites.map((suite) => suite.versions ?? {})) as Record<string, string>;
}

/** State of a run. */
interface Session {
  readonly request: SessionRequest;
  readonly locations: ReadonlyMap<string, BenchmarkLocation>;
  /** The baseline of each benchmark that has one, by id. */
  readonly references: ReadonlyMap<string, Baseline>;
  readonly reported: ReportedResult[];
  readonly context: RunContext;
}

async function open(request: SessionRequest): Promise<Session> {
  const { suites, selected, baselines, workingDirectory } = request;
  const locations = benchmarkLocations(suites.flatMap((suite) => suite.benchmarks));
  const environment = await describeEnvironment({
    versions: versionsOf(suites),
    directory: workingDirectory,
    startedAt: new Date(),
  });
  const references = baselines && (await loadReferences(baselines, locations, selected.map(benchmarkId)));
  return {
    request,
    locations,
    references: references ?? new Map(),
    reported: [],
    context: { options: effectiveOptions(request), environment },
  };
}

/** Returns the options with the actual sample size: that of quick samples is fixed. */
function effectiveOptions({ options, isQuick = false }: SessionRequest): Options {
  return isQuick ? { ...options, sampleSize: QUICK_SAMPLE_SIZE } : options;
}

/** Compares a result with its baseline, and saves result and comparison. */
async function compareAndSave(
  { request, locations, references, context }: Session,
  result: BenchmarkResult,
): Promise<ReportedResult> {
  const { baselines, options } = request;
  const location = locations.get(result.id) as BenchmarkLocation;
  const previous = references.get(result.id);
  const comparison = previous && compare(result.sample, previous, options, result.id);
  if (baselines !== undefined) {
    const names = [LATEST, ...baselines.save];
    await saveMeasurement(baselines.store, location, { result, context, names, comparison });
  }
  return { ...result, ...location, comparison, previous };
}

function reportOf({ request, reported, context }: Session, { failures }: RunOutcome): RunReport {
  const definitions = request.suites.flatMap((suite) => suite.derived ?? []);
  // A result that could not be saved or printed is listed as a failure instead.
  const failed = new Set(failures.map(({ id }) => id));
  const results = reported.filter(({ id }) => !failed.has(id));
  const derived = deriveRows(definitions, results);
  return {
    ...context,
    results,
    failures,
    derived: derived.rows,
    derivedFailures: derived.failures,
    targets: targetRows(request.selected, definitions, results, derived.rows),
  };
}
