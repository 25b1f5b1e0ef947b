// Run schema: the JSON form of a run. The package publishes its JSON Schema as `run.schema.json`.
import { z } from 'zod';

import type { Comparison } from '../../baseline/compare.js';
import type { Analysis } from '../../bench/analyze.js';
import type { BenchmarkDefinition, Throughput } from '../../bench/suite/definition.js';
import type { DerivedRow, TargetRow } from '../../bench/derived.js';
import type { Environment } from '../../bench/machine/environment.js';
import type { Estimate } from '../../stats/estimate.js';
import type { Estimates } from '../../stats/bootstrap.js';
import type { Latency } from '../../bench/timing/latency.js';
import type { Options } from '../../bench/options.js';
import type { Sample } from '../../bench/sampling/sample.js';

/** Increases when a field is removed or changes its meaning, not when a field is added. */
export const SCHEMA_VERSION = 1 as const;

/** A finished run as JSON. */
export interface RunDocument {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly environment: Environment;
  readonly options: Options;
  /** The results, in the order in which they were measured. */
  readonly results: readonly ResultDocument[];
  readonly failures: readonly FailureDocument[];
  readonly derived: readonly (Omit<DerivedRow, 'detail'> & { readonly detail: string | null })[];
  readonly derivedFailures: readonly FailureDocument[];
  readonly targets: readonly (Omit<TargetRow, 'reference'> & { readonly reference: string | null })[];
}

/** One benchmark of a run as JSON. Absent values are `null`. */
export interface ResultDocument
  extends Pick<BenchmarkDefinition, 'group' | 'function' | 'description' | 'side'>, Omit<Analysis, 'averagesNs'> {
  readonly id: string;
  readonly title: string;
  readonly directory: string;
  readonly value: string | null;
  readonly settings: Readonly<Record<string, string>>;
  readonly throughput: Throughput | null;
  readonly warmUpIterations: number | null;
  readonly sample: Sample;
  readonly metrics: MetricsDocument;
  readonly latency: Latency | null;
  readonly comparison: Comparison | null;
  readonly previous: PreviousDocument | null;
}

/** The baseline of a result as JSON. */
export interface PreviousDocument {
  readonly name: string;
  readonly sample: Sample;
  readonly estimates: Estimates;
  readonly metrics: MetricsDocument | null;
}

/** Exact metrics as JSON. Whole numbers beyond 2⁵³ are decimal text. */
export type MetricsDocument = Readonly<Record<string, number | string>>;

/** A failed benchmark or derived row as JSON. */
export interface FailureDocument {
  readonly id: string;
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
}

const ns = (what: string): z.ZodType<number> => z.number().describe(`${what}, in nanoseconds`);
const TEXTS: z.ZodType<Record<string, string>> = z.record(z.string(), z.string());
const UNIT: z.ZodType<TargetRow['unit']> = z.enum(['ratio', 'percent', 'ns', 'bytes', 'count', 'ns/KB', 'GB/s']);

const ESTIMATE: z.ZodType<Estimate> = z
  .object({
    pointEstimate: z.number(),
    standardError: z.number(),
    confidenceInterval: z.object({ confidenceLevel: z.number(), lowerBound: z.number(), upperBound: z.number() }),
  })
  .meta({ id: 'estimate', description: 'A statistic of the sample with its bootstrapped confidence interval' });

const ESTIMATES: z.ZodType<Estimates> = z
  .object({
    mean: ESTIMATE,
    median: ESTIMATE,
    medianAbsDev: ESTIMATE.describe('The median absolute deviation, scaled by 1.4826'),
    slope: ESTIMATE.nullable().describe('The slope of total time over iterations; null for a flat sample'),
    stdDev: ESTIMATE,
  })
  .meta({ id: 'estimates', description: 'Estimates in nanoseconds per iteration' });

const SAMPLE: z.ZodType<Sample> = z
  .object({
    mode: z.enum(['linear', 'flat']),
    iterations: z.array(z.number()).describe('The number of iterations of each batch'),
    timesNs: z.array(z.number()).describe('The total time of each batch, in nanoseconds'),
  })
  .meta({ id: 'sample' });

const METRICS: z.ZodType<MetricsDocument> = z
  .record(z.string(), z.union([z.number(), z.string().regex(/^-?\d+$/)]))
  .meta({ id: 'metrics', description: 'Exact metrics by name. Whole numbers beyond 2⁵³ are decimal text' });

const THROUGHPUT: z.ZodType<Throughput> = z.union([
  z.object({ bytes: z.number() }),
  z.object({ elements: z.number() }),
]);

const OUTLIERS: z.ZodType<Analysis['fences']> = z.object({
  lowSevere: z.number(),
  lowMild: z.number(),
  highMild: z.number(),
  highSevere: z.number(),
});

const COMPARISON: z.ZodType<Comparison> = z.object({
  baseline: z.string().describe('The name of the baseline'),
  p: z.number().describe('The probability that two samples of identical code differ at least this much'),
  change: z.object({ mean: ESTIMATE, median: ESTIMATE }).describe('Relative changes as fractions: −0.1 is 10 % less'),
  verdict: z.enum(['unchanged', 'improved', 'regressed', 'within noise', 'undecided']),
});

const PREVIOUS: z.ZodType<PreviousDocument> = z.object({
  name: z.string(),
  sample: SAMPLE,
  estimates: ESTIMATES,
  metrics: METRICS.nullable(),
});

const LATENCY: z.ZodType<Latency> = z.object({
  count: z.number(),
  p50Ns: z.number(),
  p95Ns: z.number(),
  p99Ns: z.number(),
  p999Ns: z.number(),
  maxNs: z.number(),
});

const RESULT: z.ZodType<ResultDocument> = z.object({
  id: z.string(),
  title: z.string().describe('The id, shortened if it is long'),
  directory: z.string().describe('The directory of its files, relative to the root'),
  group: z.string(),
  function: z.string(),
  value: z.string().nullable(),
  description: z.string(),
  side: z.enum(['engine', 'node']),
  settings: TEXTS,
  throughput: THROUGHPUT.nullable().describe('The amount that one iteration processes'),
  warmUpIterations: z
    .number()
    .nullable()
    .describe('The number of warm-up iterations; null for a result read from disk'),
  sample: SAMPLE,
  typical: ESTIMATE.describe('The slope or, for a flat sample, the mean, in nanoseconds per iteration'),
  estimates: ESTIMATES,
  fences: OUTLIERS.describe('Tukey’s fences, in nanoseconds per iteration'),
  outliers: OUTLIERS.describe('The number of batches beyond each fence'),
  p95OfBatchMeansNs: ns('The 95th percentile of the batch means'),
  p99OfBatchMeansNs: ns('The 99th percentile of the batch means'),
  coefficientOfVariation: z.number(),
  metrics: METRICS,
  latency: LATENCY.nullable().describe('The latency of single calls, in nanoseconds'),
  comparison: COMPARISON.nullable(),
  previous: PREVIOUS.nullable().describe('The baseline that it was compared with'),
});

const FAILURE: z.ZodType<FailureDocument> = z.object({
  id: z.string(),
  name: z.string(),
  message: z.string(),
  code: z.string().nullable(),
});

const ENVIRONMENT: z.ZodType<Environment> = z.looseObject({
  machine: z.looseObject({
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
  startedAt: z.string().describe('The start of the run: ISO 8601, in UTC'),
});

const OPTIONS: z.ZodType<Options> = z.looseObject({
  sampleSize: z.number(),
  warmUpTimeS: z.number(),
  measurementTimeS: z.number(),
  nresamples: z.number(),
  confidenceLevel: z.number(),
  significanceLevel: z.number(),
  noiseThreshold: z.number(),
  seed: z.number(),
});

const DERIVED: z.ZodType<RunDocument['derived'][number]> = z.object({
  id: z.string(),
  description: z.string(),
  unit: UNIT,
  value: z.number(),
  detail: z.string().nullable(),
});

const TARGET: z.ZodType<RunDocument['targets'][number]> = z.object({
  id: z.string().describe('The id of the benchmark or the derived row'),
  unit: UNIT,
  target: z.object({ comparison: z.enum(['<', '<=', '>=', '>']), value: z.number() }),
  reference: z.string().nullable(),
  actual: z.number().nullable(),
  status: z.enum(['met', 'missed', 'unknown']),
});

/** The schema of a finished run. */
export const RUN_DOCUMENT: z.ZodType<RunDocument> = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  environment: ENVIRONMENT,
  options: OPTIONS,
  results: z.array(RESULT).describe('The results, in the order in which they were measured'),
  failures: z.array(FAILURE),
  derived: z.array(DERIVED),
  derivedFailures: z.array(FAILURE),
  targets: z.array(TARGET),
});

/** Returns the JSON Schema (draft 2020-12) of `RunDocument`. It allows unknown fields. */
export function runSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(RUN_DOCUMENT, { io: 'input' }),
    $id: `urn:airssys-wasm:run:${SCHEMA_VERSION}`,
    title: 'A run of airssys-wasm bench',
  };
}
