// How often is each benchmark measured, and when is that enough?
//
//   rounds of all ─→ more rounds of those of which too little could be told ─→ judged ─→ rounds of their own for those that
//   seem to have regressed ─→ judged again
//
// Whether there are more rounds follows from the spread alone, never from the effect: looking at the effect in between
// would give chance several tries.
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import { seededBits } from '../../stats/random.js';
import { effectOf, floorOf, smallestDetectable } from '../verdict/effect.js';
import { type Evidence, isConfirmed, type Judgement, judgeAll, type Strictness } from '../verdict/verdict.js';
import { type Pace, runInLockstep, SideError, type Trio } from './interleave.js';
import type { FailedSide, Start } from '../process/runner.js';
import { contrastOf, type Round } from './round.js';
import { shuffled } from './shuffle.js';

export interface RoundsOptions extends Strictness {
  readonly pace: Pace;
  /** Rounds of every benchmark, at least 2. */
  readonly rounds: number;
  /** Rounds of those whose spread is wide, at most. */
  readonly mostRounds: number;
  /** The relative slow-down that is to be detectable; benchmarks go on until it is, or for `mostRounds`. */
  readonly wanted: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Follows the rounds. Nothing is called while a batch runs. */
export interface RoundsObserver {
  onRound?(stage: Stage, round: number, benchmarks: number): void;
  onBenchmark?(id: string, number: number, total: number): void;
}

/** Of all benchmarks, of those whose spread is wide, of those that seem to have regressed. */
export type Stage = 'all' | 'spread' | 'confirmation';

/** A benchmark that failed. */
export interface GateFailure {
  readonly id: string;
  readonly side: FailedSide;
  readonly message: string;
}

export interface RoundsResult {
  readonly judgements: readonly Judgement[];
  readonly evidence: readonly Evidence[];
  readonly failures: readonly GateFailure[];
  /** Those that seemed to have regressed until they were measured again. */
  readonly unconfirmed: readonly string[];
  readonly wasInterrupted: boolean;
}

/** Measures the benchmarks `ids`, which both sides have, and judges them. */
export async function runRounds(
  ids: readonly string[],
  start: Start,
  options: RoundsOptions,
  observer: RoundsObserver = {},
): Promise<RoundsResult> {
  const measurement = new Measurement(ids, start, options, observer);
  for (let round = 0; round < options.rounds; round++) await measurement.round('all', measurement.alive());
  for (let round = options.rounds; round < options.mostRounds; round++) {
    const wide = measurement.alive().filter((id) => measurement.isWide(id));
    if (wide.length === 0) break;
    await measurement.round('spread', wide);
  }
  return confirm(measurement, options);
}

/** Holds what seems to have regressed against rounds of its own, then judges everything with all rounds. */
async function confirm(measurement: Measurement, options: RoundsOptions): Promise<RoundsResult> {
  const first = judgeAll(measurement.evidence(), options);
  const suspects = first.filter(({ time }) => time === 'regressed').map(({ id }) => id);
  const before = new Map(suspects.map((id) => [id, measurement.roundsOf(id).length]));
  const ownRoundsOf = (id: string) => measurement.roundsOf(id).slice(before.get(id));
  let open = suspects;
  for (let round = 1; round <= options.mostRounds && open.length > 0; round++) {
    await measurement.round('confirmation', open);
    if (round < options.rounds) continue;
    open = open.filter((id) => isTooWide(ownRoundsOf(id), options.significanceLevel, options));
  }
  const confirmed = suspects.filter((id) => {
    const own = ownRoundsOf(id);
    return own.length >= 2 && isConfirmed(own, options);
  });
  const judgements = judgeAll(measurement.evidence(), options).map((judgement) => settle(judgement, confirmed));
  return {
    judgements,
    evidence: measurement.evidence(),
    failures: measurement.failures,
    unconfirmed: suspects.filter((id) => !confirmed.includes(id)),
    wasInterrupted: options.signal?.aborted ?? false,
  };
}

interface Measured extends Evidence {
  readonly rounds: Round[];
  readonly baseMetrics: ExactMetrics[];
  readonly headMetrics: ExactMetrics[];
}

/** Whether the spread of `rounds` hides a slow-down of the size that is to be detected from a test at `level`. */
function isTooWide(rounds: readonly Round[], level: number, { threshold, wanted }: RoundsOptions): boolean {
  if (rounds.length < 2) return false;
  const effect = effectOf(rounds.map(contrastOf));
  return smallestDetectable(effect, floorOf(effect, threshold), level) > wanted;
}

/** A regression is one that was seen twice, in rounds apart; one that only all of them together show is none. */
function settle(judgement: Judgement, confirmed: readonly string[]): Judgement {
  const unsettled = judgement.time === 'regressed' ? 'unchanged' : judgement.time;
  return { ...judgement, time: confirmed.includes(judgement.id) ? 'regressed' : unsettled };
}

/** What has been measured so far. */
class Measurement {
  readonly failures: GateFailure[] = [];
  readonly #records: Map<string, Measured>;
  readonly #start: Start;
  readonly #options: RoundsOptions;
  readonly #observer: RoundsObserver;
  #rounds = 0;

  constructor(ids: readonly string[], start: Start, options: RoundsOptions, observer: RoundsObserver) {
    this.#records = new Map(ids.map((id) => [id, { id, rounds: [], baseMetrics: [], headMetrics: [] }]));
    this.#start = start;
    this.#options = options;
    this.#observer = observer;
  }

  /** The benchmarks that have not failed. */
  alive(): string[] {
    const failed = new Set(this.failures.map(({ id }) => id));
    return [...this.#records.keys()].filter((id) => !failed.has(id));
  }

  roundsOf(id: string): readonly Round[] {
    return this.#records.get(id)?.rounds ?? [];
  }

  /** Of the benchmarks that were measured at least twice, and have not failed. */
  evidence(): Evidence[] {
    return this.alive()
      .map((id) => this.#records.get(id) as Measured)
      .filter(({ rounds }) => rounds.length >= 2);
  }

  /** Whether the spread so far hides a slow-down of the size that is to be detected, among so many benchmarks. */
  isWide(id: string): boolean {
    return isTooWide(this.roundsOf(id), this.#options.significanceLevel / this.alive().length, this.#options);
  }

  /** Measures `ids` once, in three fresh processes and an order of its own. */
  async round(stage: Stage, ids: readonly string[]): Promise<void> {
    if (this.#isAborted || ids.length === 0) return;
    this.#rounds += 1;
    this.#observer.onRound?.(stage, this.#rounds, ids.length);
    const random = seededBits(this.#options.seed, `gate: round ${this.#rounds}`);
    const group = new Group(this.#start);
    try {
      for (const [index, id] of shuffled(ids, random).entries()) {
        if (this.#isAborted) return;
        this.#observer.onBenchmark?.(id, index + 1, ids.length);
        await this.#measure(id, group, random);
      }
    } finally {
      await group.close();
    }
  }

  async #measure(id: string, group: Group, random: ReturnType<typeof seededBits>): Promise<void> {
    try {
      const trio = await group.trio();
      const { round, baseMetrics, headMetrics } = await runInLockstep(id, trio, this.#options.pace, random);
      const record = this.#records.get(id) as Measured;
      record.rounds.push(round);
      record.baseMetrics.push(...baseMetrics);
      record.headMetrics.push(...headMetrics);
    } catch (error) {
      // Whatever state the failure left the processes in, the next benchmark gets others.
      await group.close();
      if (!(error instanceof SideError)) throw error;
      if (!this.#isAborted) this.failures.push({ id, side: error.side, message: error.message });
    }
  }

  get #isAborted(): boolean {
    return this.#options.signal?.aborted ?? false;
  }
}

/** The three processes of a round, begun when they are first needed. */
class Group {
  readonly #start: Start;
  #trio: Promise<Trio> | undefined;

  constructor(start: Start) {
    this.#start = start;
  }

  trio(): Promise<Trio> {
    this.#trio ??= this.#begin();
    return this.#trio;
  }

  async close(): Promise<void> {
    const trio = await this.#trio?.catch(() => undefined);
    this.#trio = undefined;
    if (trio !== undefined) await Promise.all(Object.values(trio).map((participant) => participant.close()));
  }

  async #begin(): Promise<Trio> {
    const [base, twin, head] = await Promise.all([this.#start('base'), this.#start('base'), this.#start('head')]);
    return { base, twin, head };
  }
}
