// How do the results of several machines or runs become one store's?
import path from 'node:path';

import { readArchive } from './archive.js';
import { putRecords, reserved, reservedForReading } from './copy.js';
import { conditionsOf, describeDifferences, type Difference, differences } from '../differences.js';
import { BaselineError } from '../errors.js';
import { FILE_NAMES, type StoredBenchmark } from '../files/record.js';
import { compareText, LATEST, recordPlaces, type Store } from '../store.js';
import { loadStored } from '../stored-benchmarks.js';

/** What to merge: a store's directory, or a file that an export wrote. */
export interface MergeSource {
  /** As someone named it; errors and the outcome do so too. */
  readonly label: string;
  /** Absolute. */
  readonly path: string;
}

/** One baseline after a merge. */
export interface MergedBaseline {
  /** The baseline's name; `new` for the latest results. */
  readonly name: string;
  /** How many benchmarks each source gave, by its label. */
  readonly from: ReadonlyMap<string, number>;
  /** How many benchmarks the sources gave together, each counted once. */
  readonly benchmarks: number;
}

/** A benchmark and the source that it comes from. */
interface Found {
  readonly label: string;
  readonly benchmark: StoredBenchmark;
}

const TARGET = 'what stands there';
const MOST_SHOWN = 5;
/** What a run leaves in the root whose shard had no benchmarks. */
const EMPTY_SHARD = '.empty-shard';

/**
 * Puts every baseline of `sources` into `target`, `new` as well; benchmark by benchmark, each wholly or not at all. What the target
 * has of a baseline stays, but for `new`, which holds the merged results alone. Comparisons are not merged.
 *
 * @param isDifferenceAllowed - Whether to merge what was measured under different conditions, and to take the later of two
 *   results of one benchmark.
 * @returns The baselines that were merged, in order of their names.
 * @throws BaselineError with `DIFFERENT` naming what differs, before anything is written; with `NO_BASELINE` for a source that holds
 *   nothing, `BAD_FILE`, `LOCKED` or `NOT_WRITTEN`.
 */
export async function mergeStores(
  target: Store,
  sources: readonly MergeSource[],
  isDifferenceAllowed: boolean,
): Promise<MergedBaseline[]> {
  const found: Found[] = [];
  for (const source of sources) found.push(...(await readSource(target, source)));
  const names = [...new Set(found.map(({ benchmark }) => benchmark.name))].sort(compareText);
  if (found.length === 0) throw noResults(sources.map(({ label }) => label).join(', '));
  return reserved(target, names, async () => {
    const merges: { readonly name: string; readonly incoming: readonly Found[] }[] = [];
    for (const name of names) {
      const incoming = found.filter(({ benchmark }) => benchmark.name === name);
      check(name, [...(await readTarget(target, name)), ...incoming], isDifferenceAllowed);
      merges.push({ name, incoming });
    }
    const merged: MergedBaseline[] = [];
    for (const { name, incoming } of merges) merged.push(await write(target, name, incoming));
    return merged;
  });
}

async function readSource({ fileSystem }: Store, { label, path: source }: MergeSource): Promise<Found[]> {
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
  throw noResults(label);
}

function noResults(label: string): BaselineError {
  return new BaselineError(
    'NO_BASELINE',
    `${label} holds no results: name the CRITERION_HOME of a run, or an exported file`,
  );
}

/** Says in `store` that a run had nothing to measure, so that no merge takes it for a mistake. */
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
  const names = [...new Set((await recordPlaces(store)).map(({ name }) => name))];
  const benchmarks = await reservedForReading(store, names, async () => {
    const listings: (readonly StoredBenchmark[])[] = [];
    for (const name of names) listings.push(await loadStored(store, name));
    return listings.flat();
  });
  return benchmarks;
}

/** What a merge adds to; the latest results are replaced. */
async function readTarget(target: Store, name: string): Promise<Found[]> {
  const exists = name !== LATEST && (await recordPlaces(target)).some((place) => place.name === name);
  if (!exists) return [];
  return (await loadStored(target, name)).map((benchmark) => ({ label: TARGET, benchmark }));
}

function check(name: string, all: readonly Found[], isDifferenceAllowed: boolean): void {
  const [first] = all;
  if (first === undefined) return;
  checkDirectories(name, all);
  if (isDifferenceAllowed) return;
  const complaints = [
    ...all.flatMap((one, i) => contradictions(all.slice(0, i), one)),
    ...all.flatMap((one) => conditionComplaint(first, one)),
  ];
  if (complaints.length === 0) return;
  const shown = [...new Set(complaints)];
  const more = shown.length > MOST_SHOWN ? `; and ${shown.length - MOST_SHOWN} more` : '';
  throw new BaselineError(
    'DIFFERENT',
    `baseline '${name}' cannot be merged: ${shown.slice(0, MOST_SHOWN).join('; ')}${more}: merge what was measured alike, or say --allow-different`,
  );
}

/** Two benchmarks in one place would be one after the merge. */
function checkDirectories(name: string, all: readonly Found[]): void {
  const ids = new Map<string, Found>();
  for (const one of all) {
    const { directory, id } = one.benchmark;
    const other = ids.get(directory) ?? one;
    ids.set(directory, other);
    if (other.benchmark.id === id) continue;
    const both = `${other.benchmark.id} of ${other.label} and ${id} of ${one.label}`;
    throw new BaselineError(
      'DIFFERENT',
      `baseline '${name}' cannot be merged: ${both} both lie in ${directory}: run all shards from the same suites`,
    );
  }
}

function contradictions(before: readonly Found[], { label, benchmark }: Found): string[] {
  return before
    .filter((other) => other.benchmark.id === benchmark.id && !isSame(other.benchmark, benchmark))
    .map((other) => `${benchmark.id} has one result in ${other.label} and another in ${label}`);
}

function isSame(a: StoredBenchmark, b: StoredBenchmark): boolean {
  return a.directory === b.directory && FILE_NAMES.every((file) => a.texts[file] === b.texts[file]);
}

function conditionComplaint(first: Found, other: Found): string[] {
  const found = apart(first.benchmark, other.benchmark);
  if (found.length === 0) return [];
  const who = first.label === other.label ? `the results in ${first.label}` : `${first.label} and ${other.label}`;
  return [`${who} differ in ${describeDifferences(found)}`];
}

/** In what two benchmarks of one baseline differ; their settings are their own. */
function apart(a: StoredBenchmark, b: StoredBenchmark): Difference[] {
  if (a.circumstances === undefined || b.circumstances === undefined) {
    if (a.circumstances === b.circumstances) return [];
    const writer = ({ circumstances }: StoredBenchmark) => (circumstances ? 'this bench' : 'Criterion');
    return [{ what: 'who wrote it', base: writer(a), head: writer(b) }];
  }
  const [base, head] = [conditionsOf(a.circumstances), conditionsOf(b.circumstances)];
  const [before, after] = [commitOf(a), commitOf(b)];
  return [
    ...differences({ ...base, settings: {} }, { ...head, settings: {} }),
    ...(before === after ? [] : [{ what: 'commit', base: before, head: after }]),
  ];
}

function commitOf({ circumstances }: StoredBenchmark): string {
  const commit = circumstances?.environment.commit;
  if (commit === null || commit === undefined) return 'none';
  return commit.hash.slice(0, 12) + (commit.isModified ? ', modified' : '');
}

async function write(target: Store, name: string, incoming: readonly Found[]): Promise<MergedBaseline> {
  // Of two results of one benchmark the later stays.
  const byId = new Map(incoming.map(({ benchmark }) => [benchmark.id, benchmark]));
  const isPart = name !== LATEST;
  await putRecords(target, name, [...byId.values()], { force: true, isPart });
  const from = new Map<string, number>();
  for (const { label } of incoming) from.set(label, (from.get(label) ?? 0) + 1);
  return { name, from, benchmarks: byId.size };
}

/** A source by the path that someone wrote. */
export function mergeSource(workingDirectory: string, label: string): MergeSource {
  return { label, path: path.resolve(workingDirectory, label) };
}
