// Where are measurements kept between runs?
//
//   <root>/<directory>/{new,base,<baseline>}/{benchmark,estimates,sample,tukey}.json + metrics.json
//   <root>/<directory>/change/estimates.json
//
// critcmp takes every estimates.json for a measurement and dies where benchmark.json is not beside it, so
// benchmark.json is always in place first.
import path from 'node:path';

import type { ZodType } from 'zod';

import type { Environment, Estimates, ExactMetrics, Options, Result, Sample } from '../bench/index.js';
import type { Comparison } from './compare.js';
import { isReserved, type Place } from './directory.js';
import { BaselineError } from './errors.js';
import { type FileSystem, isMissing, prepareJson, type PreparedFile, readJson, writeFiles } from './file.js';
import {
  BENCHMARK_FILE,
  CHANGE_FILE,
  ESTIMATES_FILE,
  fromEstimatesFile,
  fromMetricsFile,
  fromSampleFile,
  METRICS_FILE,
  SAMPLE_FILE,
  toBenchmarkFile,
  toChangeFile,
  toEstimatesFile,
  toMetricsFile,
  toSampleFile,
  toTukeyFile,
  TUKEY_FILE,
} from './schema.js';

/** The directory that holds all benchmarks, and the way to reach it. */
export interface Store {
  /** Absolute. */
  readonly root: string;
  readonly fileSystem: FileSystem;
}

/** One benchmark's measurement, read back. */
export interface Baseline {
  readonly name: string;
  readonly sample: Sample;
  readonly estimates: Estimates;
  /** Absent where Criterion itself wrote the baseline. */
  readonly metrics?: ExactMetrics;
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

/**
 * Reads a benchmark's baseline.
 *
 * @returns `undefined` where the benchmark has no baseline of this name.
 * @throws BaselineError with `BAD_FILE` for a file that is missing, cut short or of another form.
 */
export async function loadBaseline(store: Store, place: Place, name: string): Promise<Baseline | undefined> {
  const directory = path.join(store.root, place.directory, name);
  const files = await entries(store.fileSystem, directory);
  if (files.length === 0) return undefined;
  const read = <T>(file: string, schema: ZodType<T>) => readJson(store.fileSystem, path.join(directory, file), schema);
  await read('benchmark.json', BENCHMARK_FILE);
  const baseline = {
    name,
    sample: fromSampleFile(await read('sample.json', SAMPLE_FILE)),
    estimates: fromEstimatesFile(await read('estimates.json', ESTIMATES_FILE)),
  };
  if (!files.includes('metrics.json')) return baseline;
  return { ...baseline, metrics: fromMetricsFile(await read('metrics.json', METRICS_FILE)) };
}

/**
 * Writes a measurement under each of `names`, replacing what is there.
 *
 * @throws BaselineError with `BAD_NUMBER` or `NOT_WRITTEN`.
 */
export async function saveResult(
  store: Store,
  place: Place,
  result: Result,
  context: Context,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const directory = path.join(store.root, place.directory, name);
    await writeFiles(store.fileSystem, resultFiles(directory, place, result, context));
  }
}

/** Writes a comparison as `change/estimates.json`; `undefined` removes that of an earlier run. */
export async function saveChange(store: Store, place: Place, comparison: Comparison | undefined): Promise<void> {
  const directory = path.join(store.root, place.directory, 'change');
  if (comparison === undefined) return store.fileSystem.rm(directory, { recursive: true, force: true });
  const file = path.join(directory, 'estimates.json');
  await writeFiles(store.fileSystem, [prepareJson(file, toChangeFile(comparison.change), CHANGE_FILE)]);
}

/** The names of all baselines in the store, sorted; `new` is none. */
export async function baselineNames(store: Store): Promise<string[]> {
  const files = await entries(store.fileSystem, store.root, true);
  const directories = files
    .filter((file) => path.basename(file) === 'estimates.json')
    .map((file) => path.dirname(file));
  const names = directories.map((directory) => path.basename(directory)).filter((name) => !isReserved(name));
  return [...new Set(names)].sort();
}

/** The error of a baseline that must exist for each of `ids` and does not. */
export async function missingBaseline(store: Store, name: string, ids: readonly string[]): Promise<BaselineError> {
  const names = await baselineNames(store);
  const existing =
    names.length > 0 ? `choose from ${names.join(', ')}, or save it first` : 'none exists yet; save one first';
  const others = ids.length > 1 ? ` and ${ids.length - 1} more` : '';
  return new BaselineError('NO_BASELINE', `baseline '${name}' does not exist for ${ids[0]}${others}: ${existing}`);
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

/** Names or paths in `directory`; none where it does not exist. */
async function entries(fileSystem: FileSystem, directory: string, recursive = false): Promise<string[]> {
  try {
    return await fileSystem.readdir(directory, { recursive });
  } catch (error) {
    if (isMissing(error)) return [];
    throw new BaselineError(
      'BAD_FILE',
      `${directory} cannot be read (${(error as Error).message}): give access to it`,
      { cause: error },
    );
  }
}
