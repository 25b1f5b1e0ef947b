// By how much does the head differ from the base, judging by the spread between processes?
//
// Under equal code the three processes of a round are exchangeable, each with its own deviation of variance σ² (layout of
// memory, what the compiler happened to see, the moment). The effect contrasts one with the mean of two: variance 1.5 σ².
// The noise contrasts two: 2 σ², around zero whatever the head does. Both together estimate σ².
//
// On a machine that others use, a round in ten or so is far off. So a fifth of the rounds is trimmed at either end, and the
// variance is that of the winsorized contrasts (Yuen 1974, The two-sample trimmed t for unequal population variances): h of R
// rounds count, and 2h − 1 degrees of freedom.
import { mean } from '../../stats/descriptive.js';
import { ascending } from '../../stats/quantile.js';
import { tQuantile, tTail } from '../../stats/student.js';
import type { Contrast } from '../sampling/round.js';

const EFFECT_VARIANCE = 1.5;
const NOISE_VARIANCE = 2;
/** The share of the rounds that is trimmed at either end. */
const TRIMMED = 0.2;
/** The chance with which the smallest detectable effect is detected. */
export const POWER = 0.8;

/** What R rounds say about one benchmark. Logarithms of ratios but for the last. */
export interface Effect {
  readonly estimate: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** What the two processes of the base differ by: as much as identical code does in this very run. */
  readonly noise: number;
  readonly rounds: number;
}

/** @param contrasts - Of at least two rounds. */
export function effectOf(contrasts: readonly Contrast[]): Effect {
  const rounds = contrasts.length;
  const trimmed = Math.floor(TRIMMED * rounds);
  const kept = rounds - 2 * trimmed;
  const effects = ascending(contrasts.map(({ effect }) => effect));
  const noises = ascending(contrasts.map(({ noise }) => noise));
  const degreesOfFreedom = 2 * kept - 1;
  const squares = spreadOf(effects, trimmed) / EFFECT_VARIANCE + spreadAroundZero(noises, kept) / NOISE_VARIANCE;
  return {
    estimate: mean(effects.slice(trimmed, trimmed + kept)),
    standardError: Math.sqrt(((squares / degreesOfFreedom) * EFFECT_VARIANCE) / kept),
    degreesOfFreedom,
    noise: mean(noises.slice(trimmed, trimmed + kept)),
    rounds,
  };
}

/** The sum of squares around the mean, once what is trimmed has been drawn in to what is not. */
function spreadOf(sorted: readonly number[], trimmed: number): number {
  const [least, most] = [sorted[trimmed] as number, sorted[sorted.length - 1 - trimmed] as number];
  const winsorized = sorted.map((value) => Math.min(most, Math.max(least, value)));
  const centre = mean(winsorized);
  return winsorized.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

/** The same around a mean that is known to be zero, with no more than `kept` values left as they are. */
function spreadAroundZero(values: readonly number[], kept: number): number {
  const sizes = ascending(values.map(Math.abs));
  const most = sizes[kept - 1] as number;
  return sizes.reduce((sum, size) => sum + Math.min(most, size) ** 2, 0);
}

/** What an effect has to exceed: the relative slow-down that is tolerated, or the noise where that is more; a logarithm. */
export function floorOf({ noise }: Pick<Effect, 'noise'>, threshold: number): number {
  return Math.max(Math.log1p(threshold), Math.abs(noise));
}

/** The probability that equal code, slower by `floor` already, comes to an effect this far above it. */
export function pAbove({ estimate, standardError, degreesOfFreedom }: Effect, floor: number): number {
  if (standardError === 0) return estimate > floor ? 0 : 1;
  return tTail((estimate - floor) / standardError, degreesOfFreedom);
}

/** The same for an effect below `-floor`. */
export function pBelow(effect: Effect, floor: number): number {
  return pAbove({ ...effect, estimate: -effect.estimate }, floor);
}

/** The interval that holds the effect with this confidence, as relative changes: 0.1 is a tenth more time. */
export function changeInterval(effect: Effect, confidenceLevel: number): { lower: number; upper: number } {
  const half = tQuantile((1 - confidenceLevel) / 2, effect.degreesOfFreedom) * effect.standardError;
  return { lower: Math.expm1(effect.estimate - half), upper: Math.expm1(effect.estimate + half) };
}

/**
 * The smallest slow-down that a test at `level` against `floor` detects with a chance of `POWER`, as a relative change.
 *
 * @param level - Of this one test: that of the suite ÷ the number of tests, where Holm's first step is to hold.
 */
export function smallestDetectable({ standardError, degreesOfFreedom }: Effect, floor: number, level: number): number {
  const distance = tQuantile(level, degreesOfFreedom) + tQuantile(1 - POWER, degreesOfFreedom);
  return Math.expm1(floor + distance * standardError);
}
