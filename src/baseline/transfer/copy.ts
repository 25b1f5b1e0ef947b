// How does a whole baseline come under a name, and how does it go?
import path from 'node:path';

import { checkBaselineName } from '../files/directory.js';
import { BaselineError } from '../errors.js';
import { FILE_NAMES, type StoredBenchmark, type Texts } from '../files/record.js';
import { lockBaselines, type Reservation } from '../locks/reserve.js';
import { LATEST, recordPlaces, type Store } from '../store.js';
import { listStored, loadStored, noBaseline } from '../stored-benchmarks.js';
import { commit } from '../files/transaction.js';

/** Which benchmarks are meant. */
export type Select = (id: string) => boolean;

/** What Criterion keeps beside the files that we know. */
const OTHER_FILES = ['raw.csv'];

/** Commands like these take moments, runs minutes. */
const PATIENCE_MS = 3_000;

/** One benchmark that comes under a baseline's name. */
export interface Incoming {
  readonly id: string;
  /** Relative to the root, with `/`. */
  readonly directory: string;
  readonly texts: Texts;
}

/** How to meet what stands there already. */
export interface PutOptions {
  /** Whether to replace it. */
  readonly force: boolean;
  /** Whether the benchmarks are but some of a baseline: others of that name stay. */
  readonly isPart: boolean;
}

/**
 * Copies the baseline `from`, which may be `new`, to `to`; benchmark by benchmark, each wholly or not at all.
 *
 * @param select - Which benchmarks; all of them by default, and then `to` holds nothing else afterwards.
 * @returns The ids of what was copied.
 * @throws BaselineError with `NO_BASELINE`, `BAD_FILE`, `EXISTS` where something is to be replaced without `force`,
 *   `LOCKED` or `NOT_WRITTEN`.
 */
export async function copyBaseline(
  store: Store,
  names: { readonly from: string; readonly to: string },
  { force = false, select }: { readonly force?: boolean; readonly select?: Select | undefined } = {},
): Promise<string[]> {
  const { from, to } = names;
  checkBaselineName(to);
  if (from === to) throw new BaselineError('EXISTS', `'${from}' and '${to}' are the same baseline: name another`);
  return reserved(store, [from, to], async () => {
    const chosen = await selectStored(store, from, select);
    await putRecords(store, to, chosen, { force, isPart: select !== undefined });
    return chosen.map(({ id }) => id);
  });
}

/**
 * Deletes the baseline `name`; benchmark by benchmark, each wholly or not at all. What is damaged goes as well.
 *
 * @param select - Which benchmarks; all of them by default.
 * @returns How many benchmarks it had.
 * @throws BaselineError with `NO_BASELINE`, `BAD_FILE`, `LOCKED` or `NOT_WRITTEN`.
 */
export async function deleteBaseline(store: Store, name: string, select?: Select): Promise<number> {
  return reserved(store, [name], async () => {
    const places = select === undefined ? await placesNamed(store, name) : await selectStored(store, name, select);
    if (places.length === 0) throw await noBaseline(store, name);
    for (const { directory } of places) await removeRecord(store, directory, name);
    return places.length;
  });
}

/**
 * Writes `incoming` under `name`, which this process has reserved.
 *
 * @throws BaselineError with `EXISTS` where something is to be replaced without `force`; then nothing is written.
 */
export async function putRecords(
  store: Store,
  name: string,
  incoming: readonly Incoming[],
  { force, isPart }: PutOptions,
): Promise<void> {
  const ids = new Set(incoming.map(({ id }) => id));
  const directories = new Set(incoming.map(({ directory }) => directory));
  const present = isPart
    ? (await listStored(store, name)).benchmarks.filter(
        (known) => ids.has(known.id) || directories.has(known.directory),
      )
    : await placesNamed(store, name);
  if (present.length > 0 && !force) throw exists(name, present.length);
  for (const { directory, texts } of incoming) await putRecord(store, { directory, name }, texts);
  for (const { directory } of present) {
    if (!directories.has(directory)) await removeRecord(store, directory, name);
  }
}

/** Runs `work` while this process alone may write `names`. */
export async function reserved<T>(store: Store, names: readonly string[], work: () => Promise<T>): Promise<T> {
  const reservation = await lockBaselines(store, names, PATIENCE_MS);
  try {
    return await work();
  } finally {
    await reservation.release();
  }
}

/** Runs `work` while nobody writes `names`; where nothing can be written at all, that is so by itself. */
export async function reservedForReading<T>(
  store: Store,
  names: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  let reservation: Reservation | undefined;
  try {
    reservation = await lockBaselines(store, names, PATIENCE_MS);
  } catch (error) {
    if (!(error instanceof BaselineError) || error.code !== 'NOT_WRITTEN') throw error;
  }
  try {
    return await work();
  } finally {
    await reservation?.release();
  }
}

/** The benchmarks of a baseline that `select` selects, all sound. */
export async function selectStored(store: Store, name: string, select?: Select): Promise<readonly StoredBenchmark[]> {
  const benchmarks = await loadStored(store, name, select);
  const chosen = benchmarks.filter(({ id }) => select?.(id) ?? true);
  if (chosen.length > 0) return chosen;
  throw new BaselineError(
    'NO_BASELINE',
    `none of the ${benchmarks.length} benchmarks of baseline '${name}' is selected: see bench baseline show ${name}`,
  );
}

async function placesNamed(store: Store, name: string): Promise<{ readonly directory: string }[]> {
  return (await recordPlaces(store)).filter((place) => place.name === name);
}

async function putRecord(store: Store, place: { directory: string; name: string }, texts: Texts): Promise<void> {
  const directory = path.join(store.root, place.directory);
  const at = (file: string) => path.join(directory, place.name, file);
  const put = FILE_NAMES.flatMap((file) => {
    const text = texts[file];
    return text === undefined ? [] : [{ path: at(file), text }];
  });
  const stale = [...FILE_NAMES.filter((file) => texts[file] === undefined), ...OTHER_FILES];
  await commit(store.fileSystem, directory, { put, remove: stale.map(at) });
}

async function removeRecord(store: Store, directory: string, name: string): Promise<void> {
  const absolute = path.join(store.root, directory);
  // critcmp dies on an estimates.json without benchmark.json, so benchmark.json goes last.
  const files = [...FILE_NAMES, ...OTHER_FILES].reverse();
  const remove = files.map((file) => path.join(absolute, name, file));
  await commit(store.fileSystem, absolute, { put: [], remove });
}

function exists(name: string, count: number): BaselineError {
  const what = name === LATEST ? 'the latest results' : `baseline '${name}'`;
  return new BaselineError(
    'EXISTS',
    `${what} exists, with ${count} of these benchmarks: choose another name, or replace it with --force`,
  );
}
