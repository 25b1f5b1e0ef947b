// Baseline copies: copies and deletes whole baselines.
import path from 'node:path';

import { checkBaselineName } from '../files/directory.js';
import { BaselineError } from '../errors.js';
import { FILE_NAMES, type StoredBenchmark, type FileTexts } from '../files/record.js';
import { reserveBaselines, type Reservation } from '../locks/reservation.js';
import { recordLocations, type Store } from '../store.js';
import { listStored, loadStored, noBaselineError } from '../stored-benchmarks.js';
import { commit } from '../transaction.js';

/** Selects benchmarks by id. */
export type IdPredicate = (id: string) => boolean;

/** Other files that Criterion writes for a baseline. */
const OTHER_FILES = ['raw.csv'];

/**
 * The maximum time to wait for another process. Commands take moments, but runs take minutes and are not waited for.
 */
const RESERVATION_TIMEOUT_MS = 3_000;

/** A benchmark to write under the name of a baseline. */
export interface IncomingBenchmark {
  readonly id: string;
  /** The directory relative to the root, with `/`. */
  readonly directory: string;
  readonly texts: FileTexts;
}

/** Treatment of benchmarks that exist already. */
export interface PutOptions {
  /** Whether to replace them. */
  readonly force: boolean;
  /** Whether other benchmarks of the baseline stay. */
  readonly isPart: boolean;
}

/**
 * Copies the baseline `from`, which may be `new`, to `to`. Each benchmark is written atomically.
 *
 * @param select - Selects benchmarks. By default all are copied, and other benchmarks of `to` are removed.
 * @returns The ids of the copied benchmarks.
 * @throws BaselineError with `NO_BASELINE`, `BAD_FILE`, `EXISTS` if a benchmark exists and `force` is not set, `LOCKED`
 *   or `NOT_WRITTEN`.
 */
export async function copyBaseline(
  store: Store,
  names: { readonly from: string; readonly to: string },
  { force = false, select }: { readonly force?: boolean; readonly select?: IdPredicate | undefined } = {},
): Promise<string[]> {
  const { from, to } = names;
  checkBaselineName(to);
  if (from === to) throw new BaselineError('EXISTS', `'${from}' and '${to}' are the same baseline: name another`);
  return withReservation(store, [from, to], async () => {
    const chosen = await loadSelected(store, from, select);
    await putRecords(store, to, chosen, { force, isPart: select !== undefined });
    return chosen.map(({ id }) => id);
  });
}

/**
 * Deletes the baseline `name`, including damaged benchmarks. Each benchmark is removed atomically.
 *
 * @param select - Selects benchmarks; all by default.
 * @returns The number of removed benchmarks.
 * @throws BaselineError with `NO_BASELINE`, `BAD_FILE`, `LOCKED` or `NOT_WRITTEN`.
 */
export async function deleteBaseline(store: Store, name: string, select?: IdPredicate): Promise<number> {
  return withReservation(store, [name], async () => {
    const locations =
      select === undefined ? await locationsNamed(store, name) : await loadSelected(store, name, select);
    if (locations.length === 0) throw await noBaselineError(store, name);
    for (const { directory } of locations) await removeRecord(store, directory, name);
    return locations.length;
  });
}

/**
 * Writes `incoming` under `name`, which this process must have reserved.
 *
 * @throws BaselineError with `EXISTS` if a benchmark exists and `force` is not set; then nothing is written.
 */
export async function putRecords(
  store: Store,
  name: string,
  incoming: readonly IncomingBenchmark[],
  { force, isPart }: PutOptions,
): Promise<void> {
  const ids = new Set(incoming.map(({ id }) => id));
  const directories = new Set(incoming.map(({ directory }) => directory));
  const present = isPart
    ? (await listStored(store, name)).benchmarks.filter(
        (known) => ids.has(known.id) || directories.has(known.directory),
      )
    : await locationsNamed(store, name);
  if (present.length > 0 && !force) throw existsError(name, present.length);
  for (const { directory, texts } of incoming) await putRecord(store, { directory, name }, texts);
  for (const { directory } of present) {
    if (!directories.has(directory)) await removeRecord(store, directory, name);
  }
}

/** Runs `work` with exclusive write access to `names`. */
export async function withReservation<T>(store: Store, names: readonly string[], work: () => Promise<T>): Promise<T> {
  const reservation = await reserveBaselines(store, names, RESERVATION_TIMEOUT_MS);
  try {
    return await work();
  } finally {
    await reservation.release();
  }
}

/** Locks `names` while `work` runs. Read-only stores need no lock. */
export async function withReadReservation<T>(
  store: Store,
  names: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  let reservation: Reservation | undefined;
  try {
    reservation = await reserveBaselines(store, names, RESERVATION_TIMEOUT_MS);
  } catch (error) {
    if (!(error instanceof BaselineError) || error.code !== 'NOT_WRITTEN') throw error;
  }
  try {
    return await work();
  } finally {
    await reservation?.release();
  }
}

/** Reads the selected benchmarks of a baseline. @throws BaselineError if one is damaged, or none is selected. */
export async function loadSelected(
  store: Store,
  name: string,
  select?: IdPredicate,
): Promise<readonly StoredBenchmark[]> {
  const benchmarks = await loadStored(store, name, select);
  const chosen = benchmarks.filter(({ id }) => select?.(id) ?? true);
  if (chosen.length > 0) return chosen;
  throw new BaselineError(
    'NO_BASELINE',
    `none of the ${benchmarks.length} benchmarks of baseline '${name}' is selected: see bench baseline show ${name}`,
  );
}

async function locationsNamed(store: Store, name: string): Promise<{ readonly directory: string }[]> {
  return (await recordLocations(store)).filter((location) => location.name === name);
}

async function putRecord(store: Store, location: { directory: string; name: string }, texts: FileTexts): Promise<void> {
  const directory = path.join(store.root, location.directory);
  const at = (file: string) => path.join(directory, location.name, file);
  const put = FILE_NAMES.flatMap((file) => {
    const text = texts[file];
    return text === undefined ? [] : [{ path: at(file), text }];
  });
  const stale = [...FILE_NAMES.filter((file) => texts[file] === undefined), ...OTHER_FILES];
  await commit(store.fileSystem, directory, { put, remove: stale.map(at) });
}

async function removeRecord(store: Store, directory: string, name: string): Promise<void> {
  const absolute = path.join(store.root, directory);
  // critcmp fails on an estimates.json without a benchmark.json, so benchmark.json is removed last.
  const files = [...FILE_NAMES, ...OTHER_FILES].reverse();
  const remove = files.map((file) => path.join(absolute, name, file));
  await commit(store.fileSystem, absolute, { put: [], remove });
}

function existsError(name: string, count: number): BaselineError {
  return new BaselineError(
    'EXISTS',
    `baseline '${name}' already has ${count} of these benchmarks: choose another name, or replace them with --force`,
  );
}
