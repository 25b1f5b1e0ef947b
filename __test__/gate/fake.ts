// Fake machine of the gate with known noise: it drifts, and each process and each batch deviates.
import type { ExactMetrics } from '../../src/bench/exact-metrics.js';
import {
  type FailedSide,
  type Runner,
  RunnerError,
  type Side,
  type StartRunner,
} from '../../src/gate/process/runner.js';
import { PER_32_BITS, seededBits } from '../../src/stats/random.js';

export interface FakeBenchmark {
  readonly id: string;
  /** Nanoseconds per iteration on the base. */
  readonly ns: number;
  /** The head's time relative to the base; 1.1 is 10 % slower. */
  readonly factor?: number;
  readonly metrics?: Partial<Record<Side, ExactMetrics>>;
  /** The side on which its batches throw. */
  readonly throwsOn?: FailedSide;
  /** The side whose process ends while preparing it. */
  readonly endsOn?: FailedSide;
  /** The side on which its metrics throw. */
  readonly finishesNotOn?: FailedSide;
}

export interface FakeNoise {
  /** Standard deviations of logarithms. */
  readonly process: number;
  readonly batch: number;
  /** How far the whole machine's speed drifts in a second. */
  readonly drift: number;
}

export interface FakeMachine {
  readonly start: StartRunner;
  /** The requests to each process, such as `base#1 run`. */
  readonly log: string[];
  /** Processes that were started and not closed. */
  alive(): number;
}

const fails = (on: FailedSide | undefined, side: Side) => on === side || on === 'both';

/** A machine that runs `benchmarks`, reproducibly for a seed. */
export function fakeMachine(benchmarks: readonly FakeBenchmark[], noise: FakeNoise, seed: number): FakeMachine {
  const random = seededBits(seed, 'fake machine');
  const normal = () =>
    Array.from({ length: 12 }, () => (random.next() >>> 0) * PER_32_BITS).reduce((a, b) => a + b) - 6;
  const log: string[] = [];
  let speed = 0;
  let alive = 0;
  let processes = 0;
  const begin = async (side: Side): Promise<Runner> => {
    const name = `${side}#${++processes}`;
    const deviations = new Map(benchmarks.map(({ id }) => [id, noise.process * normal()]));
    alive += 1;
    let prepared: FakeBenchmark | undefined;
    const record = (request: string) => void log.push(`${name} ${request}`);
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
        throw new Error('these tests request no list');
      },
      prepare: async (id) => {
        record(`prepare ${id}`);
        prepared = benchmarks.find((benchmark) => benchmark.id === id);
        if (fails(prepared?.endsOn, side))
          throw new RunnerError('the process was ended by SIGSEGV', { hasEnded: true });
        return timed(10) / 10;
      },
      run: async (iterations) => {
        record('run');
        if (fails(prepared?.throwsOn, side)) throw new RunnerError('the guest is gone', { hasEnded: false });
        return timed(iterations);
      },
      finish: async () => {
        record('finish');
        if (fails(prepared?.finishesNotOn, side)) throw new RunnerError('nothing counted', { hasEnded: false });
        return prepared?.metrics?.[side] ?? {};
      },
      close: async () => {
        alive -= 1;
        record('close');
      },
    };
  };
  return { start: begin, log, alive: () => alive };
}
