// Record: one benchmark's baseline, read from its files as one consistent value.
import path from 'node:path';

import type { z } from 'zod';

import type { Estimates } from '../../stats/bootstrap.js';
import type { Sample } from '../../bench/sampling/sample.js';
import type { Throughput } from '../../bench/suite/definition.js';
import { averagesNs } from '../../bench/sampling/sample.js';
import { mean } from '../../stats/descriptive.js';
import { type Fences, tukeyFences } from '../../stats/outliers.js';
import { badFile, type FileSystem, isMissing, parseJson, readText } from './json-file.js';
import {
  BENCHMARK_FILE,
  type RunMetadata,
  ESTIMATES_FILE,
  fromEstimatesFile,
  fromMetricsFile,
  fromSampleFile,
  fromThroughput,
  fromTukeyFile,
  METRICS_FILE,
  SAMPLE_FILE,
  TUKEY_FILE,
} from './file-schema.js';
import { MARKER, recover } from '../transaction.js';

/** The files of a baseline in writing order. critcmp needs the first wherever it finds the last. */
export const FILE_NAMES = ['benchmark.json', 'sample.json', 'tukey.json', 'metrics.json', 'estimates.json'] as const;
/** The name of a file of a baseline. */
export type FileName = (typeof FILE_NAMES)[number];

/** The text of each existing file. */
export type FileTexts = Readonly<Partial<Record<FileName, string>>>;

/** One benchmark of a baseline, with everything in its files. */
export interface StoredBenchmark {
  /** The baseline's name. */
  readonly name: string;
  readonly id: string;
  readonly group: string;
  /** The function; `null` if Criterion measured a group's only function. */
  readonly function: string | null;
  readonly value?: string | undefined;
  readonly title: string;
  /** The directory of its files, relative to the root, with `/`. */
  readonly directory: string;
  readonly throughput?: Throughput | undefined;
  readonly sample: Sample;
  readonly estimates: Estimates;
  readonly fences: Fences;
  /** The contents of `metrics.json`; absent if Criterion wrote the baseline. */
  readonly metadata?: RunMetadata | undefined;
  /** The unchanged text of the files. */
  readonly texts: FileTexts;
}

/** The source of a record, for its fields and for errors. */
export interface RecordSource {
  readonly name: string;
  /** The directory relative to the root, with `/`. */
  readonly directory: string;
  /** Returns the name of a file for errors. */
  readonly label: (file: FileName) => string;
  /** The instruction for a damaged record; by default, to delete it or save it again. */
  readonly fix?: string | undefined;
}

/** If the means of sample.json and estimates.json differ by a larger share, the files come from different runs. */
const MAX_MEAN_DEVIATION = 1e-6;
/** The number of concurrent changes after which a reader gives up. */
const MAX_ATTEMPTS = 100;

/**
 * Completes an interrupted transaction, then reads a consistent snapshot of one benchmark's baseline.
 *
 * @param root - The absolute root of the store.
 * @returns The benchmark; `undefined` if it does not have this baseline.
 * @throws BaselineError with `BAD_FILE` if a file is missing, truncated, has an unexpected form, or is from a different
 *   run than the others.
 */
export async function readRecord(
  fileSystem: FileSystem,
  root: string,
  location: { readonly directory: string; readonly name: string },
): Promise<StoredBenchmark | undefined> {
  const { directory, name } = location;
  const at = path.join(root, directory, name);
  const label = (file: FileName) => path.join(at, file);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    await recover(fileSystem, path.join(root, directory));
    const before = await stateOf(fileSystem, at);
    const texts = await readTexts(fileSystem, label).catch((error: Error) => error);
    if (before === undefined || (await stateOf(fileSystem, at)) !== before) continue;
    if (texts instanceof Error) throw texts;
    return Object.keys(texts).length === 0 ? undefined : parseRecord(texts, { name, directory, label });
  }
  throw badFile(at, 'keeps changing', 'end the process that writes it');
}

/**
 * Parses the files of a record.
 *
 * @throws BaselineError with `BAD_FILE`.
 */
export function parseRecord(texts: FileTexts, origin: RecordSource): StoredBenchmark {
  const { name, directory, label, fix } = origin;
  const parse = <T>(file: FileName, schema: z.ZodType<T>): T => {
    const text = texts[file];
    if (text === undefined) throw badFile(label(file), 'is missing', fix);
    return parseJson(text, label(file), schema, fix);
  };
  const benchmark = parse('benchmark.json', BENCHMARK_FILE);
  const { value_str: value } = benchmark;
  const sample = fromSampleFile(parse('sample.json', SAMPLE_FILE));
  const estimates = fromEstimatesFile(parse('estimates.json', ESTIMATES_FILE));
  checkSameRun(sample, estimates, origin);
  return {
    name,
    id: benchmark.full_id,
    group: benchmark.group_id,
    function: benchmark.function_id,
    ...(value !== null && { value }),
    title: benchmark.title,
    directory,
    throughput: fromThroughput(benchmark.throughput),
    sample,
    estimates,
    fences:
      texts['tukey.json'] === undefined
        ? tukeyFences(averagesNs(sample))
        : fromTukeyFile(parse('tukey.json', TUKEY_FILE)),
    ...(texts['metrics.json'] !== undefined && { metadata: fromMetricsFile(parse('metrics.json', METRICS_FILE)) }),
    texts,
  };
}

/** Detects files of two runs, which tools that do not write atomically leave behind when they are killed. */
function checkSameRun(sample: Sample, estimates: Estimates, { label, fix }: RecordSource): void {
  const meanNs = mean(averagesNs(sample));
  const statedNs = estimates.mean.pointEstimate;
  if (Math.abs(meanNs - statedNs) <= MAX_MEAN_DEVIATION * meanNs) return;
  const what = `is from a different run than sample.json: 'mean.point_estimate' is ${statedNs}, but the samples have the mean ${meanNs}`;
  throw badFile(label('estimates.json'), what, fix);
}

async function readTexts(fileSystem: FileSystem, label: (file: FileName) => string): Promise<FileTexts> {
  const texts: Partial<Record<FileName, string>> = {};
  for (const file of FILE_NAMES) {
    try {
      texts[file] = await readText(fileSystem, label(file));
    } catch (error) {
      if (!isMissing((error as Error).cause ?? error)) throw error;
    }
  }
  return texts;
}

/**
 * Returns a fingerprint that every transaction changes, since it replaces the files; `undefined` during a transaction.
 */
async function stateOf(fileSystem: FileSystem, at: string): Promise<string | undefined> {
  const stateOfFile = async (file: string): Promise<string> => {
    const stats = await fileSystem.stat(file, { bigint: true }).catch(() => undefined);
    return stats ? `${stats.ino} ${stats.mtimeNs} ${stats.size}` : '';
  };
  if ((await stateOfFile(path.join(path.dirname(at), MARKER))) !== '') return undefined;
  return (await Promise.all(FILE_NAMES.map((file) => stateOfFile(path.join(at, file))))).join();
}
