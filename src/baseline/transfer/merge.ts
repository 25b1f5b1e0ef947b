// Merge: combines the results of several machines or runs in one store.
import path from 'node:path';

import { readArchive } from './archive.js';
import { putRecords, withReservation, withReadReservation } from './copy.js';
import { conditionsOf, describeDifferences, type ConditionDifference, conditionDifferences } from '../differences.js';
import { BaselineError } from '../errors.js';
import { FILE_NAMES, type StoredBenchmark } from '../files/record.js';
import { compareCodeUnits, LATEST, recordLocations, type Store } from '../store.js';
import { loadStored } from '../stored-benchmarks.js';

/** A source to merge: the directory of a store, or an exported file. */
export interface MergeSource {
  /** The path as the user wrote it; errors and results use it. */
  readonly label: string;
  /** The absolute path. */
  readonly path: string;
}

/** A merged baseline. */
export interface MergedBaseline {
  /** The baseline's name; `new` for the latest results. */
  readonly name: string;
  /** The number of benchmarks from each source, by its label. */
  readonly from: ReadonlyMap<string, number>;
  /** The number of distinct benchmarks from all sources. */
  readonly benchmarks: number;
}

/** A benchmark and the label of its source. */
interface SourcedBenchmark {
  readonly label: string;
  readonly benchmark: StoredBenchmark;
}

const TARGET_LABEL = 'the existing results';
const MAX_SHOWN = 5;
/** The file that a run of an empty shard leaves in the root. */
const EMPTY_SHARD = '.empty-shard';

/**
 * Merges every baseline of `sources` into `target`, including `new`. Each benchmark is written atomically. Existing
 * benchmarks of a baseline stay, except those of `new`, which then holds only the merged results. Comparisons are not
 * merged.
 *
 * @param isDifferenceAllowed - Whether to merge results measured under different conditions, and to use the later of
 *   two results of one benchmark.
 * @returns The merged baselines, sorted by name.
 * @throws BaselineError with `DIFFERENT`, which names the differences, before anything is written; with `NO_BASELINE`
 *   if a source holds no results, `BAD_FILE`, `LOCKED` or `NOT_WRITTEN`.
 */
export async function mergeStores(
  target: Store,
  sources: readonly MergeSource[],
  isDifferenceAllowed: boolean,
): Promise<MergedBaseline[]> {
  const found: SourcedBenchmark[] = [];
  for (const source of sources) found.push(...(await readSource(target, source)));
  const names = [...new Set(found.map(({ benchmark }) => benchmark.name))].sort(compareCodeUnits);
  if (found.length === 0) throw noResultsError(sources.map(({ label }) => label).join(', '));
  return withReservation(target, names, async () => {
    const merges: { readonly name: string; readonly incoming: readonly SourcedBenchmark[] }[] = [];
    for (const name of names) {
      const incoming = found.filter(({ benchmark }) => benchmark.name === name);
      checkMergeable(name, [...(await readTarget(target, name)), ...incoming], isDifferenceAllowed);
      merges.push({ name, incoming });
    }
    const merged: MergedBaseline[] = [];
    for (const { name, incoming } of merges) merged.push(await writeMerged(target, name, incoming));
    return merged;
  });
}

async function readSource({ fileSystem }: Store, { label, path: source }: MergeSource): Promise<SourcedBenchmark[]> {
  const stats = await fileSystem.stat(source).catch((cause: Error) => {
    throw new BaselineError(
      'NO_BASELINE',
      `${label} cannot be merged (${cause.message}): name a directory or an exported file`,
      { cause },
    );
  });
  const benchmarks = stats.isDirectory()
    ? await readDirectory({ root: source, fileSystem })
    : (await readArchive({ fileSystem }, source)).benchmarks;
  const isEmpty = benchmarks.length === 0 && (await isEmptyShard({ root: source, fileSystem }));
  if (benchmarks.length > 0 || isEmpty) return benchmarks.map((benchmark) => ({ label, benchmark }));
  throw noResultsError(label);
}

function noResultsError(label: string): BaselineError {
  return new BaselineError(
    'NO_BASELINE',
    `${label} holds no results: name the CRITERION_HOME of a run, or an exported file`,
  );
}

/** Records in the store that a run had nothing to measure, so that a merge accepts it as a source. */
export async function markEmptyShard({ root, fileSystem }: Store): Promise<void> {
  try {
    await fileSystem.mkdir(root, { recursive: true });
    await fileSystem.writeFile(path.join(root, EMPTY_SHARD), '');
  } catch (cause) {
    throw new BaselineError('NOT_WRITTEN', `cannot write into ${root} (${(cause as Error).message}): give access`, {
      cause,
    });
  }
}

async function isEmptyShard({ root, fileSystem }: Store): Promise<boolean> {
  return (await fileSystem.stat(path.join(root, EMPTY_SHARD)).catch(() => undefined)) !== undefined;
}

async function readDirectory(store: Store): Promise<StoredBenchmark[]> {
  const names = [...new Set((await recordLocations(store)).map(({ name }) => name))];
  const benchmarks = await withReadReservation(store, names, async () => {
    const listings: (readonly StoredBenchmark[])[] = [];
    for (const name of names) listings.push(await loadStored(store, name));
    return listings.flat();
  });
  return benchmarks;
}

/** Reads the existing results that a merge adds to; none for `new`, which is replaced. */
async function readTarget(target: Store, name: string): Promise<SourcedBenchmark[]> {
  const exists = name !== LATEST && (await recordLocations(target)).some((location) => location.name === name);
  if (!exists) return [];
  return (await loadStored(target, name)).map((benchmark) => ({ label: TARGET_LABEL, benchmark }));
}

function checkMergeable(name: string, all: readonly SourcedBenchmark[], isDifferenceAllowed: boolean): void {
  const [first] = all;
  if (first === undefined) return;
  checkDirectories(name, all);
  if (isDifferenceAllowed) return;
  const conflicts = [
    ...all.flatMap((one, i) => conflictingResults(all.slice(0, i), one)),
    ...all.flatMap((one) => conditionConflicts(first, one)),
  ];
  if (conflicts.length === 0) return;
  const shown = [...new Set(conflicts)];
  const more = shown.length > MAX_SHOWN ? `; and ${shown.length - MAX_SHOWN} more` : '';
  throw new BaselineError(
    'DIFFERENT',
    `baseline '${name}' cannot be merged: ${shown.slice(0, MAX_SHOWN).join('; ')}${more}: merge results measured under the same conditions, or pass --allow-different`,
  );
}

/** Two benchmarks in one directory would overwrite each other. */
function checkDirectories(name: string, all: readonly SourcedBenchmark[]): void {
  const ids = new Map<string, SourcedBenchmark>();
  for (const one of all) {
    const { directory, id } = one.benchmark;
    const other = ids.get(directory) ?? one;
    ids.set(directory, other);
    if (other.benchmark.id === id) continue;
    const both = `${other.benchmark.id} of ${other.label} and ${id} of ${one.label}`;
    throw new BaselineError(
      'DIFFERENT',
      `baseline '${name}' cannot be merged: ${both} share the directory ${directory}: run all shards from the same suites`,
    );
  }
}

function conflictingResults(before: readonly SourcedBenchmark[], { label, benchmark }: SourcedBenchmark): string[] {
  return before
    .filter((other) => other.benchmark.id === benchmark.id && !isSame(other.benchmark, benchmark))
    .map((other) => `${benchmark.id} has one result in ${other.label} and another in ${label}`);
}

function isSame(a: StoredBenchmark, b: StoredBenchmark): boolean {
  return a.directory === b.directory && FILE_NAMES.every((file) => a.texts[file] === b.texts[file]);
}

function conditionConflicts(first: SourcedBenchmark, other: SourcedBenchmark): string[] {
  const found = differencesBetween(first.benchmark, other.benchmark);
  if (found.length === 0) return [];
  const who = first.label === other.label ? `the results in ${first.label}` : `${first.label} and ${other.label}`;
  return [`${who} differ in ${describeDifferences(found)}`];
}

/**
 * Lists the differences between two benchmarks of one baseline, except their settings, which each benchmark defines.
 */
function differencesBetween(a: StoredBenchmark, b: StoredBenchmark): ConditionDifference[] {
  if (a.metadata === undefined || b.metadata === undefined) {
    if (a.metadata === b.metadata) return [];
    const writer = ({ metadata }: StoredBenchmark) => (metadata ? 'this bench' : 'Criterion');
    return [{ what: 'writer', base: writer(a), head: writer(b) }];
  }
  const [base, head] = [conditionsOf(a.metadata), conditionsOf(b.metadata)];
  const [before, after] = [commitOf(a), commitOf(b)];
  return [
    ...conditionDifferences({ ...base, settings: {} }, { ...head, settings: {} }),
    ...(before === after ? [] : [{ what: 'commit', base: before, head: after }]),
  ];
}

function commitOf({ metadata }: StoredBenchmark): string {
  const commit = metadata?.environment.commit;
  if (commit === null || commit === undefined) return 'none';
  return commit.hash.slice(0, 12) + (commit.isModified ? ', modified' : '');
}

async function writeMerged(
  target: Store,
  name: string,
  incoming: readonly SourcedBenchmark[],
): Promise<MergedBaseline> {
  // The later of two results of one benchmark wins.
  const byId = new Map(incoming.map(({ benchmark }) => [benchmark.id, benchmark]));
  const isPart = name !== LATEST;
  await putRecords(target, name, [...byId.values()], { force: true, isPart });
  const from = new Map<string, number>();
  for (const { label } of incoming) from.set(label, (from.get(label) ?? 0) + 1);
  return { name, from, benchmarks: byId.size };
}

/** Resolves the path of a source. */
export function mergeSource(workingDirectory: string, label: string): MergeSource {
  return { label, path: path.resolve(workingDirectory, label) };
}
