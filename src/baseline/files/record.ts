// What do the files of one benchmark's baseline say together?
import path from 'node:path';

import type { z } from 'zod';

import type { Estimates } from '../../stats/bootstrap.js';
import type { Sample } from '../../bench/sampling/sample.js';
import type { Throughput } from '../../bench/suite/definition.js';
import { averagesNs } from '../../bench/sampling/sample.js';
import { mean } from '../../stats/descriptive.js';
import { type Fences, tukeyFences } from '../../stats/outliers.js';
import { badFile, type FileSystem, isMissing, parseJson, readText } from './file.js';
import {
  BENCHMARK_FILE,
  type Circumstances,
  ESTIMATES_FILE,
  fromEstimatesFile,
  fromMetricsFile,
  fromSampleFile,
  fromThroughput,
  fromTukeyFile,
  METRICS_FILE,
  SAMPLE_FILE,
  TUKEY_FILE,
} from './schema.js';
import { MARKER, recover } from './transaction.js';

/** The files of a baseline in the order in which they are written: critcmp needs the first wherever it finds the last. */
export const FILE_NAMES = ['benchmark.json', 'sample.json', 'tukey.json', 'metrics.json', 'estimates.json'] as const;
export type FileName = (typeof FILE_NAMES)[number];

/** The text of each file that there is. */
export type Texts = Readonly<Partial<Record<FileName, string>>>;

/** One benchmark of a baseline, with all that its files tell. */
export interface StoredBenchmark {
  /** The baseline's name. */
  readonly name: string;
  readonly id: string;
  readonly group: string;
  /** `null` where Criterion measured a group's only function. */
  readonly function: string | null;
  readonly value?: string | undefined;
  readonly title: string;
  /** Where it lies, relative to the root, with `/`. */
  readonly directory: string;
  readonly throughput?: Throughput | undefined;
  readonly sample: Sample;
  readonly estimates: Estimates;
  readonly fences: Fences;
  /** Of our own file: absent where Criterion itself wrote the baseline. */
  readonly circumstances?: Circumstances | undefined;
  /** The files as they are. */
  readonly texts: Texts;
}

/** Where a record lies, and what to do when it is damaged. */
export interface Origin {
  readonly name: string;
  /** Relative to the root, with `/`. */
  readonly directory: string;
  /** What errors call a file of it. */
  readonly label: (file: FileName) => string;
  /** Instruction for a damaged one; by default to delete it or save it again. */
  readonly fix?: string | undefined;
}

/** Mean times of sample.json and estimates.json that lie further apart, as a share, come from two runs. */
const ROUNDING = 1e-6;
/** Changes by other processes that a reader may meet before it gives up. */
const MOST_ATTEMPTS = 100;

/**
 * Reads one benchmark's baseline as it was at one moment, after an interrupted change of it has been finished.
 *
 * @param root - The store's; absolute.
 * @returns `undefined` where there is none.
 * @throws BaselineError with `BAD_FILE` for a file that is missing, cut short, of another form, or of another run than
 *   the others.
 */
export async function readRecord(
  fileSystem: FileSystem,
  root: string,
  place: { readonly directory: string; readonly name: string },
): Promise<StoredBenchmark | undefined> {
  const { directory, name } = place;
  const at = path.join(root, directory, name);
  const label = (file: FileName) => path.join(at, file);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    await recover(fileSystem, path.join(root, directory));
    const before = await stateOf(fileSystem, at);
    const texts = await readTexts(fileSystem, label).catch((error: Error) => error);
    if (before === undefined || (await stateOf(fileSystem, at)) !== before) continue;
    if (texts instanceof Error) throw texts;
    return Object.keys(texts).length === 0 ? undefined : parseRecord(texts, { name, directory, label });
  }
  throw badFile(at, 'changes all the time', 'end the process that writes it');
}

/**
 * What `texts` say.
 *
 * @throws BaselineError with `BAD_FILE`.
 */
export function parseRecord(texts: Texts, origin: Origin): StoredBenchmark {
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
    ...(texts['metrics.json'] !== undefined && { circumstances: fromMetricsFile(parse('metrics.json', METRICS_FILE)) }),
    texts,
  };
}

/** Tools that write file after file leave those of two runs behind when they are ended. */
function checkSameRun(sample: Sample, estimates: Estimates, { label, fix }: Origin): void {
  const meanNs = mean(averagesNs(sample));
  const statedNs = estimates.mean.pointEstimate;
  if (Math.abs(meanNs - statedNs) <= ROUNDING * meanNs) return;
  const what = `is of another run than sample.json: 'mean.point_estimate' is ${statedNs}, and the samples' mean ${meanNs}`;
  throw badFile(label('estimates.json'), what, fix);
}

async function readTexts(fileSystem: FileSystem, label: (file: FileName) => string): Promise<Texts> {
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

/** What differs after every change, since each brings new files; `undefined` while one is under way. */
async function stateOf(fileSystem: FileSystem, at: string): Promise<string | undefined> {
  const stateOfFile = async (file: string): Promise<string> => {
    const stats = await fileSystem.stat(file, { bigint: true }).catch(() => undefined);
    return stats ? `${stats.ino} ${stats.mtimeNs} ${stats.size}` : '';
  };
  if ((await stateOfFile(path.join(path.dirname(at), MARKER))) !== '') return undefined;
  return (await Promise.all(FILE_NAMES.map((file) => stateOfFile(path.join(at, file))))).join();
}
