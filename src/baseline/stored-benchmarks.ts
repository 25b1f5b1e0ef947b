// Which benchmarks stand on disk, whatever suites there are?
import path from 'node:path';

import { BaselineError } from './errors.js';
import { badFile, readJson } from './files/file.js';
import { readRecord, type StoredBenchmark } from './files/record.js';
import { BENCHMARK_FILE } from './files/schema.js';
import { baselineNames, compareText, LATEST, type RecordPlace, recordPlaces, type Store } from './store.js';

/** What a store holds. */
export interface Listing {
  /** Sorted by id, within it by the baseline's name. */
  readonly benchmarks: readonly StoredBenchmark[];
  readonly damaged: readonly DamagedBenchmark[];
}

/** One benchmark of a baseline that cannot be used. */
export interface DamagedBenchmark extends RecordPlace {
  /** As far as it can be told: what its files say, else what their directory does. */
  readonly id: string;
  readonly error: BaselineError;
}

/**
 * Reads every benchmark that has the baseline `name`; without a name those of all baselines, `new` not included. One that is
 * damaged hides no other.
 *
 * @throws BaselineError with `BAD_FILE` when the store itself cannot be read.
 */
export async function listStored(store: Store, name?: string): Promise<Listing> {
  const places = (await recordPlaces(store)).filter((place) =>
    name === undefined ? place.name !== LATEST : place.name === name,
  );
  const benchmarks: StoredBenchmark[] = [];
  const damaged: DamagedBenchmark[] = [];
  for (const place of places) {
    try {
      const benchmark = await readRecord(store.fileSystem, store.root, place);
      if (benchmark !== undefined) benchmarks.push(benchmark);
    } catch (error) {
      if (!(error instanceof BaselineError)) throw error;
      damaged.push({ ...place, id: await idAt(store, place), error });
    }
  }
  const twice = doubles(store, benchmarks);
  return {
    benchmarks: benchmarks
      .filter((benchmark) => !twice.some((double) => isAt(double, benchmark)))
      .sort((a, b) => compareText(a.id, b.id) || compareText(a.name, b.name)),
    damaged: [...damaged, ...twice],
  };
}

/**
 * Reads the benchmarks that have the baseline `name`, for a comparison: all that `select` selects are sound, or there is an error.
 *
 * @param select - By their ids; all by default. What is not selected is there all the same, unless it is damaged.
 * @throws BaselineError with `NO_BASELINE` where there is none, or with the `code` and words of the first that is damaged.
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
  if (benchmarks.length === 0) throw await noBaseline(store, name);
  return benchmarks;
}

/** The error of a baseline that no benchmark has. */
export async function noBaseline(store: Store, name: string): Promise<BaselineError> {
  const names = await baselineNames(store);
  const fix = names.length > 0 ? `choose from ${names.join(', ')}, or save it first` : 'none exists; save one first';
  return new BaselineError('NO_BASELINE', `baseline '${name}' does not exist in ${store.root}: ${fix}`);
}

/** The error of a baseline that must exist for each of `ids` and does not. */
export async function missingBaseline(store: Store, name: string, ids: readonly string[]): Promise<BaselineError> {
  const names = await baselineNames(store);
  const { benchmarks } = await listStored(store, name);
  const others = names.filter((other) => other !== name);
  const choice =
    others.length > 0 ? `choose from ${others.join(', ')}, or save it first` : 'none exists yet; save one first';
  const fix =
    benchmarks.length > 0 ? `it exists for ${inShort(benchmarks.map(({ id }) => id))}; save it for all` : choice;
  return new BaselineError('NO_BASELINE', `baseline '${name}' does not exist for ${inShort(ids)}: ${fix}`);
}

function inShort([first, ...others]: readonly string[]): string {
  return `${first}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

/** Benchmarks of one id and baseline that lie in several places: nobody can say which of them is meant. */
function doubles({ root }: Store, benchmarks: readonly StoredBenchmark[]): DamagedBenchmark[] {
  return benchmarks.flatMap(({ id, name, directory }) => {
    const others = benchmarks.filter(
      (other) => other.id === id && other.name === name && other.directory !== directory,
    );
    if (others.length === 0) return [];
    const what = `is of '${id}', as is that in ${others.map((other) => other.directory).join(', ')}`;
    const error = badFile(path.join(root, directory, name, 'benchmark.json'), what, 'delete what is out of date');
    return [{ directory, name, id, error }];
  });
}

/** The id of what is damaged. */
async function idAt({ root, fileSystem }: Store, { directory, name }: RecordPlace): Promise<string> {
  try {
    return (await readJson(fileSystem, path.join(root, directory, name, 'benchmark.json'), BENCHMARK_FILE)).full_id;
  } catch {
    return directory;
  }
}

function isAt(a: RecordPlace, b: RecordPlace): boolean {
  return a.directory === b.directory && a.name === b.name;
}
