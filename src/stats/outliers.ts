// Outliers by Tukey's fences.
import { ascending, quantile } from './quantile.js';

/**
 * Tukey's fences, in the sample's unit: values beyond the mild fences are outliers, beyond the severe ones far
 * outliers.
 */
export interface Fences {
  /** First quartile − 3 × interquartile range. */
  readonly lowSevere: number;
  /** First quartile − 1.5 × interquartile range. */
  readonly lowMild: number;
  /** Third quartile + 1.5 × interquartile range. */
  readonly highMild: number;
  /** Third quartile + 3 × interquartile range. */
  readonly highSevere: number;
}

/** Class of an outlier: the outermost fence that its value passes. */
export type Outlier = 'lowSevere' | 'lowMild' | 'highMild' | 'highSevere';

/** Number of values beyond each fence; a value counts once, at the outermost fence that it passes. */
export type OutlierCounts = Readonly<Record<Outlier, number>>;

const MILD = 1.5;
const SEVERE = 3;

/**
 * Returns the fences at 1.5 and 3 interquartile ranges from the quartiles (Tukey 1977), with type 7 quartiles.
 *
 * @param values - At least one.
 */
export function tukeyFences(values: readonly number[]): Fences {
  const sorted = ascending(values);
  const lower = quantile(sorted, 0.25);
  const upper = quantile(sorted, 0.75);
  const range = upper - lower;
  return {
    lowSevere: lower - SEVERE * range,
    lowMild: lower - MILD * range,
    highMild: upper + MILD * range,
    highSevere: upper + SEVERE * range,
  };
}

/** Returns the outermost fence that `value` passes, or `undefined` for a value within the mild fences. */
export function classify(value: number, fences: Fences): Outlier | undefined {
  if (value < fences.lowSevere) return 'lowSevere';
  if (value > fences.highSevere) return 'highSevere';
  if (value < fences.lowMild) return 'lowMild';
  if (value > fences.highMild) return 'highMild';
  return undefined;
}

/** Counts the outliers of `values` by class. Removes nothing: every value stays in the estimates. */
export function countOutliers(values: readonly number[], fences: Fences): OutlierCounts {
  const counts = { lowSevere: 0, lowMild: 0, highMild: 0, highSevere: 0 };
  for (const value of values) {
    const outlier = classify(value, fences);
    if (outlier !== undefined) counts[outlier] += 1;
  }
  return counts;
}
