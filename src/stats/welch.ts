// Welch's t statistic.
import { mean, standardDeviation } from './descriptive.js';

/**
 * Returns Welch's t statistic (Welch 1947): the difference of the means ÷ √(s²ₐ ÷ nₐ + s²ᵦ ÷ nᵦ). Positive if the mean
 * of `a` is larger, 0 for equal means, infinite if the means differ and neither sample varies.
 *
 * @param a - At least two values.
 * @param b - At least two values.
 */
export function welchT(a: readonly number[], b: readonly number[]): number {
  const difference = mean(a) - mean(b);
  if (difference === 0) return 0;
  return difference / Math.sqrt(standardDeviation(a) ** 2 / a.length + standardDeviation(b) ** 2 / b.length);
}
