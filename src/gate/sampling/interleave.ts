// How do three processes run one benchmark in turn, batch by batch?
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import { textOf } from '../../bench/error-text.js';
import type { RandomBits } from '../../stats/random.js';
import type { FailedSide, Participant, Side } from '../process/runner.js';
import type { Round } from './round.js';
import { shuffled } from './shuffle.js';

/** The processes of a round. */
export interface Trio {
  readonly base: Participant;
  readonly twin: Participant;
  readonly head: Participant;
}

export interface Pace {
  readonly warmUpNs: number;
  /** For each process. */
  readonly measurementNs: number;
  /** Batches of each process, at most; fewer where one iteration alone takes long. */
  readonly sampleSize: number;
}

/** One benchmark of one round. */
export interface RoundResult {
  readonly round: Round;
  readonly baseMetrics: readonly ExactMetrics[];
  readonly headMetrics: readonly ExactMetrics[];
}

/** A failure of one side, or of both. */
export class SideError extends Error {
  override readonly name: string = 'SideError';
  readonly side: FailedSide;

  constructor(side: FailedSide, cause: unknown) {
    super(textOf(cause), { cause });
    this.side = side;
  }
}

const LEAST_BATCHES = 3;
const SEATS = ['base', 'twin', 'head'] as const;
type Seat = (typeof SEATS)[number];

/**
 * Prepares `id` in all three processes and runs their batches in turn, in a new order each time. All batches have as many
 * iterations, by what the base's warm-up found: nothing of the plan depends on the head.
 *
 * Where one side fails, the other goes on by itself to the end: only then is it known whether it fails as well.
 *
 * @throws SideError naming the side that failed, or both.
 */
export async function runInLockstep(id: string, trio: Trio, pace: Pace, random: RandomBits): Promise<RoundResult> {
  const turns = new Turns(trio);
  const times: Record<Seat, number[]> = { base: [], twin: [], head: [] };
  const means = await turns.take(shuffled(SEATS, random), (participant) => participant.prepare(id, pace.warmUpNs));
  const { batches, iterations } = planOf(meanOf(means), pace);
  for (let batch = 0; batch < batches; batch++) {
    const elapsed = await turns.take(shuffled(SEATS, random), (participant) => participant.run(iterations));
    for (const seat of SEATS) times[seat].push((elapsed[seat] ?? NaN) / iterations);
  }
  const metrics = await turns.take(SEATS, (participant) => participant.finish());
  const { base, twin, head } = turns.checked(metrics);
  return { round: times, baseMetrics: [base, twin], headMetrics: [head] };
}

/** Of the base; of the head, where the base has failed. */
function meanOf({ base, twin, head = NaN }: Partial<Record<Seat, number>>): number {
  return base === undefined || twin === undefined ? head : (base + twin) / 2;
}

/** How many batches of how many iterations fill the time. @param meanNs - Of an iteration, about. */
export function planOf(meanNs: number, { measurementNs, sampleSize }: Pace): { batches: number; iterations: number } {
  const fitting = Math.floor(measurementNs / meanNs);
  const batches = Math.max(LEAST_BATCHES, Math.min(sampleSize, fitting));
  return { batches, iterations: Math.max(1, Math.round(measurementNs / batches / meanNs)) };
}

const sideOf = (seat: Seat): Side => (seat === 'head' ? 'head' : 'base');

/** The turns that the processes take, and what failed in them. */
class Turns {
  readonly #trio: Trio;
  readonly #failures = new Map<Side, unknown>();

  constructor(trio: Trio) {
    this.#trio = trio;
  }

  /** Asks the processes of the sides that have not failed. @throws SideError once both sides have. */
  async take<T>(
    order: readonly Seat[],
    ask: (participant: Participant) => Promise<T>,
  ): Promise<Partial<Record<Seat, T>>> {
    const answers: Partial<Record<Seat, T>> = {};
    for (const seat of order) {
      if (this.#failures.has(sideOf(seat))) continue;
      try {
        answers[seat] = await ask(this.#trio[seat]);
      } catch (error) {
        this.#failures.set(sideOf(seat), error);
      }
    }
    if (this.#failures.size === 2) throw this.#error();
    return answers;
  }

  /** The answers of all. @throws SideError where a side has failed. */
  checked<T>(answers: Partial<Record<Seat, T>>): Record<Seat, T> {
    if (this.#failures.size > 0) throw this.#error();
    return answers as Record<Seat, T>;
  }

  #error(): SideError {
    const failed = [...this.#failures.keys()];
    const [base, head] = [textOf(this.#failures.get('base')), textOf(this.#failures.get('head'))];
    if (failed.length === 1) return new SideError(failed[0] as Side, this.#failures.get(failed[0] as Side));
    return new SideError('both', base === head ? base : `${base}; on the head: ${head}`);
  }
}
