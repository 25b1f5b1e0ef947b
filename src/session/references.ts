// What is there to compare the results with?
import type { Place } from '../baseline/files/directory.js';
import { type Baseline, loadBaseline } from '../baseline/store.js';
import { missingBaseline } from '../baseline/stored-benchmarks.js';
import type { Keeping } from './request.js';

/**
 * The baseline of each benchmark that has one, by id. Read before anything is measured: a damaged or missing baseline
 * should not be found after minutes.
 *
 * @throws BaselineError with `NO_BASELINE` where one that is required is missing, `BAD_FILE` where one is damaged.
 */
export async function loadReferences(
  { store, reference }: Keeping,
  places: ReadonlyMap<string, Place>,
  ids: readonly string[],
): Promise<Map<string, Baseline>> {
  const loaded = await Promise.all(
    ids.map(async (id) => [id, await loadBaseline(store, places.get(id) as Place, reference.name, id)] as const),
  );
  const missing = loaded.filter(([, found]) => found === undefined).map(([id]) => id);
  if (reference.isRequired && missing.length > 0) throw await missingBaseline(store, reference.name, missing);
  return new Map(loaded.flatMap(([id, found]) => (found === undefined ? [] : [[id, found]])));
}
