// Store: measurements on disk.
//
//   <root>/<directory>/{new,base,<baseline>}/{benchmark,estimates,sample,tukey}.json + metrics.json
//   <root>/<directory>/change/estimates.json
//
// critcmp takes every estimates.json for a measurement and fails without a benchmark.json beside it, so benchmark.json
// is always written first. Everything saved for one benchmark is one transaction.
import path from 'node:path';

import type { Environment } from '../bench/machine/environment.js';
import type { Estimates } from '../stats/bootstrap.js';
import type { ExactMetrics } from '../bench/exact-metrics.js';
import type { Options } from '../bench/options.js';
import type { BenchmarkResult } from '../bench/run-benchmarks.js';
import type { Sample } from '../bench/sampling/sample.js';
import type { Comparison } from './compare.js';
import { isReservedName, type BenchmarkLocation } from './files/directory.js';
import { BaselineError } from './errors.js';
import { type FileSystem, isMissing, prepareJson, type PreparedFile } from './files/json-file.js';
import { FILE_NAMES, readRecord, type StoredBenchmark } from './files/record.js';
import {
  BENCHMARK_FILE,
  CHANGE_FILE,
  type RunMetadata,
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
} from './files/file-schema.js';
import { type Transaction, commit, MARKER, recover } from './transaction.js';

/** The directory of all benchmarks, and the file system to access it. */
export interface Store {
  /** The absolute path. */
  readonly root: string;
  readonly fileSystem: FileSystem;
}

/** The stored measurement of one benchmark. */
export interface Baseline {
  /** The baseline's name. */
  readonly name: string;
  /** The sample. */
  readonly sample: Sample;
  /** The estimates, in nanoseconds per iteration. */
  readonly estimates: Estimates;
  /** The exact metrics; absent if Criterion wrote the baseline. */
  readonly metrics?: ExactMetrics;
  /** Options, machine and settings; absent if Criterion wrote the baseline. */
  readonly metadata?: RunMetadata;
}

/** The facts of a run that are saved with every measurement. */
export interface RunContext {
  readonly options: Options;
  readonly environment: Environment;
}

/** The name under which every run saves its results. */
export const LATEST = 'new';
/** The baseline that a run is compared with, and replaces, by default. */
export const DEFAULT_BASELINE = 'base';

/** The data to save for one benchmark after a run. */
export interface SaveRequest {
  readonly result: BenchmarkResult;
  readonly context: RunContext;
  /** The names under which to save the result; existing baselines are replaced. */
  readonly names: readonly string[];
  /** Saved as `change/estimates.json`; `undefined` removes the file of an earlier run. */
  readonly comparison: Comparison | undefined;
}

/**
 * Reads a benchmark's baseline.
 *
 * @param id - The benchmark's id, if known; the baseline of another benchmark in the same directory is ignored.
 * @returns The baseline; `undefined` if the benchmark has none of this name.
 * @throws BaselineError with `BAD_FILE` if a file is missing, truncated or has an unexpected form.
 */
export async function loadBaseline(
  { root, fileSystem }: Store,
  { directory }: BenchmarkLocation,
  name: string,
  id?: string,
): Promise<Baseline | undefined> {
  const record = await readRecord(fileSystem, root, { directory, name });
  if (record === undefined || (id !== undefined && record.id !== id)) return undefined;
  return toBaseline(record);
}

/** Returns the part of a stored benchmark that a comparison needs. */
export function toBaseline({ name, sample, estimates, metadata }: StoredBenchmark): Baseline {
  return { name, sample, estimates, ...(metadata && { metrics: metadata.metrics, metadata }) };
}

/**
 * Writes a measurement and its comparison atomically.
 *
 * @throws BaselineError with `BAD_NUMBER`, `NOT_WRITTEN` or `LOCKED`.
 */
export async function saveMeasurement(
  store: Store,
  location: BenchmarkLocation,
  measurement: SaveRequest,
): Promise<void> {
  const { result, context, names, comparison } = measurement;
  const results = putResult(store, location, result, context, names);
  const change = putChange(store, location, comparison);
  await commit(store.fileSystem, path.join(store.root, location.directory), {
    put: [...results, ...change.put],
    remove: change.remove ?? [],
  });
}

/**
 * Writes a result under each of `names` atomically. Existing baselines are replaced.
 *
 * @throws BaselineError with `BAD_NUMBER`, `NOT_WRITTEN` or `LOCKED`.
 */
export async function saveResult(
  store: Store,
  location: BenchmarkLocation,
  result: BenchmarkResult,
  context: RunContext,
  names: readonly string[],
): Promise<void> {
  const put = putResult(store, location, result, context, names);
  await commit(store.fileSystem, path.join(store.root, location.directory), { put });
}

/** Writes a comparison as `change/estimates.json`; `undefined` removes the file of an earlier run. */
export async function saveChange(
  store: Store,
  location: BenchmarkLocation,
  comparison: Comparison | undefined,
): Promise<void> {
  await commit(store.fileSystem, path.join(store.root, location.directory), putChange(store, location, comparison));
}

/** The location of one benchmark's baseline in a store. */
export interface RecordLocation {
  /** The directory relative to the root, with `/`. */
  readonly directory: string;
  /** The baseline's name. */
  readonly name: string;
}

/**
 * Completes interrupted transactions, then lists every location in the store that holds a file of a baseline, sorted.
 * The locations of `new` are included.
 */
export async function recordLocations({ root, fileSystem }: Store): Promise<RecordLocation[]> {
  let files = await listFiles(fileSystem, root);
  const pending = files.filter((file) => path.basename(file) === MARKER);
  for (const marker of pending) {
    // The error recurs when that benchmark is read. It should not hide the others.
    await recover(fileSystem, path.join(root, path.dirname(marker))).catch(() => undefined);
  }
  if (pending.length > 0) files = await listFiles(fileSystem, root);
  const found = files
    .filter((file) => FILE_NAMES.some((name) => name === path.basename(file)))
    .map((file) => path.dirname(file));
  return [...new Set(found)]
    .map((at) => ({ directory: path.dirname(at).replaceAll(path.sep, '/'), name: path.basename(at) }))
    .filter(({ directory, name }) => directory !== '.' && (name === LATEST || !isReservedName(name)))
    .sort((a, b) => compareCodeUnits(a.directory, b.directory) || compareCodeUnits(a.name, b.name));
}

/** Lists the names of all baselines in the store, sorted, except `new`. */
export async function baselineNames(store: Store): Promise<string[]> {
  const names = (await recordLocations(store)).map(({ name }) => name).filter((name) => name !== LATEST);
  return [...new Set(names)].sort();
}

function putResult(
  { root }: Store,
  location: BenchmarkLocation,
  result: BenchmarkResult,
  context: RunContext,
  names: readonly string[],
): PreparedFile[] {
  return names.flatMap((name) => resultFiles(path.join(root, location.directory, name), location, result, context));
}

function putChange({ root }: Store, { directory }: BenchmarkLocation, comparison: Comparison | undefined): Transaction {
  const file = path.join(root, directory, 'change', 'estimates.json');
  if (comparison === undefined) return { put: [], remove: [file] };
  return { put: [prepareJson(file, toChangeFile(comparison.change), CHANGE_FILE)] };
}

function resultFiles(
  directory: string,
  location: BenchmarkLocation,
  result: BenchmarkResult,
  { options, environment }: RunContext,
): PreparedFile[] {
  const { benchmark, analysis, metrics, latency, sample } = result;
  const { side, settings = {} } = benchmark;
  const metadata = { metrics, latency, side, settings, options, environment };
  const at = (file: string) => path.join(directory, file);
  return [
    prepareJson(at('benchmark.json'), toBenchmarkFile(benchmark, location), BENCHMARK_FILE),
    prepareJson(at('sample.json'), toSampleFile(sample), SAMPLE_FILE),
    prepareJson(at('tukey.json'), toTukeyFile(analysis.fences), TUKEY_FILE),
    prepareJson(at('metrics.json'), toMetricsFile(metadata), METRICS_FILE),
    prepareJson(at('estimates.json'), toEstimatesFile(analysis.estimates), ESTIMATES_FILE),
  ];
}

/** Compares by code units, so that the order is the same on every machine. */
export function compareCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Lists the paths of everything below `directory`; none if it does not exist. */
async function listFiles(fileSystem: FileSystem, directory: string): Promise<string[]> {
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
