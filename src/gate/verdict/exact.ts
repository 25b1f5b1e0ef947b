// Exact metrics of both sides: comparison of counts that have no noise.
import type { ExactMetrics } from '../../bench/exact-metrics.js';

/** A metric that both sides have, with one value in all processes of a side. */
export interface ExactComparison {
  readonly name: string;
  readonly base: number | bigint;
  readonly head: number | bigint;
  /** `changed`: a metric without a better or worse direction. */
  readonly verdict: 'equal' | 'improved' | 'regressed' | 'changed';
}

/** A metric that differed between processes of one side, and therefore is not compared. */
export interface UnsteadyMetric {
  readonly name: string;
}

/** Metrics of which less is better. */
const COSTS: readonly string[] = ['fuelPerIteration', 'peakMemoryBytes', 'codeBytes', 'binaryBytes'];

/** Resident memory is measured and not counted, so it is never compared exactly. */
const isMeasured = (name: string) => name.startsWith('resident');

/**
 * Compares the metrics of both sides.
 *
 * @param base - One entry for each process of the base; at least one.
 * @param head - The same for the head.
 */
export function compareExactly(
  base: readonly ExactMetrics[],
  head: readonly ExactMetrics[],
): { readonly comparisons: ExactComparison[]; readonly unsteady: UnsteadyMetric[] } {
  const comparisons: ExactComparison[] = [];
  const unsteady: UnsteadyMetric[] = [];
  for (const name of commonNames(base, head)) {
    const [baseValue, headValue] = [commonValue(base, name), commonValue(head, name)];
    if (baseValue === undefined || headValue === undefined) unsteady.push({ name });
    else
      comparisons.push({ name, base: baseValue, head: headValue, verdict: exactVerdict(name, baseValue, headValue) });
  }
  return { comparisons, unsteady };
}

function commonNames(base: readonly ExactMetrics[], head: readonly ExactMetrics[]): string[] {
  const [first = {}, other = {}] = [base[0], head[0]];
  return Object.keys(first).filter((name) => {
    return !isMeasured(name) && first[name] !== undefined && other[name] !== undefined;
  });
}

/** The value that all processes have; `undefined` if they differ. */
function commonValue(metrics: readonly ExactMetrics[], name: string): number | bigint | undefined {
  // Compared as text, since a whole number may be a number or a bigint.
  const values = new Map(metrics.map((one) => [String(one[name]), one[name]]));
  return values.size === 1 ? [...values.values()][0] : undefined;
}

function exactVerdict(name: string, base: number | bigint, head: number | bigint): ExactComparison['verdict'] {
  if (String(base) === String(head)) return 'equal';
  if (!COSTS.includes(name)) return 'changed';
  return head > base ? 'regressed' : 'improved';
}
