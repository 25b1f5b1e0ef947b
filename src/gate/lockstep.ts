// How do three processes run one benchmark in turn, batch by batch?
import type { ExactMetrics } from '../bench/index.js';
import type { RandomBits } from '../stats/random.js';
import type { Participant, Side } from './participant.js';
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

/** A failure of one side. */
export class SideError extends Error {
  override readonly name: string = 'SideError';
  readonly side: Side;

  constructor(side: Side, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
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
 * @throws SideError naming the side that failed.
 */
export async function runInLockstep(id: string, trio: Trio, pace: Pace, random: RandomBits): Promise<RoundResult> {
  const times: Record<Seat, number[]> = { base: [], twin: [], head: [] };
  const means = await inTurn(shuffled(SEATS, random), trio, (participant) => participant.prepare(id, pace.warmUpNs));
  const { batches, iterations } = planOf((means.base + means.twin) / 2, pace);
  for (let batch = 0; batch < batches; batch++) {
    const elapsed = await inTurn(shuffled(SEATS, random), trio, (participant) => participant.run(iterations));
    for (const seat of SEATS) times[seat].push(elapsed[seat] / iterations);
  }
  const metrics = await inTurn(SEATS, trio, (participant) => participant.finish());
  return { round: times, baseMetrics: [metrics.base, metrics.twin], headMetrics: [metrics.head] };
}

/** How many batches of how many iterations fill the time. @param meanNs - Of an iteration, about. */
export function planOf(meanNs: number, { measurementNs, sampleSize }: Pace): { batches: number; iterations: number } {
  const fitting = Math.floor(measurementNs / meanNs);
  const batches = Math.max(LEAST_BATCHES, Math.min(sampleSize, fitting));
  return { batches, iterations: Math.max(1, Math.round(measurementNs / batches / meanNs)) };
}

async function inTurn<T>(
  order: readonly Seat[],
  trio: Trio,
  ask: (participant: Participant) => Promise<T>,
): Promise<Record<Seat, T>> {
  const answers: Partial<Record<Seat, T>> = {};
  for (const seat of order) {
    try {
      answers[seat] = await ask(trio[seat]);
    } catch (error) {
      throw new SideError(seat === 'head' ? 'head' : 'base', error);
    }
  }
  return answers as Record<Seat, T>;
}
