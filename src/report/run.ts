// What does a report of a whole run have to tell?
import type { Comparison } from '../baseline/compare.js';
import type { Baseline } from '../baseline/store.js';
import {
  categoryOf,
  type DerivedFailure,
  type DerivedRow,
  type Environment,
  type Failure,
  type Options,
  type Result,
  type TargetRow,
} from '../bench/index.js';

/** A benchmark of a run, with its comparison if there was something to compare with. */
export interface ReportedResult extends Result {
  readonly title: string;
  /** Where its files lie, relative to the root of all, with `/`. */
  readonly directory: string;
  readonly comparison?: Comparison | undefined;
  /** What it was compared with. */
  readonly previous?: Baseline | undefined;
}

/** A finished run, as every report format receives it. */
export interface RunReport {
  readonly results: readonly ReportedResult[];
  readonly failures: readonly Failure[];
  readonly derived: readonly DerivedRow[];
  readonly derivedFailures: readonly DerivedFailure[];
  readonly targets: readonly TargetRow[];
  readonly options: Options;
  readonly environment: Environment;
}

/** Renders a finished run as one document. Each format is one file that exports one of these. */
export type Format = (run: RunReport) => string;

/** The sample size in use, beside that of the guide's published figures. */
export function sampleSizeNote({ sampleSize }: Options): string {
  return `${sampleSize} samples; the guide's published figures used 100`;
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
