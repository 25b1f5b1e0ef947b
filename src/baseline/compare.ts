// Is a measurement faster or slower than a baseline?
import { bootstrapOptions } from '../bench/analyze.js';
import { LEAST_SAMPLES_FOR_VERDICT, type Options } from '../bench/options.js';
import { averagesNs, type Sample } from '../bench/sampling/sample.js';
import { bootstrapChange, type Change, mixedBootstrapP } from '../stats/comparison.js';
import type { ConfidenceInterval } from '../stats/estimate.js';

/** What a comparison comes to; `undecided` where either side has fewer than ten samples. */
export type Verdict = 'unchanged' | 'improved' | 'regressed' | 'within noise' | 'undecided';

/** A measurement against a baseline. */
export interface Comparison {
  /** The baseline's name. */
  readonly baseline: string;
  /** The probability that samples of equal code lie at least as far apart. */
  readonly p: number;
  /** By how much the mean and the median differ, relative to the baseline's. */
  readonly change: Change;
  /** What p and the change come to. */
  readonly verdict: Verdict;
}

/**
 * Compares by the mixed bootstrap of Welch's t, and the two-sample bootstrap of mean and median.
 *
 * @param id - The benchmark's id; with the seed it decides the resamples.
 */
export function compare(
  sample: Sample,
  baseline: { readonly name: string; readonly sample: Sample },
  options: Options,
  id: string,
): Comparison {
  const next = averagesNs(sample);
  const previous = averagesNs(baseline.sample);
  const bootstrap = bootstrapOptions(options, `${id}: change`);
  const p = mixedBootstrapP(next, previous, bootstrap);
  const change = bootstrapChange(next, previous, bootstrap);
  const isDecidable = Math.min(next.length, previous.length) >= LEAST_SAMPLES_FOR_VERDICT;
  const verdict = isDecidable ? judge(p, change.mean.confidenceInterval, options) : 'undecided';
  return { baseline: baseline.name, p, change, verdict };
}

/** Criterion's rule: significant, and the whole interval beyond the noise. */
export function judge(
  p: number,
  { lowerBound, upperBound }: ConfidenceInterval,
  { significanceLevel, noiseThreshold }: Pick<Options, 'significanceLevel' | 'noiseThreshold'>,
): Verdict {
  if (p >= significanceLevel) return 'unchanged';
  if (upperBound < -noiseThreshold) return 'improved';
  if (lowerBound > noiseThreshold) return 'regressed';
  return 'within noise';
}
