// How long and how strictly is measured, unless someone says otherwise?
import { z } from 'zod';

import { OptionError } from './errors.js';
import { nearest } from './suite/did-you-mean.js';

/** How one run samples, estimates and judges. */
export interface Options {
  /** Samples per benchmark. Fewer than 10 give no verdict. Default 30. */
  readonly sampleSize: number;
  /** Seconds of warm-up per benchmark. Default 3. */
  readonly warmUpTimeS: number;
  /** Seconds of measurement per benchmark, about. Default 5. */
  readonly measurementTimeS: number;
  /** Resamples of each bootstrap. Default 100,000. */
  readonly nresamples: number;
  /** Share in (0, 1) of the intervals. Default 0.95. */
  readonly confidenceLevel: number;
  /** The p below which a difference counts as one. Default 0.05. */
  readonly significanceLevel: number;
  /** Relative changes up to this are noise. Default 0.01. */
  readonly noiseThreshold: number;
  /** Seed of the bootstrap: equal samples give equal estimates. Default 1. */
  readonly seed: number;
}

/** What holds where an option is left out. */
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

/** Samples from which on a comparison is given a verdict; Criterion accepts no fewer at all. */
export const LEAST_SAMPLES_FOR_VERDICT = 10;

const SECONDS_PER_DAY = 86_400;

const count = (least: number, most: number) => {
  const fix = `give a whole number from ${least} to ${most.toLocaleString('en')}`;
  return z.number(fix).int(fix).min(least, fix).max(most, fix);
};
const seconds = () => {
  const fix = `give a number of seconds above 0 and up to ${SECONDS_PER_DAY}, such as 0.5`;
  return z.number(fix).positive(fix).max(SECONDS_PER_DAY, fix);
};
const share = (example: number) => {
  const fix = `give a number between 0 and 1, such as ${example}`;
  return z.number(fix).gt(0, fix).lt(1, fix);
};

const NOISE_FIX = 'give a number from 0 up to 1, such as 0.01 for one per cent';
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

/** @throws OptionError naming the first option that is not `known`. @param whose - What it belongs to, such as `keep.`. */
export function refuseUnknownOptions(given: object, known: readonly string[], whose = ''): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const suggestion = nearest(unknown, known);
  const fix = suggestion === undefined ? `choose from ${known.join(', ')}` : `did you mean ${whose}${suggestion}?`;
  const value: unknown = Object.entries(given).find(([name]) => name === unknown)?.[1];
  throw new OptionError(whose + unknown, value, `there is no such option, ${fix}`);
}

/**
 * Completes `given` with the defaults.
 *
 * @throws OptionError naming the first option with an impossible value, the value and the fix.
 */
export function parseOptions(given: { readonly [Name in keyof Options]?: number | undefined }): Options {
  refuseUnknownOptions(given, Object.keys(DEFAULT_OPTIONS));
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const parsed = SCHEMA.safeParse({ ...DEFAULT_OPTIONS, ...stated });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? Object.keys(stated)[0]);
  throw new OptionError(name, stated[name], issue?.message ?? 'give another value');
}
