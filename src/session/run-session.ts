// How does a run go, from what is asked to what is reported?
import { compare } from '../baseline/compare.js';
import { type Place, placesOf } from '../baseline/files/directory.js';
import { lockBaselines } from '../baseline/locks/reserve.js';
import { type Baseline, type Context, LATEST, saveMeasurement } from '../baseline/store.js';
import { benchmarkId, type Suite } from '../bench/suite/definition.js';
import { deriveRows, targetRows } from '../bench/derived.js';
import { describeEnvironment } from '../bench/machine/environment.js';
import type { Options } from '../bench/options.js';
import { type Outcome, type Result, runBenchmarks } from '../bench/run.js';
import { QUICK_SAMPLE_SIZE } from '../bench/sampling/quick-sample.js';
import type { ReportedResult, RunReport } from '../report/run-report.js';
import { loadReferences } from './references.js';
import type { SessionObserver, SessionRequest } from './request.js';

/** A run that has ended, by itself or by an interruption. */
export interface SessionResult {
  readonly report: RunReport;
  /** Whether the signal stopped it; what the report holds is complete, and kept. */
  readonly wasInterrupted: boolean;
}

/**
 * Measures what `request` selects, compares and keeps each result as soon as it is there, and puts the report together.
 *
 * @throws BaselineError before anything is measured where a baseline is damaged, required and missing, or being written by
 * another run.
 */
export async function runSession(request: SessionRequest, observer: SessionObserver = {}): Promise<SessionResult> {
  const { keeping } = request;
  const reservation = keeping && (await lockBaselines(keeping.store, [LATEST, ...keeping.save]));
  try {
    return await measure(await open(request), observer);
  } finally {
    await reservation?.release();
  }
}

async function measure(session: Session, observer: SessionObserver): Promise<SessionResult> {
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
        const reported = await keep(session, result);
        session.reported.push(reported);
        await observer.onCompared?.(reported);
      },
    },
  });
  return { report: reportOf(session, outcome), wasInterrupted: outcome.wasInterrupted };
}

/** The versions of what all `suites` measure. */
export function versionsOf(suites: readonly Suite[]): Record<string, string> {
  return Object.assign({}, ...suites.map((suite) => suite.versions ?? {})) as Record<string, string>;
}

/** What stays the same from the first benchmark to the last. */
interface Session {
  readonly request: SessionRequest;
  readonly places: ReadonlyMap<string, Place>;
  /** What each benchmark is compared with, as far as there is something. */
  readonly references: ReadonlyMap<string, Baseline>;
  readonly reported: ReportedResult[];
  readonly context: Context;
}

async function open(request: SessionRequest): Promise<Session> {
  const { suites, selected, keeping, workingDirectory } = request;
  const places = placesOf(suites.flatMap((suite) => suite.benchmarks));
  const environment = await describeEnvironment({
    versions: versionsOf(suites),
    directory: workingDirectory,
    startedAt: new Date(),
  });
  const references = keeping && (await loadReferences(keeping, places, selected.map(benchmarkId)));
  return {
    request,
    places,
    references: references ?? new Map(),
    reported: [],
    context: { options: takenWith(request), environment },
  };
}

/** How is measured in truth: a quick sample is as large as it is, whatever was asked for. */
function takenWith({ options, isQuick = false }: SessionRequest): Options {
  return isQuick ? { ...options, sampleSize: QUICK_SAMPLE_SIZE } : options;
}

/** Compares a result with its baseline, and saves both result and comparison. */
async function keep({ request, places, references, context }: Session, result: Result): Promise<ReportedResult> {
  const { keeping, options } = request;
  const place = places.get(result.id) as Place;
  const previous = references.get(result.id);
  const comparison = previous && compare(result.sample, previous, options, result.id);
  if (keeping !== undefined) {
    const names = [LATEST, ...keeping.save];
    await saveMeasurement(keeping.store, place, { result, context, names, comparison });
  }
  return { ...result, ...place, comparison, previous };
}

function reportOf({ request, reported, context }: Session, { failures }: Outcome): RunReport {
  const definitions = request.suites.flatMap((suite) => suite.derived ?? []);
  // A result whose keeping or printing failed is none: it stands among the failures.
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
