// How is a whole run written as JSON, by the published schema?
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import type { Sample } from '../../bench/sampling/sample.js';
import { textOf } from '../../bench/error-text.js';
import { type Format, type ReportedResult, type RunReport } from '../run-report.js';
import {
  type FailureDocument,
  type MetricsDocument,
  type PreviousDocument,
  type ResultDocument,
  RUN_DOCUMENT,
  type RunDocument,
  SCHEMA_VERSION,
} from './schema.js';

/**
 * The whole run, by the schema of `runSchema`: a superset of what the other formats tell.
 *
 * @throws ZodError naming the field where a figure is not finite, which JSON has no word for.
 */
export const renderJson: Format = (run) => `${JSON.stringify(runDocument(run), null, 2)}\n`;

/** The run as the schema has it. */
export function runDocument(run: RunReport): RunDocument {
  const document: RunDocument = {
    schemaVersion: SCHEMA_VERSION,
    environment: run.environment,
    options: run.options,
    results: run.results.map(resultOf),
    failures: run.failures.map(failureOf),
    derived: run.derived.map((row) => ({ ...row, detail: row.detail ?? null })),
    derivedFailures: run.derivedFailures.map(failureOf),
    targets: run.targets.map((row) => ({ ...row, reference: row.reference ?? null })),
  };
  return RUN_DOCUMENT.parse(document);
}

function resultOf(result: ReportedResult): ResultDocument {
  const { id, title, directory, benchmark, analysis, sample, metrics, latency, comparison, warmUp } = result;
  const { averagesNs: _, ...analysed } = analysis;
  return {
    id,
    title,
    directory,
    ...definitionOf(benchmark),
    ...analysed,
    sample: sampleOf(sample),
    warmUpIterations: warmUp?.iterations ?? null,
    metrics: metricsDocument(metrics),
    latency: latency ?? null,
    comparison: comparison ?? null,
    previous: previousOf(result),
  };
}

type DefinitionFields = 'group' | 'function' | 'value' | 'description' | 'side' | 'settings' | 'throughput';

function definitionOf(benchmark: ReportedResult['benchmark']): Pick<ResultDocument, DefinitionFields> {
  const { group, value, description, side, settings, throughput } = benchmark;
  return {
    group,
    function: benchmark.function,
    value: value ?? null,
    description,
    side,
    settings: settings ?? {},
    throughput: throughput ?? null,
  };
}

function previousOf({ previous }: ReportedResult): PreviousDocument | null {
  if (previous === undefined) return null;
  const { name, sample, estimates, metrics } = previous;
  return { name, sample: sampleOf(sample), estimates, metrics: metrics ? metricsDocument(metrics) : null };
}

function sampleOf({ mode, iterations, timesNs }: ReportedResult['sample']): Sample {
  return { mode, iterations: [...iterations], timesNs: [...timesNs] };
}

/** Exact metrics as JSON: whole numbers that a double would round are decimal text. */
export function metricsDocument(metrics: ExactMetrics): MetricsDocument {
  const stated = Object.entries(metrics).filter((entry): entry is [string, number | bigint] => entry[1] !== undefined);
  return Object.fromEntries(stated.map(([name, value]) => [name, exact(value)]));
}

function exact(value: number | bigint): number | string {
  const number = Number(value);
  return typeof value === 'number' || Number.isSafeInteger(number) ? number : value.toString();
}

function failureOf({ id, error }: { readonly id: string; readonly error: unknown }): FailureDocument {
  if (!(error instanceof Error)) return { id, name: typeof error, message: textOf(error), code: null };
  const code: unknown = 'code' in error ? error.code : undefined;
  return { id, name: error.name, message: error.message, code: typeof code === 'string' ? code : null };
}
