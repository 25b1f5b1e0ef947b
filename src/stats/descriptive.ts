// Descriptive statistics: a sample's centre and spread.
import { meanSimple, medianAbsoluteDeviation as rawMedianAbsoluteDeviation } from 'simple-statistics';

import { ascending, quantile } from './quantile.js';

/**
 * Makes the median absolute deviation a consistent estimate of a normal distribution's standard deviation: 1 ÷ Φ⁻¹(¾).
 * Criterion stores it in single precision; the same rounding reproduces its files to the last digit.
 */
export const NORMAL_CONSISTENCY: number = Math.fround(1.4826);

/** The arithmetic mean of `values` (at least one), in their unit. */
export function mean(values: readonly number[]): number {
  return meanSimple(values);
}

/**
 * The standard deviation of `values` with n − 1 in the denominator, in their unit.
 *
 * @param values - At least two; a single value returns `NaN`.
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

/** Standard deviation ÷ mean, without a unit. */
export function coefficientOfVariation(values: readonly number[]): number {
  return standardDeviation(values) / mean(values);
}
