// Tests that a directory that Criterion wrote yields Criterion's own figures and verdicts.
//
// Both programs draw resamples, so their bounds agree only within random error. The tolerance is measured: SEEDS
// bootstraps, each with 1/SEEDS of the resamples, give the standard deviation of a bound; divided by √SEEDS it is that
// of a whole bootstrap, and the difference of two has √2 of it. For changes, whose bounds vary more, Criterion's scheme
// runs whole with SEEDS seeds. WIDTH standard deviations are tolerated, since one estimated from eight values is only
// known to within a quarter.
import * as fs from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

import test from 'ava';

import { compare } from '../../src/baseline/compare.js';
import type { StoredBenchmark } from '../../src/baseline/files/record.js';
import { loadStored } from '../../src/baseline/stored-benchmarks.js';
import { analyze } from '../../src/bench/analyze.js';
import { DEFAULT_OPTIONS } from '../../src/bench/options.js';
import type { Estimate } from '../../src/stats/estimate.js';
import type { Estimates } from '../../src/stats/bootstrap.js';
import { averagesNs } from '../../src/bench/sampling/sample.js';
import { standardDeviation } from '../../src/stats/descriptive.js';
import { estimateFrom } from '../../src/stats/estimate.js';
import { tukeyFences } from '../../src/stats/outliers.js';
import { seededBits } from '../../src/stats/random.js';
import { Resample } from '../../src/stats/resample.js';
import { BENCHMARKS, CRITERION_HOME, golden, type GoldenEstimate, goldenText } from '../stats/golden.js';

const STORE = { root: CRITERION_HOME, fileSystem: fs };
const SEEDS = 8;
const WIDTH = 6;
const STATISTICS = ['mean', 'median', 'medianAbsDev', 'stdDev', 'slope'] as const;

const base = await loadStored(STORE, 'a');
const head = await loadStored(STORE, 'b');

type Bounds = readonly [lower: number, upper: number];

function boundsOf({ confidenceInterval }: Estimate): Bounds {
  return [confidenceInterval.lowerBound, confidenceInterval.upperBound];
}

/**
 * Returns the distance of `bounds` from the mean over all seeds, in standard deviations over the seeds times `scale`.
 * Bounds that do not vary with the seed must match exactly.
 */
function distance(bounds: Bounds, seeds: readonly Bounds[], scale: number): number {
  const distances = ([0, 1] as const).map((side) => {
    const ours = seeds.map((seed) => seed[side]);
    const centre = ours.reduce((sum, bound) => sum + bound, 0) / ours.length;
    const off = Math.abs(bounds[side] - centre);
    // Sums in a different order differ in their last digits.
    return off <= 1e-12 * Math.abs(centre) ? 0 : off / (scale * standardDeviation(ours));
  });
  return Math.max(...distances);
}

function seeds<T>(of: (seed: number) => T): T[] {
  return Array.from({ length: SEEDS }, (_, i) => of(i + 1));
}

for (const stored of [...base, ...head]) {
  test.serial(`${stored.id} ${stored.name}: the stored sample yields the stored estimates and fences`, async (t) => {
    await setImmediate();
    const nresamples = DEFAULT_OPTIONS.nresamples / SEEDS;
    const all: Estimates[] = seeds(
      (seed) => analyze(stored.sample, { ...DEFAULT_OPTIONS, nresamples, seed }, stored.id).estimates,
    );
    for (const statistic of STATISTICS) {
      const theirs = stored.estimates[statistic];
      const ours = all.flatMap((estimates) => estimates[statistic] ?? []);
      if (theirs === null) {
        t.deepEqual(ours, []);
        continue;
      }
      for (const { pointEstimate } of ours) t.is(pointEstimate, theirs.pointEstimate, statistic);
      const far = distance(boundsOf(theirs), ours.map(boundsOf), Math.sqrt(2 / SEEDS));
      t.true(far < WIDTH, `${statistic}: ${far} standard deviations`);
    }
    t.deepEqual(tukeyFences(averagesNs(stored.sample)), stored.fences);
  });
}

/**
 * Computes the change by Criterion's scheme: √N resamples of the new sample, each paired with √N fresh resamples of the
 * old one. The bounds vary more than with N resamples of both, as in this bench.
 */
function criterionChange(
  next: readonly number[],
  previous: readonly number[],
  seed: number,
): Record<'mean' | 'median', Bounds> {
  const { nresamples, confidenceLevel } = DEFAULT_OPTIONS;
  const random = seededBits(seed, 'criterion');
  const each = Math.ceil(Math.sqrt(nresamples));
  const [a, b] = [new Resample(next), new Resample(previous)];
  const means = new Float64Array(each * each);
  const medians = new Float64Array(each * each);
  for (let i = 0; i < each * each; i++) {
    if (i % each === 0) a.draw(random);
    b.draw(random);
    means[i] = a.mean / b.mean - 1;
    medians[i] = a.median() / b.median() - 1;
  }
  const bounds = (distribution: Float64Array) => boundsOf(estimateFrom(0, distribution, confidenceLevel));
  return { mean: bounds(means), median: bounds(medians) };
}

/** Reads the p-value and the verdict of a benchmark from `b-against-a.txt`. */
function printed(id: string): { p: number; verdict: string } {
  const text = goldenText('b-against-a.txt');
  const own = text.slice(text.indexOf(`${id}\n`) < 0 ? text.indexOf(`${id} `) : text.indexOf(`${id}\n`));
  const [, p, verdict] = /\(p = ([\d.]+) [<>] 0\.05\)[^]*?((?:Performance|No change|Change).*)\n/.exec(own) ?? [];
  return { p: Number(p), verdict: verdict ?? '' };
}

const WORDS = {
  regressed: 'Performance has regressed.',
  improved: 'Performance has improved.',
  unchanged: 'No change in performance detected.',
  'within noise': 'Change within noise threshold.',
  undecided: '',
};

for (const { id, directory } of BENCHMARKS) {
  test.serial(`${id}: b against a is Criterion’s, from p to verdict`, async (t) => {
    await setImmediate();
    const find = (all: readonly StoredBenchmark[]) => all.find((stored) => stored.id === id);
    const [a, b] = [find(base), find(head)];
    t.truthy(a && b);
    if (!a || !b) return;
    const comparison = compare(b.sample, a, DEFAULT_OPTIONS, id);
    const theirs = printed(id);
    t.is(WORDS[comparison.verdict], theirs.verdict);
    // Printed to two digits. Either p is twice a share of 100,000 resamples.
    const scatter = 2 * Math.sqrt((2 * theirs.p * (1 - theirs.p)) / DEFAULT_OPTIONS.nresamples);
    t.true(Math.abs(comparison.p - theirs.p) <= 0.005 + 4 * scatter, `p is ${comparison.p}`);
    const [next, previous] = [averagesNs(b.sample), averagesNs(a.sample)];
    const simulated = seeds((seed) => criterionChange(next, previous, seed));
    const change = golden<Record<'mean' | 'median', GoldenEstimate>>(`${directory}/change/estimates.json`);
    for (const statistic of ['mean', 'median'] as const) {
      const { confidence_interval: interval, point_estimate } = change[statistic];
      const bounds = simulated.map((one) => one[statistic]);
      const far = distance([interval.lower_bound, interval.upper_bound], bounds, 1);
      t.true(far < WIDTH, `${statistic} of theirs: ${far} standard deviations`);
      const own = distance(boundsOf(comparison.change[statistic]), bounds, 1);
      t.true(own < WIDTH, `${statistic} of ours: ${own} standard deviations`);
      t.true(Math.abs(comparison.change[statistic].pointEstimate - point_estimate) < 1e-12, statistic);
    }
  });
}
