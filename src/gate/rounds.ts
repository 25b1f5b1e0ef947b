// Rounds of the gate: how often each benchmark is measured, and when that is enough.
//
//   rounds of all ─→ more rounds of those with a wide spread ─→ verdicts ─→ separate rounds of those that seem to have
//   regressed ─→ final verdicts
//
// More rounds depend on the spread alone and never on the effect: looking at the effect in between would test it several
// times.
import type { ExactMetrics } from '../bench/exact-metrics.js';
import { seededBits } from '../stats/random.js';
import { effectOf, floorOf, smallestDetectable } from './verdict/effect.js';
import {
  type Evidence,
  isConfirmed,
  type BenchmarkVerdict,
  decideVerdicts,
  type VerdictOptions,
} from './verdict/verdict.js';
import { type SamplingOptions, runInterleaved, SideError, type ProcessSet } from './sampling/interleave.js';
import type { FailedSide, StartRunner } from './process/runner.js';
import { contrastOf, type Round } from './round.js';
import { shuffled } from './sampling/shuffle.js';

export interface RoundsOptions extends VerdictOptions {
  readonly sampling: SamplingOptions;
  /** Rounds of every benchmark; at least 2. */
  readonly rounds: number;
  /** The maximum number of rounds of benchmarks with a wide spread. */
  readonly maxRounds: number;
  /** The relative slow-down that should be detectable; benchmarks get rounds until it is, up to `maxRounds`. */
  readonly targetDetectable: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Observes the rounds. Nothing is called while a batch runs. */
export interface RoundsObserver {
  onRound?(stage: Stage, round: number, benchmarks: number): void;
  onBenchmark?(id: string, number: number, total: number): void;
}

/** The benchmarks of a round: all, those with a wide spread, or those that seem to have regressed. */
export type Stage = 'all' | 'spread' | 'confirmation';

/** A benchmark that failed. */
export interface GateFailure {
  readonly id: string;
  readonly side: FailedSide;
  readonly message: string;
}

export interface RoundsResult {
  readonly verdicts: readonly BenchmarkVerdict[];
  readonly evidence: readonly Evidence[];
  readonly failures: readonly GateFailure[];
  /** Benchmarks whose regression was not confirmed by further rounds. */
  readonly unconfirmed: readonly string[];
  readonly wasInterrupted: boolean;
}

/** Measures the benchmarks `ids`, which both sides have, and decides their verdicts. */
export async function runRounds(
  ids: readonly string[],
  start: StartRunner,
  options: RoundsOptions,
  observer: RoundsObserver = {},
): Promise<RoundsResult> {
  const run = new RoundsRun(ids, start, options, observer);
  for (let round = 0; round < options.rounds; round++) await run.round('all', run.remaining());
  for (let round = options.rounds; round < options.maxRounds; round++) {
    const wide = run.remaining().filter((id) => run.isWide(id));
    if (wide.length === 0) break;
    await run.round('spread', wide);
  }
  return confirm(run, options);
}

/** Measures seeming regressions in separate rounds, then decides all verdicts from all rounds. */
async function confirm(run: RoundsRun, options: RoundsOptions): Promise<RoundsResult> {
  const first = decideVerdicts(run.evidence(), options);
  const suspects = first.filter(({ time }) => time === 'regressed').map(({ id }) => id);
  const before = new Map(suspects.map((id) => [id, run.roundsOf(id).length]));
  const confirmationRoundsOf = (id: string) => run.roundsOf(id).slice(before.get(id));
  let open = suspects;
  for (let round = 1; round <= options.maxRounds && open.length > 0; round++) {
    await run.round('confirmation', open);
    if (round < options.rounds) continue;
    open = open.filter((id) => isTooWide(confirmationRoundsOf(id), options.significanceLevel, options));
  }
  const confirmed = suspects.filter((id) => {
    const own = confirmationRoundsOf(id);
    return own.length >= 2 && isConfirmed(own, options);
  });
  const verdicts = decideVerdicts(run.evidence(), options).map((verdict) => withConfirmation(verdict, confirmed));
  return {
    verdicts,
    evidence: run.evidence(),
    failures: run.failures,
    unconfirmed: suspects.filter((id) => !confirmed.includes(id)),
    wasInterrupted: options.signal?.aborted ?? false,
  };
}

interface EvidenceRecord extends Evidence {
  readonly rounds: Round[];
  readonly baseMetrics: ExactMetrics[];
  readonly headMetrics: ExactMetrics[];
}

/** Whether the spread of `rounds` hides the target slow-down from a test at `level`. */
function isTooWide(rounds: readonly Round[], level: number, { threshold, targetDetectable }: RoundsOptions): boolean {
  if (rounds.length < 2) return false;
  const effect = effectOf(rounds.map(contrastOf));
  return smallestDetectable(effect, floorOf(effect, threshold), level) > targetDetectable;
}

/** A regression has to show twice, in separate rounds; one that only all rounds together show does not count. */
function withConfirmation(verdict: BenchmarkVerdict, confirmed: readonly string[]): BenchmarkVerdict {
  const unconfirmed = verdict.time === 'regressed' ? 'unchanged' : verdict.time;
  return { ...verdict, time: confirmed.includes(verdict.id) ? 'regressed' : unconfirmed };
}

/** The measurements so far, and the means to continue them. */
class RoundsRun {
  readonly failures: GateFailure[] = [];
  readonly #records: Map<string, EvidenceRecord>;
  readonly #start: StartRunner;
  readonly #options: RoundsOptions;
  readonly #observer: RoundsObserver;
  #rounds = 0;

  constructor(ids: readonly string[], start: StartRunner, options: RoundsOptions, observer: RoundsObserver) {
    this.#records = new Map(ids.map((id) => [id, { id, rounds: [], baseMetrics: [], headMetrics: [] }]));
    this.#start = start;
    this.#options = options;
    this.#observer = observer;
  }

  /** The benchmarks that have not failed. */
  remaining(): string[] {
    const failed = new Set(this.failures.map(({ id }) => id));
    return [...this.#records.keys()].filter((id) => !failed.has(id));
  }

  roundsOf(id: string): readonly Round[] {
    return this.#records.get(id)?.rounds ?? [];
  }

  /** The evidence on benchmarks that have at least two rounds and have not failed. */
  evidence(): Evidence[] {
    return this.remaining()
      .map((id) => this.#records.get(id) as EvidenceRecord)
      .filter(({ rounds }) => rounds.length >= 2);
  }

  /** Whether the spread so far hides the target slow-down, corrected for the number of benchmarks. */
  isWide(id: string): boolean {
    return isTooWide(this.roundsOf(id), this.#options.significanceLevel / this.remaining().length, this.#options);
  }

  /** Measures `ids` once, in three fresh processes and a new random order. */
  async round(stage: Stage, ids: readonly string[]): Promise<void> {
    if (this.#isAborted || ids.length === 0) return;
    this.#rounds += 1;
    this.#observer.onRound?.(stage, this.#rounds, ids.length);
    const random = seededBits(this.#options.seed, `gate: round ${this.#rounds}`);
    const processSet = new LazyProcessSet(this.#start);
    try {
      for (const [index, id] of shuffled(ids, random).entries()) {
        if (this.#isAborted) return;
        this.#observer.onBenchmark?.(id, index + 1, ids.length);
        await this.#measure(id, processSet, random);
      }
    } finally {
      await processSet.close();
    }
  }

  async #measure(id: string, processSet: LazyProcessSet, random: ReturnType<typeof seededBits>): Promise<void> {
    try {
      const processes = await processSet.open();
      const { round, baseMetrics, headMetrics } = await runInterleaved(id, processes, this.#options.sampling, random);
      const record = this.#records.get(id) as EvidenceRecord;
      record.rounds.push(round);
      record.baseMetrics.push(...baseMetrics);
      record.headMetrics.push(...headMetrics);
    } catch (error) {
      // The failure may have left the processes in any state: the next benchmark gets fresh ones.
      await processSet.close();
      if (!(error instanceof SideError)) throw error;
      if (!this.#isAborted) this.failures.push({ id, side: error.side, message: error.message });
    }
  }

  get #isAborted(): boolean {
    return this.#options.signal?.aborted ?? false;
  }
}

/** The three processes of a round, started on first use. */
class LazyProcessSet {
  readonly #start: StartRunner;
  #processes: Promise<ProcessSet> | undefined;

  constructor(start: StartRunner) {
    this.#start = start;
  }

  open(): Promise<ProcessSet> {
    this.#processes ??= this.#startAll();
    return this.#processes;
  }

  async close(): Promise<void> {
    const processes = await this.#processes?.catch(() => undefined);
    this.#processes = undefined;
    if (processes !== undefined) await Promise.all(Object.values(processes).map((runner) => runner.close()));
  }

  async #startAll(): Promise<ProcessSet> {
    const [base, control, head] = await Promise.all([this.#start('base'), this.#start('base'), this.#start('head')]);
    return { base, control, head };
  }
}
