// How far apart are the means of two samples, measured by their own spread?
import { mean, standardDeviation } from './descriptive.js';

/**
 * Welch's t statistic (Welch 1947): the difference of the means ÷ √(s²ₐ ÷ nₐ + s²ᵦ ÷ nᵦ). Positive where `a` is larger.
 * 0 for equal means; infinite where the means differ and neither sample varies.
 *
 * @param a - At least two values.
 * @param b - At least two values.
 */
export function welchT(a: readonly number[], b: readonly number[]): number {
  const difference = mean(a) - mean(b);
  if (difference === 0) return 0;
  return difference / Math.sqrt(standardDeviation(a) ** 2 / a.length + standardDeviation(b) ** 2 / b.length);
}
