// Where are measurements kept between runs?
//
//   <root>/<directory>/{new,base,<baseline>}/{benchmark,estimates,sample,tukey}.json + metrics.json
//   <root>/<directory>/change/estimates.json
//
// critcmp takes every estimates.json for a measurement and dies where benchmark.json is not beside it, so
// benchmark.json is always in place first. What is saved of one benchmark together is one transaction.
import path from 'node:path';

import type { Environment } from '../bench/machine/environment.js';
import type { Estimates } from '../stats/bootstrap.js';
import type { ExactMetrics } from '../bench/exact-metrics.js';
import type { Options } from '../bench/options.js';
import type { Result } from '../bench/run.js';
import type { Sample } from '../bench/sampling/sample.js';
import type { Comparison } from './compare.js';
import { isReserved, type Place } from './files/directory.js';
import { BaselineError } from './errors.js';
import { type FileSystem, isMissing, prepareJson, type PreparedFile } from './files/file.js';
import { FILE_NAMES, readRecord, type StoredBenchmark } from './files/record.js';
import {
  BENCHMARK_FILE,
  CHANGE_FILE,
  type Circumstances,
  ESTIMATES_FILE,
  METRICS_FILE,
  SAMPLE_FILE,
  toBenchmarkFile,
  toChangeFile,
  toEstimatesFile,
  toMetricsFile,
  toSampleFile,
  toTukeyFile,
  TUKEY_FILE,
} from './files/schema.js';
import { type Change, commit, MARKER, recover } from './files/transaction.js';

/** The directory that holds all benchmarks, and the way to reach it. */
export interface Store {
  /** Absolute. */
  readonly root: string;
  readonly fileSystem: FileSystem;
}

/** One benchmark's measurement, read back. */
export interface Baseline {
  /** The baseline's name. */
  readonly name: string;
  /** What was measured. */
  readonly sample: Sample;
  /** What was estimated of it, in nanoseconds per iteration. */
  readonly estimates: Estimates;
  /** Absent where Criterion itself wrote the baseline. */
  readonly metrics?: ExactMetrics;
  /** Options, machine and settings; absent where Criterion itself wrote the baseline. */
  readonly circumstances?: Circumstances;
}

/** A run's facts that every measurement is kept with. */
export interface Context {
  readonly options: Options;
  readonly environment: Environment;
}

/** The directory of a run's latest measurement. */
export const LATEST = 'new';
/** The baseline that a run is compared with, and replaces, unless told otherwise. */
export const DEFAULT_BASELINE = 'base';

/** What is saved of one benchmark after a run. */
export interface Measurement {
  readonly result: Result;
  readonly context: Context;
  /** Each name under which the result is kept, replacing what is there. */
  readonly names: readonly string[];
  /** Kept as `change/estimates.json`; `undefined` removes that of an earlier run. */
  readonly comparison: Comparison | undefined;
}

/**
 * Reads a benchmark's baseline.
 *
 * @param id - The benchmark's, where it is known: what lies in its place and is another's is not its baseline.
 * @returns `undefined` where the benchmark has no baseline of this name.
 * @throws BaselineError with `BAD_FILE` for a file that is missing, cut short or of another form.
 */
export async function loadBaseline(
  { root, fileSystem }: Store,
  { directory }: Place,
  name: string,
  id?: string,
): Promise<Baseline | undefined> {
  const record = await readRecord(fileSystem, root, { directory, name });
  if (record === undefined || (id !== undefined && record.id !== id)) return undefined;
  return baselineFrom(record);
}

/** The part of what is stored that a comparison needs. */
export function baselineFrom({ name, sample, estimates, circumstances }: StoredBenchmark): Baseline {
  return { name, sample, estimates, ...(circumstances && { metrics: circumstances.metrics, circumstances }) };
}

/**
 * Writes a measurement with its comparison, wholly or not at all.
 *
 * @throws BaselineError with `BAD_NUMBER`, `NOT_WRITTEN` or `LOCKED`.
 */
export async function saveMeasurement(store: Store, place: Place, measurement: Measurement): Promise<void> {
  const { result, context, names, comparison } = measurement;
  const results = putResult(store, place, result, context, names);
  const change = putChange(store, place, comparison);
  await commit(store.fileSystem, path.join(store.root, place.directory), {
    put: [...results, ...change.put],
    remove: change.remove ?? [],
  });
}

/**
 * Writes a result under each of `names`, replacing what is there; wholly or not at all.
 *
 * @throws BaselineError with `BAD_NUMBER`, `NOT_WRITTEN` or `LOCKED`.
 */
export async function saveResult(
  store: Store,
  place: Place,
  result: Result,
  context: Context,
  names: readonly string[],
): Promise<void> {
  const put = putResult(store, place, result, context, names);
  await commit(store.fileSystem, path.join(store.root, place.directory), { put });
}

/** Writes a comparison as `change/estimates.json`; `undefined` removes that of an earlier run. */
export async function saveChange(store: Store, place: Place, comparison: Comparison | undefined): Promise<void> {
  await commit(store.fileSystem, path.join(store.root, place.directory), putChange(store, place, comparison));
}

/** Where in a store one benchmark's baseline lies. */
export interface RecordPlace {
  /** Relative to the root, with `/`. */
  readonly directory: string;
  /** The baseline's name. */
  readonly name: string;
}

/**
 * All places in the store that hold something of a baseline, in order, after interrupted changes have been finished;
 * those of `new` as well.
 */
export async function recordPlaces({ root, fileSystem }: Store): Promise<RecordPlace[]> {
  let files = await entries(fileSystem, root);
  const pending = files.filter((file) => path.basename(file) === MARKER);
  for (const marker of pending) {
    // Whoever reads that benchmark meets the error again; it should not hide the others.
    await recover(fileSystem, path.join(root, path.dirname(marker))).catch(() => undefined);
  }
  if (pending.length > 0) files = await entries(fileSystem, root);
  const found = files
    .filter((file) => FILE_NAMES.some((name) => name === path.basename(file)))
    .map((file) => path.dirname(file));
  return [...new Set(found)]
    .map((at) => ({ directory: path.dirname(at).replaceAll(path.sep, '/'), name: path.basename(at) }))
    .filter(({ directory, name }) => directory !== '.' && (name === LATEST || !isReserved(name)))
    .sort((a, b) => compareText(a.directory, b.directory) || compareText(a.name, b.name));
}

/** The names of all baselines in the store, sorted; `new` is none. */
export async function baselineNames(store: Store): Promise<string[]> {
  const names = (await recordPlaces(store)).map(({ name }) => name).filter((name) => name !== LATEST);
  return [...new Set(names)].sort();
}

function putResult(
  { root }: Store,
  place: Place,
  result: Result,
  context: Context,
  names: readonly string[],
): PreparedFile[] {
  return names.flatMap((name) => resultFiles(path.join(root, place.directory, name), place, result, context));
}

function putChange({ root }: Store, { directory }: Place, comparison: Comparison | undefined): Change {
  const file = path.join(root, directory, 'change', 'estimates.json');
  if (comparison === undefined) return { put: [], remove: [file] };
  return { put: [prepareJson(file, toChangeFile(comparison.change), CHANGE_FILE)] };
}

function resultFiles(
  directory: string,
  place: Place,
  result: Result,
  { options, environment }: Context,
): PreparedFile[] {
  const { benchmark, analysis, metrics, latency, sample } = result;
  const { side, settings = {} } = benchmark;
  const circumstances = { metrics, latency, side, settings, options, environment };
  const at = (file: string) => path.join(directory, file);
  return [
    prepareJson(at('benchmark.json'), toBenchmarkFile(benchmark, place), BENCHMARK_FILE),
    prepareJson(at('sample.json'), toSampleFile(sample), SAMPLE_FILE),
    prepareJson(at('tukey.json'), toTukeyFile(analysis.fences), TUKEY_FILE),
    prepareJson(at('metrics.json'), toMetricsFile(circumstances), METRICS_FILE),
    prepareJson(at('estimates.json'), toEstimatesFile(analysis.estimates), ESTIMATES_FILE),
  ];
}

/** By code units: the same order on every machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Paths of everything below `directory`; none where it does not exist. */
async function entries(fileSystem: FileSystem, directory: string): Promise<string[]> {
  try {
    return await fileSystem.readdir(directory, { recursive: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw new BaselineError(
      'BAD_FILE',
      `${directory} cannot be read (${(error as Error).message}): give access to it`,
      { cause: error },
    );
  }
}
