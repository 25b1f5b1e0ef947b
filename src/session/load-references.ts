// Loading of the baselines that a run is compared with.
import type { BenchmarkLocation } from '../baseline/files/directory.js';
import { type Baseline, loadBaseline } from '../baseline/store.js';
import { missingBaselineError } from '../baseline/stored-benchmarks.js';
import type { BaselinePlan } from './request.js';

/**
 * Returns the baseline of each benchmark that has one, by id. A run reads them before it measures, so that a damaged or
 * missing baseline is found at once and not after minutes.
 *
 * @throws BaselineError with `NO_BASELINE` if a required baseline is missing, `BAD_FILE` if one is damaged.
 */
export async function loadReferences(
  { store, reference }: BaselinePlan,
  locations: ReadonlyMap<string, BenchmarkLocation>,
  ids: readonly string[],
): Promise<Map<string, Baseline>> {
  const loaded = await Promise.all(
    ids.map(
      async (id) =>
        [id, await loadBaseline(store, locations.get(id) as BenchmarkLocation, reference.name, id)] as const,
    ),
  );
  const missing = loaded.filter(([, found]) => found === undefined).map(([id]) => id);
  if (reference.isRequired && missing.length > 0) throw await missingBaselineError(store, reference.name, missing);
  return new Map(loaded.flatMap(([id, found]) => (found === undefined ? [] : [[id, found]])));
}
