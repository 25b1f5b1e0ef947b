// Comparison: the change of a measurement against a baseline, and its verdict.
import { bootstrapOptions } from '../bench/analyze.js';
import { MIN_SAMPLES_FOR_VERDICT, type Options } from '../bench/options.js';
import { averagesNs, type Sample } from '../bench/sampling/sample.js';
import { bootstrapChange, type Change, mixedBootstrapP } from '../stats/comparison.js';
import type { ConfidenceInterval } from '../stats/estimate.js';

/** The verdict of a comparison; `undecided` if either side has fewer than ten samples. */
export type Verdict = 'unchanged' | 'improved' | 'regressed' | 'within noise' | 'undecided';

/** The comparison of a measurement with a baseline. */
export interface Comparison {
  /** The baseline's name. */
  readonly baseline: string;
  /** The probability that two samples of identical code differ at least this much. */
  readonly p: number;
  /** The changes of the mean and the median, relative to the baseline's. */
  readonly change: Change;
  /** The verdict that follows from `p` and `change`. */
  readonly verdict: Verdict;
}

/**
 * Compares a sample with a baseline, by the mixed bootstrap of Welch's t and the two-sample bootstrap of mean and
 * median.
 *
 * @param id - The benchmark's id; the seed and the id together determine the resamples.
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
  const isDecidable = Math.min(next.length, previous.length) >= MIN_SAMPLES_FOR_VERDICT;
  const verdict = isDecidable ? decideVerdict(p, change.mean.confidenceInterval, options) : 'undecided';
  return { baseline: baseline.name, p, change, verdict };
}

/** Decides by Criterion's rule: a change is significant, and its whole interval lies beyond the noise threshold. */
export function decideVerdict(
  p: number,
  { lowerBound, upperBound }: ConfidenceInterval,
  { significanceLevel, noiseThreshold }: Pick<Options, 'significanceLevel' | 'noiseThreshold'>,
): Verdict {
  if (p >= significanceLevel) return 'unchanged';
  if (upperBound < -noiseThreshold) return 'improved';
  if (lowerBound > noiseThreshold) return 'regressed';
  return 'within noise';
}
