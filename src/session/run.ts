// How does a run go, from what is asked to what is reported?
import { compare, type Comparison } from '../baseline/compare.js';
import { type Place, placesOf } from '../baseline/directory.js';
import { type Baseline, type Context, LATEST, saveChange, saveResult } from '../baseline/store.js';
import {
  benchmarkId,
  deriveRows,
  describeEnvironment,
  type Outcome,
  type Result,
  runBenchmarks,
  type Suite,
  targetRows,
} from '../bench/index.js';
import type { RunReport } from '../report/run.js';
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
 * @throws BaselineError before anything is measured where a baseline is damaged, or required and missing.
 */
export async function runSession(request: SessionRequest, observer: SessionObserver = {}): Promise<SessionResult> {
  const session = await open(request);
  const outcome = await runBenchmarks(request.selected, {
    options: request.options,
    isQuick: request.isQuick ?? false,
    clock: request.clock,
    failFast: request.failFast,
    signal: request.signal,
    observer: {
      ...observer,
      async onResult(result) {
        const comparison = await keep(session, result);
        await observer.onCompared?.(result, comparison);
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
  readonly comparisons: Map<string, Comparison>;
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
    comparisons: new Map(),
    context: { options: request.options, environment },
  };
}

/** Compares a result with its baseline, and saves both result and comparison. */
async function keep(session: Session, result: Result): Promise<Comparison | undefined> {
  const { request, places, references, comparisons, context } = session;
  const { keeping, options } = request;
  if (keeping === undefined) return undefined;
  const place = places.get(result.id) as Place;
  const reference = references.get(result.id);
  const comparison = reference && compare(result.sample, reference, options, result.id);
  await saveResult(keeping.store, place, result, context, [LATEST, ...keeping.save]);
  await saveChange(keeping.store, place, comparison);
  if (comparison !== undefined) comparisons.set(result.id, comparison);
  return comparison;
}

function reportOf({ request, places, references, comparisons, context }: Session, outcome: Outcome): RunReport {
  const definitions = request.suites.flatMap((suite) => suite.derived ?? []);
  const { rows, failures } = deriveRows(definitions, outcome.results);
  return {
    ...context,
    results: outcome.results.map((result) => ({
      ...result,
      ...placeOf(places, result.id),
      comparison: comparisons.get(result.id),
      previous: references.get(result.id),
    })),
    failures: outcome.failures,
    derived: rows,
    derivedFailures: failures,
    targets: targetRows(request.selected, definitions, outcome.results, rows),
  };
}

function placeOf(places: ReadonlyMap<string, Place>, id: string): Place {
  return places.get(id) ?? { directory: id, title: id };
}
