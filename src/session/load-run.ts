// Loading of a stored baseline as a run, written by this bench or by Criterion.
import { compare } from '../baseline/compare.js';
import type { StoredBenchmark } from '../baseline/files/record.js';
import { toBaseline, type Store } from '../baseline/store.js';
import { listStored, loadStored, missingBaselineError } from '../baseline/stored-benchmarks.js';
import { analyze } from '../bench/analyze.js';
import { deriveRows, targetRows } from '../bench/derived.js';
import type { Environment } from '../bench/machine/environment.js';
import type { Options } from '../bench/options.js';
import type { Selection } from '../bench/suite/select.js';
import type { Suite } from '../bench/suite/definition.js';
import type { ReportedResult, RunReport } from '../report/run-report.js';
import type { BaselineReference } from './request.js';
import { mayBeSelected, selectStored, type StoredDefinition } from './select-stored.js';

/** A request to load a stored run. */
export interface LoadRunRequest {
  readonly store: Store;
  /** Name of the loaded baseline. */
  readonly baseline: string;
  /** The baseline that it is compared with. */
  readonly reference: BaselineReference;
  readonly selection: Selection;
  /** Available suites: they add targets, derived rows and descriptions to the benchmarks that they define. */
  readonly suites: readonly Suite[];
  readonly options: Options;
}

/**
 * Analyzes and compares stored samples as if they had just been measured. Writes nothing.
 *
 * @throws BaselineError if the baseline does not exist, is damaged, or its required reference is missing; BenchError
 * with `NO_MATCH` if the selection selects none of its benchmarks.
 */
export async function loadRun(request: LoadRunRequest): Promise<RunReport> {
  const { store, baseline, reference, selection, suites, options } = request;
  const chosen = selectStored(
    await loadStored(store, baseline, (id) => mayBeSelected(id, selection)),
    selection,
    suites,
  );
  const ids = chosen.map(({ stored }) => stored.id);
  const previous = await previousOf(store, reference, ids);
  const results = chosen.map((one) => resultOf(one, previous.get(one.stored.id), options));
  const derived = suites.flatMap((suite) => suite.derived ?? []);
  const { rows, failures } = deriveRows(derived, results);
  return {
    results,
    failures: [],
    derived: rows,
    derivedFailures: failures,
    targets: targetRows(
      chosen.map(({ definition }) => definition),
      derived,
      results,
      rows,
    ),
    options: { ...options, sampleSize: chosen[0]?.stored.sample.timesNs.length ?? options.sampleSize },
    environment: environmentOf(chosen),
  };
}

async function previousOf(
  store: Store,
  { name, isRequired }: BaselineReference,
  ids: readonly string[],
): Promise<Map<string, StoredBenchmark>> {
  const found = isRequired
    ? await loadStored(store, name, (id) => ids.includes(id))
    : (await listStored(store, name)).benchmarks;
  const previous = new Map(found.map((one) => [one.id, one]));
  const missing = ids.filter((id) => !previous.has(id));
  if (isRequired && missing.length > 0) throw await missingBaselineError(store, name, missing);
  return previous;
}

function resultOf(
  { stored, definition }: StoredDefinition,
  previous: StoredBenchmark | undefined,
  options: Options,
): ReportedResult {
  const { id, title, directory, sample, metadata } = stored;
  return {
    id,
    title,
    directory,
    benchmark: definition,
    sample,
    analysis: analyze(sample, options, id),
    metrics: metadata?.metrics ?? {},
    ...(metadata?.latency && { latency: metadata.latency }),
    ...(previous && {
      comparison: compare(sample, previous, options, id),
      previous: toBaseline(previous),
    }),
  };
}

const UNKNOWN = 'unknown';

/** Returns the environment of the first benchmark that recorded one. */
function environmentOf(chosen: readonly StoredDefinition[]): Environment {
  const known = chosen.find(({ stored }) => stored.metadata !== undefined)?.stored.metadata?.environment;
  const machine = { os: UNKNOWN, architecture: UNKNOWN, cpu: UNKNOWN };
  return (
    known ?? {
      machine: { ...machine, physicalCores: 0, logicalCores: 0, memoryBytes: 0, isVirtual: false },
      node: UNKNOWN,
      versions: {},
      commit: null,
      startedAt: new Date(0).toISOString(),
    }
  );
}
