// How is a baseline reported that was measured before, here or by Criterion itself?
import { compare } from '../baseline/compare.js';
import type { StoredBenchmark } from '../baseline/files/record.js';
import { baselineFrom, type Store } from '../baseline/store.js';
import { listStored, loadStored, missingBaseline } from '../baseline/stored-benchmarks.js';
import { analyze } from '../bench/analyze.js';
import { deriveRows, targetRows } from '../bench/derived.js';
import type { Environment } from '../bench/machine/environment.js';
import type { Options } from '../bench/options.js';
import type { Selection } from '../bench/suite/select.js';
import type { Suite } from '../bench/suite/definition.js';
import type { ReportedResult, RunReport } from '../report/run-report.js';
import type { Reference } from './request.js';
import { isMeant, selectStored, type StoredDefinition } from './stored-selection.js';

export interface LoadRequest {
  readonly store: Store;
  /** The name of the baseline that is reported. */
  readonly baseline: string;
  /** What it is compared with. */
  readonly reference: Reference;
  readonly selection: Selection;
  /** The suites that are there, for what they say of the benchmarks that they know: targets, derived rows, descriptions. */
  readonly suites: readonly Suite[];
  readonly options: Options;
}

/**
 * Estimates and compares what is stored, as if it had just been measured. Writes nothing.
 *
 * @throws BaselineError where the baseline does not exist, is damaged, or lacks what it must be compared with; BenchError
 * with `NO_MATCH` where the selection selects nothing of it.
 */
export async function loadSession(request: LoadRequest): Promise<RunReport> {
  const { store, baseline, reference, selection, suites, options } = request;
  const chosen = selectStored(await loadStored(store, baseline, (id) => isMeant(id, selection)), selection, suites);
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
  { name, isRequired }: Reference,
  ids: readonly string[],
): Promise<Map<string, StoredBenchmark>> {
  const found = isRequired
    ? await loadStored(store, name, (id) => ids.includes(id))
    : (await listStored(store, name)).benchmarks;
  const previous = new Map(found.map((one) => [one.id, one]));
  const missing = ids.filter((id) => !previous.has(id));
  if (isRequired && missing.length > 0) throw await missingBaseline(store, name, missing);
  return previous;
}

function resultOf(
  { stored, definition }: StoredDefinition,
  previous: StoredBenchmark | undefined,
  options: Options,
): ReportedResult {
  const { id, title, directory, sample, circumstances } = stored;
  return {
    id,
    title,
    directory,
    benchmark: definition,
    sample,
    analysis: analyze(sample, options, id),
    metrics: circumstances?.metrics ?? {},
    ...(circumstances?.latency && { latency: circumstances.latency }),
    ...(previous && {
      comparison: compare(sample, previous, options, id),
      previous: baselineFrom(previous),
    }),
  };
}

const UNKNOWN = 'unknown';

/** Where the first of them that says so was measured. */
function environmentOf(chosen: readonly StoredDefinition[]): Environment {
  const known = chosen.find(({ stored }) => stored.circumstances !== undefined)?.stored.circumstances?.environment;
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
