// Which benchmarks have regressed, so surely that a merge may be refused for it?
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import { median } from '../../stats/descriptive.js';
import { holm } from '../../stats/holm.js';
import { changeInterval, type Effect, effectOf, floorOf, pAbove, pBelow, smallestDetectable } from './effect.js';
import { compareExactly, type ExactComparison, type Unsteady } from './exact.js';
import { contrastOf, type Round } from '../sampling/round.js';

/** What was measured of one benchmark on both sides. */
export interface Evidence {
  readonly id: string;
  /** In the order in which they were run, at least two. */
  readonly rounds: readonly Round[];
  /** Of each process of the base. */
  readonly baseMetrics: readonly ExactMetrics[];
  readonly headMetrics: readonly ExactMetrics[];
}

export interface Strictness {
  /** The relative slow-down that is tolerated. */
  readonly threshold: number;
  /** The chance of a false alarm anywhere in the suite, at most. */
  readonly significanceLevel: number;
  readonly confidenceLevel: number;
}

/** What the gate says of one benchmark's time. */
export type TimeVerdict = 'regressed' | 'improved' | 'unchanged';

/** One benchmark, judged. Changes are relative: 0.1 is a tenth more time. */
export interface Judgement {
  readonly id: string;
  readonly rounds: number;
  /** Median nanoseconds per iteration of all batches. */
  readonly baseNs: number;
  readonly headNs: number;
  readonly change: number;
  /** `undefined` against a stored baseline, as nothing alternated. */
  readonly interval: { readonly lower: number; readonly upper: number } | undefined;
  /** What two groups of processes of the base differ by in this run. */
  readonly noise: number;
  /** What a change has to exceed: the threshold, or the noise where that is more. */
  readonly floor: number;
  /** The smallest slow-down that this run would have detected with a chance of 80 %. */
  readonly detectable: number;
  /** Adjusted for the number of benchmarks by Holm's method; `undefined` against a stored baseline. */
  readonly p: number | undefined;
  readonly time: TimeVerdict;
  readonly exact: readonly ExactComparison[];
  readonly unsteady: readonly Unsteady[];
}

/** Judges all benchmarks of a run together, since each is one more chance of a false alarm. */
export function judgeAll(evidence: readonly Evidence[], strictness: Strictness): Judgement[] {
  const { threshold, significanceLevel } = strictness;
  const effects = evidence.map(({ rounds }) => effectOf(rounds.map(contrastOf)));
  const floors = effects.map((effect) => floorOf(effect, threshold));
  const worse = holm(effects.map((effect, i) => pAbove(effect, floors[i] as number)));
  const better = holm(effects.map((effect, i) => pBelow(effect, floors[i] as number)));
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
      ...describe(one, effect, strictness),
      floor: Math.expm1(floor),
      detectable: smallestDetectable(effect, floor, significanceLevel / evidence.length),
      p: Math.min(pWorse, pBetter),
      time,
    };
  });
}

/**
 * Whether rounds of their own bear out a regression that others showed: alone, without the correction for the many
 * benchmarks that were looked at first.
 */
export function isConfirmed(rounds: readonly Round[], { threshold, significanceLevel }: Strictness): boolean {
  const effect = effectOf(rounds.map(contrastOf));
  return pAbove(effect, floorOf(effect, threshold)) < significanceLevel;
}

/** Whether a judgement makes the gate fail. */
export function isRegression({ time, exact }: Pick<Judgement, 'time' | 'exact'>): boolean {
  return time === 'regressed' || exact.some(({ verdict }) => verdict === 'regressed');
}

function describe(
  { id, rounds, baseMetrics, headMetrics }: Evidence,
  effect: Effect,
  { confidenceLevel }: Strictness,
): Omit<Judgement, 'floor' | 'detectable' | 'p' | 'time'> {
  const { comparisons, unsteady } = compareExactly(baseMetrics, headMetrics);
  return {
    id,
    rounds: rounds.length,
    baseNs: median(rounds.flatMap(({ base, twin }) => [...base, ...twin])),
    headNs: median(rounds.flatMap(({ head }) => head)),
    change: Math.expm1(effect.estimate),
    interval: changeInterval(effect, confidenceLevel),
    noise: Math.expm1(Math.abs(effect.noise)),
    exact: comparisons,
    unsteady,
  };
}
