// Stored benchmarks: the benchmarks in a store, whether or not a suite defines them.
import path from 'node:path';

import { BaselineError } from './errors.js';
import { badFile, readJson } from './files/json-file.js';
import { readRecord, type StoredBenchmark } from './files/record.js';
import { BENCHMARK_FILE } from './files/file-schema.js';
import { baselineNames, compareCodeUnits, LATEST, type RecordLocation, recordLocations, type Store } from './store.js';

/** The contents of a store. */
export interface StoreListing {
  /** The intact benchmarks, sorted by id and the baseline's name. */
  readonly benchmarks: readonly StoredBenchmark[];
  /** The benchmarks that cannot be read. */
  readonly damaged: readonly DamagedBenchmark[];
}

/** One benchmark of a baseline that cannot be read. */
export interface DamagedBenchmark extends RecordLocation {
  /** The id from its files or, if they cannot be read, its directory. */
  readonly id: string;
  readonly error: BaselineError;
}

/**
 * Reads every benchmark that has the baseline `name`. Damaged benchmarks are listed apart from the intact ones.
 *
 * @param name - The baseline's name; by default all baselines except `new`.
 * @throws BaselineError with `BAD_FILE` if the store itself cannot be read.
 */
export async function listStored(store: Store, name?: string): Promise<StoreListing> {
  const locations = (await recordLocations(store)).filter((location) =>
    name === undefined ? location.name !== LATEST : location.name === name,
  );
  const benchmarks: StoredBenchmark[] = [];
  const damaged: DamagedBenchmark[] = [];
  for (const location of locations) {
    try {
      const benchmark = await readRecord(store.fileSystem, store.root, location);
      if (benchmark !== undefined) benchmarks.push(benchmark);
    } catch (error) {
      if (!(error instanceof BaselineError)) throw error;
      damaged.push({ ...location, id: await damagedId(store, location), error });
    }
  }
  const ambiguous = duplicates(store, benchmarks);
  return {
    benchmarks: benchmarks
      .filter((benchmark) => !ambiguous.some((duplicate) => isSameLocation(duplicate, benchmark)))
      .sort((a, b) => compareCodeUnits(a.id, b.id) || compareCodeUnits(a.name, b.name)),
    damaged: [...damaged, ...ambiguous],
  };
}

/**
 * Reads the benchmarks that have the baseline `name`, for a comparison. A damaged benchmark is an error if it is
 * selected.
 *
 * @param select - Selects benchmarks by id; all by default.
 * @returns All intact benchmarks, selected or not.
 * @throws BaselineError with `NO_BASELINE` if none is found, or the error of the first damaged benchmark that is
 *   selected.
 */
export async function loadStored(
  store: Store,
  name: string,
  select: (id: string) => boolean = () => true,
): Promise<readonly StoredBenchmark[]> {
  const { benchmarks, damaged } = await listStored(store, name);
  const [first, ...others] = benchmarks.length === 0 ? damaged : damaged.filter(({ id }) => select(id));
  if (first !== undefined) {
    const more = others.length > 0 ? ` (and ${others.length} more damaged)` : '';
    throw new BaselineError(first.error.code, first.error.message + more, { cause: first.error });
  }
  if (benchmarks.length === 0) throw await noBaselineError(store, name);
  return benchmarks;
}

/** Creates the error for a baseline that no benchmark has. */
export async function noBaselineError(store: Store, name: string): Promise<BaselineError> {
  const names = await baselineNames(store);
  const fix = names.length > 0 ? `choose from ${names.join(', ')}, or save it first` : 'none exists; save one first';
  return new BaselineError('NO_BASELINE', `baseline '${name}' does not exist in ${store.root}: ${fix}`);
}

/** Creates the error for a baseline that must exist for each of `ids` but does not. */
export async function missingBaselineError(store: Store, name: string, ids: readonly string[]): Promise<BaselineError> {
  const names = await baselineNames(store);
  const { benchmarks } = await listStored(store, name);
  const others = names.filter((other) => other !== name);
  const choice =
    others.length > 0 ? `choose from ${others.join(', ')}, or save it first` : 'none exists yet; save one first';
  const fix =
    benchmarks.length > 0 ? `it exists for ${abbreviated(benchmarks.map(({ id }) => id))}; save it for all` : choice;
  return new BaselineError('NO_BASELINE', `baseline '${name}' does not exist for ${abbreviated(ids)}: ${fix}`);
}

function abbreviated([first, ...others]: readonly string[]): string {
  return `${first}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

/** Finds benchmarks of the same id and baseline in several directories, which are ambiguous. */
function duplicates({ root }: Store, benchmarks: readonly StoredBenchmark[]): DamagedBenchmark[] {
  return benchmarks.flatMap(({ id, name, directory }) => {
    const others = benchmarks.filter(
      (other) => other.id === id && other.name === name && other.directory !== directory,
    );
    if (others.length === 0) return [];
    const what = `belongs to '${id}', and so does the one in ${others.map((other) => other.directory).join(', ')}`;
    const error = badFile(path.join(root, directory, name, 'benchmark.json'), what, 'delete the outdated one');
    return [{ directory, name, id, error }];
  });
}

/** Returns the id of a damaged benchmark, as far as it can be read. */
async function damagedId({ root, fileSystem }: Store, { directory, name }: RecordLocation): Promise<string> {
  try {
    return (await readJson(fileSystem, path.join(root, directory, name, 'benchmark.json'), BENCHMARK_FILE)).full_id;
  } catch {
    return directory;
  }
}

function isSameLocation(a: RecordLocation, b: RecordLocation): boolean {
  return a.directory === b.directory && a.name === b.name;
}
