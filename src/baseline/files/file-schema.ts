// File schemas: Criterion 0.8's files and `metrics.json`, and their conversion to the bench's types.
// Files are validated here and trusted everywhere else.
import { z } from 'zod';

import { type BenchmarkDefinition, benchmarkId, type Throughput } from '../../bench/suite/definition.js';
import type { Environment } from '../../bench/machine/environment.js';
import type { Estimate } from '../../stats/estimate.js';
import type { Estimates } from '../../stats/bootstrap.js';
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import type { Latency } from '../../bench/timing/latency.js';
import type { Options } from '../../bench/options.js';
import type { Sample } from '../../bench/sampling/sample.js';
import type { Change } from '../../stats/comparison.js';
import type { Fences } from '../../stats/outliers.js';
import type { BenchmarkLocation } from './directory.js';

/** An estimate in Criterion's files. */
export interface EstimateFile {
  readonly confidence_interval: {
    readonly confidence_level: number;
    readonly lower_bound: number;
    readonly upper_bound: number;
  };
  readonly point_estimate: number;
  readonly standard_error: number;
}

/** `benchmark.json`. */
export interface BenchmarkFile {
  readonly group_id: string;
  readonly function_id: string | null;
  readonly value_str: string | null;
  /** This bench writes `{ Bytes: n }` or `{ Elements: n }`. Criterion has other forms. */
  readonly throughput: Readonly<Record<string, unknown>> | null;
  readonly full_id: string;
  readonly directory_name: string;
  readonly title: string;
}

/** `estimates.json`, in nanoseconds per iteration. */
export interface EstimatesFile {
  readonly mean: EstimateFile;
  readonly median: EstimateFile;
  readonly median_abs_dev: EstimateFile;
  readonly slope: EstimateFile | null;
  readonly std_dev: EstimateFile;
}

/** `sample.json`: iterations and total nanoseconds of each batch. */
export interface SampleFile {
  readonly sampling_mode: 'Linear' | 'Flat';
  readonly iters: number[];
  readonly times: number[];
}

/** `tukey.json`: low severe, low mild, high mild, high severe. */
export type TukeyFile = [lowSevere: number, lowMild: number, highMild: number, highSevere: number];

/** `change/estimates.json`, as fractions. */
export interface ChangeFile {
  readonly mean: EstimateFile;
  readonly median: EstimateFile;
}

/** `metrics.json`: the data that Criterion's files cannot hold. Integers beyond 2⁵³ are decimal text. */
export interface MetricsFile {
  /** The version of this form. The first releases wrote none. */
  readonly version?: typeof METRICS_VERSION | undefined;
  readonly metrics: Readonly<Record<string, number | string>>;
  /** The latency of single calls, in nanoseconds. */
  readonly latency?: Latency | undefined;
  readonly side: BenchmarkDefinition['side'];
  readonly settings: Readonly<Record<string, string>>;
  readonly options: StoredOptions;
  readonly environment: Environment;
}

/** The options of a stored run. Other releases may have other options. */
export type StoredOptions = Readonly<Record<string, number | string | boolean>>;

const METRICS_VERSION = 1;
const VERSION_FIX = `must be ${METRICS_VERSION}; a newer release of the bench may read it`;
/** The maximum time of a batch: about 30 years. */
const MAX_NS = 1e18;
const MAX_SAMPLES = 1_000_000;

const ESTIMATE: z.ZodType<EstimateFile> = z.object({
  confidence_interval: z
    .object({ confidence_level: z.number().gt(0).lt(1), lower_bound: z.number(), upper_bound: z.number() })
    .refine(({ lower_bound, upper_bound }) => lower_bound <= upper_bound, {
      path: ['upper_bound'],
      error: 'must not be less than lower_bound',
    }),
  point_estimate: z.number(),
  standard_error: z.number().min(0),
});

export const BENCHMARK_FILE: z.ZodType<BenchmarkFile> = z.object({
  group_id: z.string(),
  function_id: z.string().nullable(),
  value_str: z.string().nullable(),
  throughput: z.record(z.string(), z.unknown()).nullable(),
  full_id: z.string().min(1),
  directory_name: z.string(),
  title: z.string(),
});

export const ESTIMATES_FILE: z.ZodType<EstimatesFile> = z.object({
  mean: ESTIMATE,
  median: ESTIMATE,
  median_abs_dev: ESTIMATE,
  slope: ESTIMATE.nullable(),
  std_dev: ESTIMATE,
});

export const SAMPLE_FILE: z.ZodType<SampleFile> = z
  .object({
    sampling_mode: z.enum(['Linear', 'Flat']),
    iters: z.array(z.number().int().positive()).min(2).max(MAX_SAMPLES),
    times: z.array(z.number().positive().max(MAX_NS)).min(2).max(MAX_SAMPLES),
  })
  .refine(({ iters, times }) => iters.length === times.length, {
    path: ['times'],
    error: 'must have as many entries as iters',
  });

export const TUKEY_FILE: z.ZodType<TukeyFile> = z.tuple([z.number(), z.number(), z.number(), z.number()]);

export const CHANGE_FILE: z.ZodType<ChangeFile> = z.object({ mean: ESTIMATE, median: ESTIMATE });

const TEXTS = z.record(z.string(), z.string());

const ENVIRONMENT: z.ZodType<Environment> = z.object({
  machine: z.object({
    os: z.string(),
    architecture: z.string(),
    cpu: z.string(),
    physicalCores: z.number(),
    logicalCores: z.number(),
    memoryBytes: z.number(),
    isVirtual: z.boolean(),
  }),
  node: z.string(),
  versions: TEXTS,
  commit: z.object({ hash: z.string(), isModified: z.boolean() }).nullable(),
  startedAt: z.string(),
});

const LATENCY: z.ZodType<Latency> = z.object({
  count: z.number(),
  p50Ns: z.number(),
  p95Ns: z.number(),
  p99Ns: z.number(),
  p999Ns: z.number(),
  maxNs: z.number(),
});

export const METRICS_FILE: z.ZodType<MetricsFile> = z.object({
  version: z.literal(METRICS_VERSION, VERSION_FIX).optional(),
  metrics: z.record(z.string(), z.union([z.number(), z.string().regex(/^-?\d+$/)])),
  latency: LATENCY.optional(),
  side: z.enum(['engine', 'node']),
  settings: TEXTS,
  options: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  environment: ENVIRONMENT,
});

export function toBenchmarkFile(benchmark: BenchmarkDefinition, location: BenchmarkLocation): BenchmarkFile {
  return {
    group_id: benchmark.group,
    function_id: benchmark.function,
    value_str: benchmark.value ?? null,
    throughput: toThroughput(benchmark.throughput),
    full_id: benchmarkId(benchmark),
    directory_name: location.directory,
    title: location.title,
  };
}

function toThroughput(throughput: BenchmarkDefinition['throughput']): Record<string, number> | null {
  if (throughput === undefined) return null;
  return 'bytes' in throughput ? { Bytes: throughput.bytes } : { Elements: throughput.elements };
}

/**
 * Converts any of Criterion's forms of throughput. Bits become bytes if they are whole bytes.
 *
 * @returns The amount that one iteration processes; `undefined` if it has no equivalent.
 */
export function fromThroughput(throughput: BenchmarkFile['throughput']): Throughput | undefined {
  const { Bytes, BytesDecimal, Elements, ElementsAndBytes, Bits } = throughput ?? {};
  const both = ElementsAndBytes as { readonly elements?: unknown } | undefined;
  const bytes = [Bytes, BytesDecimal, typeof Bits === 'number' ? Bits / 8 : undefined].find(isAmount);
  if (bytes !== undefined) return { bytes };
  const elements = [Elements, both?.elements].find(isAmount);
  return elements === undefined ? undefined : { elements };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

export function toEstimatesFile(estimates: Estimates): EstimatesFile {
  return {
    mean: toEstimate(estimates.mean),
    median: toEstimate(estimates.median),
    median_abs_dev: toEstimate(estimates.medianAbsDev),
    slope: estimates.slope && toEstimate(estimates.slope),
    std_dev: toEstimate(estimates.stdDev),
  };
}

export function fromEstimatesFile(file: EstimatesFile): Estimates {
  return {
    mean: fromEstimate(file.mean),
    median: fromEstimate(file.median),
    medianAbsDev: fromEstimate(file.median_abs_dev),
    slope: file.slope && fromEstimate(file.slope),
    stdDev: fromEstimate(file.std_dev),
  };
}

export function toChangeFile({ mean, median }: Change): ChangeFile {
  return { mean: toEstimate(mean), median: toEstimate(median) };
}

export function toSampleFile({ mode, iterations, timesNs }: Sample): SampleFile {
  return { sampling_mode: mode === 'flat' ? 'Flat' : 'Linear', iters: [...iterations], times: [...timesNs] };
}

export function fromSampleFile({ sampling_mode, iters, times }: SampleFile): Sample {
  return { mode: sampling_mode === 'Flat' ? 'flat' : 'linear', iterations: iters, timesNs: times };
}

export function fromTukeyFile([lowSevere, lowMild, highMild, highSevere]: TukeyFile): Fences {
  return { lowSevere, lowMild, highMild, highSevere };
}

export function toTukeyFile(fences: Fences): TukeyFile {
  return [fences.lowSevere, fences.lowMild, fences.highMild, fences.highSevere];
}

/** The metadata of one benchmark of a run, from `metrics.json`. */
export interface RunMetadata {
  /** The exact metrics by name. */
  readonly metrics: ExactMetrics;
  /** The latency of single calls, if they were timed. */
  readonly latency?: Latency | undefined;
  /** The side on which the measured loop ran. */
  readonly side: BenchmarkDefinition['side'];
  /** The settings of the engine; empty if the definition has none. */
  readonly settings: Readonly<Record<string, string>>;
  /** The options of the run. */
  readonly options: Options | StoredOptions;
  /** The machine, the versions and the time of the run. */
  readonly environment: Environment;
}

export function toMetricsFile(metadata: RunMetadata): MetricsFile {
  const { metrics, latency, side, settings, options, environment } = metadata;
  const stated = Object.entries(metrics).filter((entry): entry is [string, number | bigint] => entry[1] !== undefined);
  const values = stated.map(([name, value]) => [name, typeof value === 'bigint' ? fromBigInt(value) : value]);
  return {
    version: METRICS_VERSION,
    metrics: Object.fromEntries(values),
    ...(latency && { latency }),
    side,
    settings,
    options: { ...options },
    environment,
  };
}

export function fromMetricsFile(file: MetricsFile): RunMetadata {
  const { latency, side, settings, options, environment } = file;
  const values = Object.entries(file.metrics).map(
    ([name, value]) => [name, typeof value === 'string' ? BigInt(value) : value] as const,
  );
  const metrics: ExactMetrics = Object.fromEntries(values);
  return { metrics, ...(latency && { latency }), side, settings, options, environment };
}

function fromBigInt(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function toEstimate({ pointEstimate, standardError, confidenceInterval }: Estimate): EstimateFile {
  const { confidenceLevel, lowerBound, upperBound } = confidenceInterval;
  return {
    confidence_interval: { confidence_level: confidenceLevel, lower_bound: lowerBound, upper_bound: upperBound },
    point_estimate: pointEstimate,
    standard_error: standardError,
  };
}

function fromEstimate({ point_estimate, standard_error, confidence_interval }: EstimateFile): Estimate {
  const { confidence_level, lower_bound, upper_bound } = confidence_interval;
  return {
    pointEstimate: point_estimate,
    standardError: standard_error,
    confidenceInterval: { confidenceLevel: confidence_level, lowerBound: lower_bound, upperBound: upper_bound },
  };
}
