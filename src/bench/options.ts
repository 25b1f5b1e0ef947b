// Options of a run: their defaults and validation.
import { z } from 'zod';

import { OptionError } from './errors.js';
import { didYouMean } from './suite/did-you-mean.js';

/** Options of sampling, estimation and comparison. */
export interface Options {
  /** Number of batches in a sample, 2 to 100,000. With fewer than 10 there is no verdict. Default 30. */
  readonly sampleSize: number;
  /** Seconds of warm-up per benchmark, above 0 and up to 86,400. Default 3. */
  readonly warmUpTimeS: number;
  /** Approximate seconds of measurement per benchmark, above 0 and up to 86,400. Default 5. */
  readonly measurementTimeS: number;
  /** Resamples per bootstrap, 100 to 10,000,000. Default 100,000. */
  readonly nresamples: number;
  /** Confidence level of the intervals, between 0 and 1. Default 0.95. */
  readonly confidenceLevel: number;
  /** The p value below which a difference is significant, between 0 and 1. Default 0.05. */
  readonly significanceLevel: number;
  /** Relative change up to which a difference counts as noise, from 0 to below 1. Default 0.01. */
  readonly noiseThreshold: number;
  /** Seed of the bootstrap, an integer: the same sample and seed yield the same estimates. Default 1. */
  readonly seed: number;
}

/** Defaults of all options. */
export const DEFAULT_OPTIONS: Options = {
  sampleSize: 30,
  warmUpTimeS: 3,
  measurementTimeS: 5,
  nresamples: 100_000,
  confidenceLevel: 0.95,
  significanceLevel: 0.05,
  noiseThreshold: 0.01,
  seed: 1,
};

/** Minimum number of batches for a verdict; Criterion's minimum sample size. */
export const MIN_SAMPLES_FOR_VERDICT = 10;

const SECONDS_PER_DAY = 86_400;

const count = (min: number, max: number) => {
  const fix = `give a whole number from ${min} to ${max.toLocaleString('en')}`;
  return z.number(fix).int(fix).min(min, fix).max(max, fix);
};
const seconds = () => {
  const fix = `give a number of seconds above 0 and up to ${SECONDS_PER_DAY}, such as 0.5`;
  return z.number(fix).positive(fix).max(SECONDS_PER_DAY, fix);
};
const share = (example: number) => {
  const fix = `give a number between 0 and 1, such as ${example}`;
  return z.number(fix).gt(0, fix).lt(1, fix);
};

const NOISE_FIX = 'give a number from 0 to below 1, such as 0.01 for 1 %';
const SEED_FIX = 'give a whole number';

const SCHEMA = z.strictObject({
  sampleSize: count(2, 100_000),
  warmUpTimeS: seconds(),
  measurementTimeS: seconds(),
  nresamples: count(100, 10_000_000),
  confidenceLevel: share(DEFAULT_OPTIONS.confidenceLevel),
  significanceLevel: share(DEFAULT_OPTIONS.significanceLevel),
  noiseThreshold: z.number(NOISE_FIX).min(0, NOISE_FIX).lt(1, NOISE_FIX),
  seed: z.number(SEED_FIX).int(SEED_FIX),
});

/**
 * Rejects options that are not `known`.
 *
 * @param prefix - Prefix of the option's name in the message, such as `keep.`.
 * @throws OptionError naming the first unknown option.
 */
export function rejectUnknownOptions(given: object, known: readonly string[], prefix = ''): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const suggestion = didYouMean(unknown, known);
  const fix = suggestion === undefined ? `choose from ${known.join(', ')}` : `did you mean ${prefix}${suggestion}?`;
  const value: unknown = Object.entries(given).find(([name]) => name === unknown)?.[1];
  throw new OptionError(prefix + unknown, value, `there is no such option, ${fix}`);
}

/**
 * Completes `given` with the defaults.
 *
 * @throws OptionError naming the first invalid option, its value and the fix.
 */
export function parseOptions(given: { readonly [Name in keyof Options]?: number | undefined }): Options {
  rejectUnknownOptions(given, Object.keys(DEFAULT_OPTIONS));
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const parsed = SCHEMA.safeParse({ ...DEFAULT_OPTIONS, ...stated });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? Object.keys(stated)[0]);
  throw new OptionError(name, stated[name], issue?.message ?? 'give another value');
}
