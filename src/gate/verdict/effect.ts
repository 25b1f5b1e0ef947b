// Effect: by how much the head differs from the base, relative to the spread between processes.
//
// With equal code the three processes of a round are exchangeable, each with its own deviation of variance σ² (memory
// layout, JIT decisions, time). The effect contrasts one process with the mean of two: variance 1.5 σ². The noise contrasts
// two processes: variance 2 σ², with mean zero whatever the head does. Both together estimate σ².
//
// On a shared machine about one round in ten is an outlier. So a fifth of the rounds is trimmed at either end, and the
// variance is that of the winsorized contrasts (Yuen 1974, The two-sample trimmed t for unequal population variances): h of R
// rounds count, with 2h − 1 degrees of freedom.
import { mean } from '../../stats/descriptive.js';
import { ascending } from '../../stats/quantile.js';
import { tQuantile, tTail } from '../../stats/student.js';
import type { Contrast } from '../round.js';

const EFFECT_VARIANCE = 1.5;
const NOISE_VARIANCE = 2;
/** The share of the rounds that is trimmed at either end. */
const TRIMMED = 0.2;
/** The probability of detecting the smallest detectable effect. */
export const POWER = 0.8;

/** The estimates from the rounds of one benchmark. `estimate`, `standardError` and `noise` are logarithms of ratios. */
export interface Effect {
  readonly estimate: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** The difference between the two processes of the base: that of identical code in this run. */
  readonly noise: number;
  readonly rounds: number;
}

/** The effect that `contrasts` estimate. @param contrasts - Those of at least two rounds. */
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

/** The sum of squares around the mean, with trimmed values winsorized: replaced by the nearest value that is kept. */
function spreadOf(sorted: readonly number[], trimmed: number): number {
  const [min, max] = [sorted[trimmed] as number, sorted[sorted.length - 1 - trimmed] as number];
  const winsorized = sorted.map((value) => Math.min(max, Math.max(min, value)));
  const centre = mean(winsorized);
  return winsorized.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

/** The sum of squares around a mean that is known to be zero, with all but the smallest `kept` magnitudes winsorized. */
function spreadAroundZero(values: readonly number[], kept: number): number {
  const sizes = ascending(values.map(Math.abs));
  const max = sizes[kept - 1] as number;
  return sizes.reduce((sum, size) => sum + Math.min(max, size) ** 2, 0);
}

/** The floor that an effect has to exceed: the larger of tolerated relative slow-down and noise; a logarithm. */
export function floorOf({ noise }: Pick<Effect, 'noise'>, threshold: number): number {
  return Math.max(Math.log1p(threshold), Math.abs(noise));
}

/** The p-value of the hypothesis that the head is slower by no more than `floor`. */
export function pAbove({ estimate, standardError, degreesOfFreedom }: Effect, floor: number): number {
  if (standardError === 0) return estimate > floor ? 0 : 1;
  return tTail((estimate - floor) / standardError, degreesOfFreedom);
}

/** The p-value of the hypothesis that the head is faster by no more than `floor`. */
export function pBelow(effect: Effect, floor: number): number {
  return pAbove({ ...effect, estimate: -effect.estimate }, floor);
}

/** The confidence interval of the effect as relative changes: 0.1 is 10 % more time. */
export function changeInterval(effect: Effect, confidenceLevel: number): { lower: number; upper: number } {
  const half = tQuantile((1 - confidenceLevel) / 2, effect.degreesOfFreedom) * effect.standardError;
  return { lower: Math.expm1(effect.estimate - half), upper: Math.expm1(effect.estimate + half) };
}

/**
 * The smallest slow-down that a test at `level` against `floor` detects with probability `POWER`, as a relative change.
 *
 * @param level - The significance level of this test: that of the suite ÷ the number of tests, as in Holm's first step.
 */
export function smallestDetectable({ standardError, degreesOfFreedom }: Effect, floor: number, level: number): number {
  const distance = tQuantile(level, degreesOfFreedom) + tQuantile(1 - POWER, degreesOfFreedom);
  return Math.expm1(floor + distance * standardError);
}
