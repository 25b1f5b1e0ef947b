// Verdicts: which benchmarks have regressed or improved, with one false-alarm probability for the whole suite.
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import { median } from '../../stats/descriptive.js';
import { holmAdjust } from '../../stats/holm.js';
import { changeInterval, type Effect, effectOf, floorOf, pAbove, pBelow, smallestDetectable } from './effect.js';
import { compareExactly, type ExactComparison, type UnsteadyMetric } from './exact.js';
import { contrastOf, type Round } from '../round.js';

/** The measurements of one benchmark on both sides. */
export interface Evidence {
  readonly id: string;
  /** In execution order; at least two. */
  readonly rounds: readonly Round[];
  /** One entry for each process of the base. */
  readonly baseMetrics: readonly ExactMetrics[];
  readonly headMetrics: readonly ExactMetrics[];
}

export interface VerdictOptions {
  /** The relative slow-down that is tolerated. */
  readonly threshold: number;
  /** The maximum probability of a false alarm in the whole suite. */
  readonly significanceLevel: number;
  readonly confidenceLevel: number;
}

/** The verdict on one benchmark's time. */
export type TimeVerdict = 'regressed' | 'improved' | 'unchanged';

/** The verdict on one benchmark. Changes are relative: 0.1 is 10 % more time. */
export interface BenchmarkVerdict {
  readonly id: string;
  readonly rounds: number;
  /** Median nanoseconds per iteration over all batches. */
  readonly baseNs: number;
  readonly headNs: number;
  readonly change: number;
  /** `undefined` against a stored baseline, which was not interleaved. */
  readonly interval: { readonly lower: number; readonly upper: number } | undefined;
  /** The difference between the two groups of base processes in this run. */
  readonly noise: number;
  /** The floor that a change has to exceed: the larger of threshold and noise. */
  readonly floor: number;
  /** The smallest slow-down that this run would have detected with a probability of 80 %. */
  readonly detectable: number;
  /** The p-value, adjusted for the number of benchmarks by Holm's method; `undefined` against a stored baseline. */
  readonly p: number | undefined;
  readonly time: TimeVerdict;
  readonly exact: readonly ExactComparison[];
  readonly unsteady: readonly UnsteadyMetric[];
}

/** The verdicts on all benchmarks of a run, decided together since each adds to the probability of a false alarm. */
export function decideVerdicts(evidence: readonly Evidence[], options: VerdictOptions): BenchmarkVerdict[] {
  const { threshold, significanceLevel } = options;
  const effects = evidence.map(({ rounds }) => effectOf(rounds.map(contrastOf)));
  const floors = effects.map((effect) => floorOf(effect, threshold));
  const worse = holmAdjust(effects.map((effect, i) => pAbove(effect, floors[i] as number)));
  const better = holmAdjust(effects.map((effect, i) => pBelow(effect, floors[i] as number)));
  return evidence.map((one, i) => {
    const [effect, floor, pWorse, pBetter] = [effects[i], floors[i], worse[i], better[i]] as [
      Effect,
      number,
      number,
      number,
    ];
    const time =
      pWorse < significanceLevel ? 'regressed' : pBetter < significanceLevel ? 'improved' : ('unchanged' as const);
    return {
      ...describe(one, effect, options),
      floor: Math.expm1(floor),
      detectable: smallestDetectable(effect, floor, significanceLevel / evidence.length),
      p: Math.min(pWorse, pBetter),
      time,
    };
  });
}

/**
 * Whether separate rounds confirm a regression that earlier rounds showed. A single test, without the correction for the
 * number of benchmarks.
 */
export function isConfirmed(rounds: readonly Round[], { threshold, significanceLevel }: VerdictOptions): boolean {
  const effect = effectOf(rounds.map(contrastOf));
  return pAbove(effect, floorOf(effect, threshold)) < significanceLevel;
}

/** Whether a verdict makes the gate fail. */
export function isRegression({ time, exact }: Pick<BenchmarkVerdict, 'time' | 'exact'>): boolean {
  return time === 'regressed' || exact.some(({ verdict }) => verdict === 'regressed');
}

function describe(
  { id, rounds, baseMetrics, headMetrics }: Evidence,
  effect: Effect,
  { confidenceLevel }: VerdictOptions,
): Omit<BenchmarkVerdict, 'floor' | 'detectable' | 'p' | 'time'> {
  const { comparisons, unsteady } = compareExactly(baseMetrics, headMetrics);
  return {
    id,
    rounds: rounds.length,
    baseNs: median(rounds.flatMap(({ base, control }) => [...base, ...control])),
    headNs: median(rounds.flatMap(({ head }) => head)),
    change: Math.expm1(effect.estimate),
    interval: changeInterval(effect, confidenceLevel),
    noise: Math.expm1(Math.abs(effect.noise)),
    exact: comparisons,
    unsteady,
  };
}
