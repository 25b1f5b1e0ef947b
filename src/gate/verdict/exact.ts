// Which facts without noise differ between two sides?
import type { ExactMetrics } from '../../bench/exact-metrics.js';

/** A metric that both sides have, and that was the same in every process of each. */
export interface ExactComparison {
  readonly name: string;
  readonly base: number | bigint;
  readonly head: number | bigint;
  /** `changed` for what is neither better nor worse by being more. */
  readonly verdict: 'equal' | 'improved' | 'regressed' | 'changed';
}

/** A metric that differed between processes of one side: not exact, so nothing follows from it. */
export interface Unsteady {
  readonly name: string;
}

/** Metrics of which less is better. Resident memory is measured, not counted, and never compared exactly. */
const COSTS: readonly string[] = ['fuelPerIteration', 'peakMemoryBytes', 'codeBytes', 'binaryBytes'];

const isMeasured = (name: string) => name.startsWith('resident');

/**
 * Compares what the processes of both sides counted.
 *
 * @param base - One of each process, at least one.
 * @param head - Likewise.
 */
export function compareExactly(
  base: readonly ExactMetrics[],
  head: readonly ExactMetrics[],
): { readonly comparisons: ExactComparison[]; readonly unsteady: Unsteady[] } {
  const comparisons: ExactComparison[] = [];
  const unsteady: Unsteady[] = [];
  for (const name of commonNames(base, head)) {
    const [ours, theirs] = [only(base, name), only(head, name)];
    if (ours === undefined || theirs === undefined) unsteady.push({ name });
    else comparisons.push({ name, base: ours, head: theirs, verdict: judge(name, ours, theirs) });
  }
  return { comparisons, unsteady };
}

function commonNames(base: readonly ExactMetrics[], head: readonly ExactMetrics[]): string[] {
  const [first = {}, other = {}] = [base[0], head[0]];
  return Object.keys(first).filter((name) => {
    return !isMeasured(name) && first[name] !== undefined && other[name] !== undefined;
  });
}

/** The one value that all have. */
function only(metrics: readonly ExactMetrics[], name: string): number | bigint | undefined {
  // Whole numbers come as either type; as text they are the same.
  const values = new Map(metrics.map((one) => [String(one[name]), one[name]]));
  return values.size === 1 ? [...values.values()][0] : undefined;
}

function judge(name: string, base: number | bigint, head: number | bigint): ExactComparison['verdict'] {
  if (String(base) === String(head)) return 'equal';
  if (!COSTS.includes(name)) return 'changed';
  return head > base ? 'regressed' : 'improved';
}
