// Which values of a sample lie suspiciously far out?
import { ascending, quantile } from './quantile.js';

/** Tukey's fences: values beyond the mild ones are outliers, beyond the severe ones extreme. Unit of the sample. */
export interface Fences {
  /** The first quartile less three times the distance between the quartiles. */
  readonly lowSevere: number;
  /** The first quartile less one and a half times that distance. */
  readonly lowMild: number;
  /** The third quartile and one and a half times that distance. */
  readonly highMild: number;
  /** The third quartile and three times that distance. */
  readonly highSevere: number;
}

/** A fence beyond which a value may lie. */
export type Outlier = 'lowSevere' | 'lowMild' | 'highMild' | 'highSevere';

/** How many values lie beyond each fence; a value counts once, at the outermost fence that it passes. */
export type OutlierCounts = Readonly<Record<Outlier, number>>;

const MILD = 1.5;
const SEVERE = 3;

/**
 * The fences at 1.5 and 3 interquartile ranges from the quartiles (Tukey 1977), with type 7 quartiles.
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

/** The outermost fence that `value` lies beyond, or `undefined` for a value within the mild fences. */
export function classify(value: number, fences: Fences): Outlier | undefined {
  if (value < fences.lowSevere) return 'lowSevere';
  if (value > fences.highSevere) return 'highSevere';
  if (value < fences.lowMild) return 'lowMild';
  if (value > fences.highMild) return 'highMild';
  return undefined;
}

/** Counts the outliers of `values` by kind. Nothing is removed: every value stays in the estimates. */
export function countOutliers(values: readonly number[], fences: Fences): OutlierCounts {
  const counts = { lowSevere: 0, lowMild: 0, highMild: 0, highSevere: 0 };
  for (const value of values) {
    const outlier = classify(value, fences);
    if (outlier !== undefined) counts[outlier] += 1;
  }
  return counts;
}
