// Quantiles of a sorted sample.
import { quantileSorted } from 'simple-statistics';

/**
 * Returns the `p`-quantile of `sorted`, by linear interpolation (Hyndman & Fan 1996, type 7).
 *
 * @param sorted - Values in ascending order, at least one; the result has their unit.
 * @param p - Probability in [0, 1].
 * @throws Error when `sorted` is empty or `p` lies outside [0, 1].
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  // simple-statistics reads only indices and `length`, so a typed array works too.
  return quantileSorted(sorted as readonly number[], p);
}

/** Returns a copy of `values` in ascending order. */
export function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
