// Where is a sample's centre, and how widely does it spread?
import { meanSimple, medianAbsoluteDeviation as rawMedianAbsoluteDeviation } from 'simple-statistics';

import { ascending, quantile } from './quantile.js';

/**
 * Makes the median absolute deviation a consistent estimate of a normal distribution's standard deviation: 1 ÷ Φ⁻¹(¾).
 * Criterion keeps it in single precision, so the same rounding is needed to reproduce its files to the last digit.
 */
export const NORMAL_CONSISTENCY: number = Math.fround(1.4826);

/** The arithmetic mean of `values` (at least one), in their unit. */
export function mean(values: readonly number[]): number {
  return meanSimple(values);
}

/**
 * The standard deviation of `values` with n − 1 in the denominator, in their unit.
 *
 * @param values - At least two; one alone gives `NaN`.
 */
export function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - centre) * (value - centre);
  return Math.sqrt(squares / (values.length - 1));
}

/** The median of `values` (at least one), in their unit. */
export function median(values: readonly number[]): number {
  return quantile(ascending(values), 0.5);
}

/** The median absolute deviation from the median × 1.4826, in the unit of `values` (at least one). */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  return rawMedianAbsoluteDeviation([...values]) * NORMAL_CONSISTENCY;
}

/** Standard deviation ÷ mean: a share, without unit. */
export function coefficientOfVariation(values: readonly number[]): number {
  return standardDeviation(values) / mean(values);
}
