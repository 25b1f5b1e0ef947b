// Run report: the data that every report format renders.
import type { Comparison } from '../baseline/compare.js';
import type { Baseline } from '../baseline/store.js';
import { categoryOf } from '../bench/suite/definition.js';
import type { DerivedFailure, DerivedRow, TargetRow } from '../bench/derived.js';
import type { Environment } from '../bench/machine/environment.js';
import type { BenchmarkFailure, BenchmarkResult } from '../bench/run-benchmarks.js';
import type { Options } from '../bench/options.js';

/** The result of one benchmark, with its comparison to a baseline. */
export interface ReportedResult extends BenchmarkResult {
  /** The id; long ones are shortened as Criterion shortens them. */
  readonly title: string;
  /** The directory of its files, relative to the root, with `/`. */
  readonly directory: string;
  /** The comparison with the baseline; absent without a baseline. */
  readonly comparison?: Comparison | undefined;
  /** The baseline it was compared with. */
  readonly previous?: Baseline | undefined;
}

/** A finished run. */
export interface RunReport {
  /** The results, in the order in which they were measured. */
  readonly results: readonly ReportedResult[];
  /** The benchmarks that failed. */
  readonly failures: readonly BenchmarkFailure[];
  /** The derived rows that could be computed. */
  readonly derived: readonly DerivedRow[];
  /** The derived rows whose computation failed. */
  readonly derivedFailures: readonly DerivedFailure[];
  /** The targets of the selected benchmarks and derived rows, met or not. */
  readonly targets: readonly TargetRow[];
  /** The options of the run. */
  readonly options: Options;
  /** The machine, the versions and the time of the run. */
  readonly environment: Environment;
}

/**
 * Renders a finished run as one document.
 *
 * @param run - The finished run.
 * @returns The whole text of the document.
 */
export type DocumentRenderer = (run: RunReport) => string;

/** The sample size in words, beside Criterion's default. */
export function sampleSizeNote({ sampleSize }: Options): string {
  return `${sampleSize} samples; Criterion's default is 100`;
}

/** Groups `members` by category, in the order in which the categories first appear. */
export function byCategory<T extends { readonly id: string }>(members: readonly T[]): [string, T[]][] {
  const categories = new Map<string, T[]>();
  for (const member of members) {
    const category = categoryOf(member.id);
    categories.set(category, [...(categories.get(category) ?? []), member]);
  }
  return [...categories];
}
