// A machine whose noise is known: it drifts, each process deviates, and so does each batch.
import type { ExactMetrics } from '../../src/bench/exact-metrics.js';
import {
  type FailedSide,
  type Participant,
  ParticipantError,
  type Side,
  type Start,
} from '../../src/gate/process/runner.js';
import { PER_32_BITS, seededBits } from '../../src/stats/random.js';

export interface FakeBenchmark {
  readonly id: string;
  /** Nanoseconds per iteration on the base. */
  readonly ns: number;
  /** Of the head against the base; 1.1 is a tenth slower. */
  readonly factor?: number;
  readonly metrics?: Partial<Record<Side, ExactMetrics>>;
  /** The side on which it throws when it is run. */
  readonly throwsOn?: FailedSide;
  /** The side whose process ends when it is prepared. */
  readonly endsOn?: FailedSide;
  /** The side on which its metrics throw. */
  readonly finishesNotOn?: FailedSide;
}

export interface FakeNoise {
  /** Standard deviations of logarithms. */
  readonly process: number;
  readonly batch: number;
  /** How far the whole machine's speed may wander in a second. */
  readonly drift: number;
}

export interface FakeMachine {
  readonly start: Start;
  /** What was asked of which process, such as `base#1 run`. */
  readonly log: string[];
  /** Processes that were started and not closed. */
  alive(): number;
}

const fails = (on: FailedSide | undefined, side: Side) => on === side || on === 'both';

/** A machine that runs `benchmarks`; with the same seed it does so alike. */
export function fakeMachine(benchmarks: readonly FakeBenchmark[], noise: FakeNoise, seed: number): FakeMachine {
  const random = seededBits(seed, 'fake machine');
  const normal = () =>
    Array.from({ length: 12 }, () => (random.next() >>> 0) * PER_32_BITS).reduce((a, b) => a + b) - 6;
  const log: string[] = [];
  let speed = 0;
  let alive = 0;
  let processes = 0;
  const begin = async (side: Side): Promise<Participant> => {
    const name = `${side}#${++processes}`;
    const deviations = new Map(benchmarks.map(({ id }) => [id, noise.process * normal()]));
    alive += 1;
    let prepared: FakeBenchmark | undefined;
    const say = (what: string) => void log.push(`${name} ${what}`);
    const timed = (iterations: number): number => {
      const { id, ns, factor = 1 } = prepared as FakeBenchmark;
      const own = ns * (side === 'head' ? factor : 1);
      const elapsedNs =
        iterations * own * Math.exp(speed + (deviations.get(id) ?? 0) + noise.batch * Math.abs(normal()));
      speed = 0.99 * speed + noise.drift * Math.sqrt(elapsedNs / 1e9) * normal();
      return elapsedNs;
    };
    return {
      list: async () => {
        throw new Error('nobody asks for a list here');
      },
      prepare: async (id) => {
        say(`prepare ${id}`);
        prepared = benchmarks.find((benchmark) => benchmark.id === id);
        if (fails(prepared?.endsOn, side))
          throw new ParticipantError('the process was ended by SIGSEGV', { hasEnded: true });
        return timed(10) / 10;
      },
      run: async (iterations) => {
        say('run');
        if (fails(prepared?.throwsOn, side)) throw new ParticipantError('the guest is gone', { hasEnded: false });
        return timed(iterations);
      },
      finish: async () => {
        say('finish');
        if (fails(prepared?.finishesNotOn, side)) throw new ParticipantError('nothing counted', { hasEnded: false });
        return prepared?.metrics?.[side] ?? {};
      },
      close: async () => {
        alive -= 1;
        say('close');
      },
    };
  };
  return { start: begin, log, alive: () => alive };
}
