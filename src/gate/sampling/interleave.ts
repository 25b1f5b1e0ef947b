// Interleaved run: three processes run one benchmark in turn, batch by batch.
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import { errorText } from '../../bench/error-text.js';
import type { RandomBits } from '../../stats/random.js';
import type { FailedSide, Runner, Side } from '../process/runner.js';
import type { Round } from '../round.js';
import { shuffled } from './shuffle.js';

/** The three processes of a round: two of the base and one of the head. */
export interface ProcessSet {
  readonly base: Runner;
  readonly control: Runner;
  readonly head: Runner;
}

/** Extent of the measurement of one benchmark in each process. */
export interface SamplingOptions {
  readonly warmUpNs: number;
  /** Nanoseconds of measurement for each process. */
  readonly measurementNs: number;
  /** The maximum number of batches of each process; fewer if an iteration takes long. */
  readonly sampleSize: number;
}

/** The result of one benchmark in one round. */
export interface RoundResult {
  readonly round: Round;
  readonly baseMetrics: readonly ExactMetrics[];
  readonly headMetrics: readonly ExactMetrics[];
}

/** A failure on one side, or on both. */
export class SideError extends Error {
  override readonly name: string = 'SideError';
  readonly side: FailedSide;

  constructor(side: FailedSide, cause: unknown) {
    super(errorText(cause), { cause });
    this.side = side;
  }
}

const MIN_BATCHES = 3;
const ROLES = ['base', 'control', 'head'] as const;
type Role = (typeof ROLES)[number];

/**
 * Prepares `id` in all three processes and runs their batches in turn, in a new random order each time. All batches have
 * the same number of iterations, derived from the base's warm-up: the plan does not depend on the head.
 *
 * If one side fails, the other continues to the end, to find out whether it fails as well.
 *
 * @throws SideError naming the side that failed, or both.
 */
export async function runInterleaved(
  id: string,
  processes: ProcessSet,
  sampling: SamplingOptions,
  random: RandomBits,
): Promise<RoundResult> {
  const turns = new Turns(processes);
  const times: Record<Role, number[]> = { base: [], control: [], head: [] };
  const means = await turns.take(shuffled(ROLES, random), (runner) => runner.prepare(id, sampling.warmUpNs));
  const { batches, iterations } = planBatches(meanOf(means), sampling);
  for (let batch = 0; batch < batches; batch++) {
    const elapsed = await turns.take(shuffled(ROLES, random), (runner) => runner.run(iterations));
    for (const role of ROLES) times[role].push((elapsed[role] ?? NaN) / iterations);
  }
  const metrics = await turns.take(ROLES, (runner) => runner.finish());
  const { base, control, head } = turns.checked(metrics);
  return { round: times, baseMetrics: [base, control], headMetrics: [head] };
}

/** The mean of both base processes; that of the head if the base has failed. */
function meanOf({ base, control, head = NaN }: Partial<Record<Role, number>>): number {
  return base === undefined || control === undefined ? head : (base + control) / 2;
}

/** The batches, and the iterations of each, that fill the measurement time. @param meanNs - Approximate time of an iteration. */
export function planBatches(
  meanNs: number,
  { measurementNs, sampleSize }: SamplingOptions,
): { batches: number; iterations: number } {
  const fitting = Math.floor(measurementNs / meanNs);
  const batches = Math.max(MIN_BATCHES, Math.min(sampleSize, fitting));
  return { batches, iterations: Math.max(1, Math.round(measurementNs / batches / meanNs)) };
}

const sideOf = (role: Role): Side => (role === 'head' ? 'head' : 'base');

/** The processes in their turns, and the failure of each side. */
class Turns {
  readonly #processes: ProcessSet;
  readonly #failures = new Map<Side, unknown>();

  constructor(processes: ProcessSet) {
    this.#processes = processes;
  }

  /** Calls `ask` for the processes on sides that have not failed. @throws SideError if both sides have failed. */
  async take<T>(order: readonly Role[], ask: (runner: Runner) => Promise<T>): Promise<Partial<Record<Role, T>>> {
    const results: Partial<Record<Role, T>> = {};
    for (const role of order) {
      if (this.#failures.has(sideOf(role))) continue;
      try {
        results[role] = await ask(this.#processes[role]);
      } catch (error) {
        this.#failures.set(sideOf(role), error);
      }
    }
    if (this.#failures.size === 2) throw this.#error();
    return results;
  }

  /** The results of all processes. @throws SideError if a side has failed. */
  checked<T>(results: Partial<Record<Role, T>>): Record<Role, T> {
    if (this.#failures.size > 0) throw this.#error();
    return results as Record<Role, T>;
  }

  #error(): SideError {
    const failed = [...this.#failures.keys()];
    const [base, head] = [errorText(this.#failures.get('base')), errorText(this.#failures.get('head'))];
    if (failed.length === 1) return new SideError(failed[0] as Side, this.#failures.get(failed[0] as Side));
    return new SideError('both', base === head ? base : `${base}; on the head: ${head}`);
  }
}
