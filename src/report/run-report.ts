// What does a report of a whole run have to tell?
import type { Comparison } from '../baseline/compare.js';
import type { Baseline } from '../baseline/store.js';
import { categoryOf } from '../bench/suite/definition.js';
import type { DerivedFailure, DerivedRow, TargetRow } from '../bench/derived.js';
import type { Environment } from '../bench/machine/environment.js';
import type { Failure, Result } from '../bench/run.js';
import type { Options } from '../bench/options.js';

/** A benchmark of a run, with its comparison if there was something to compare with. */
export interface ReportedResult extends Result {
  /** The id, shortened as Criterion shortens it where it is long. */
  readonly title: string;
  /** Where its files lie, relative to the root of all, with `/`. */
  readonly directory: string;
  /** What became of it; absent where there was nothing to compare with. */
  readonly comparison?: Comparison | undefined;
  /** What it was compared with. */
  readonly previous?: Baseline | undefined;
}

/** A finished run, as every report format receives it. */
export interface RunReport {
  /** In the order in which they were measured. */
  readonly results: readonly ReportedResult[];
  /** The benchmarks that threw. */
  readonly failures: readonly Failure[];
  /** The derived rows whose inputs were all measured. */
  readonly derived: readonly DerivedRow[];
  /** The derived rows that could not be computed from them. */
  readonly derivedFailures: readonly DerivedFailure[];
  /** The targets of what was selected, met or not. */
  readonly targets: readonly TargetRow[];
  /** How was measured. */
  readonly options: Options;
  /** On what was measured, and when. */
  readonly environment: Environment;
}

/**
 * Renders a finished run as one document. Each format is one file that exports one of these.
 *
 * @param run - The run.
 * @returns The document's text, whole.
 */
export type Format = (run: RunReport) => string;

/** The sample size in use, beside Criterion's, with which the guide's published figures were taken. */
export function sampleSizeNote({ sampleSize }: Options): string {
  return `${sampleSize} samples; Criterion's default is 100`;
}

/** The categories of `members` in the order in which they first appear, each with its own. */
export function byCategory<T extends { readonly id: string }>(members: readonly T[]): [string, T[]][] {
  const categories = new Map<string, T[]>();
  for (const member of members) {
    const category = categoryOf(member.id);
    categories.set(category, [...(categories.get(category) ?? []), member]);
  }
  return [...categories];
}
