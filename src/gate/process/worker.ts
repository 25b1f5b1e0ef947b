// What does a process do that runs benchmarks for the gate?
import { type Batch, type BenchmarkDefinition, benchmarkId } from '../../bench/suite/definition.js';
import type { Clock } from '../../bench/sampling/clock.js';
import type { Environment } from '../../bench/machine/environment.js';
import { checkMetrics } from '../../bench/exact-metrics.js';
import { runBatch } from '../../bench/sampling/sample.js';
import { neverFinished } from '../../bench/process-guard.js';
import { textOf } from '../../bench/error-text.js';
import { warmUp } from '../../bench/sampling/warm-up.js';
import { type Answer, type Question, readQuestion } from './message.js';
import type { RunDelay } from './run-delay.js';

/** The end of a channel to the gate; `process` is one where the gate started it. */
export interface Channel {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
  /** When nothing is left that the event loop could wait for. */
  on(event: 'beforeExit', listener: () => void): unknown;
  off(event: 'beforeExit', listener: () => void): unknown;
  /** What keeps the event loop waiting for messages. */
  readonly channel?: { ref(): void; unref(): void } | null | undefined;
  send?(message: Answer): unknown;
}

export interface WorkerOptions {
  readonly benchmarks: readonly BenchmarkDefinition[];
  readonly environment: () => Promise<Environment>;
  readonly clock: Clock;
  /** Where the system tells. */
  readonly runDelay?: RunDelay | undefined;
}

/** A batch that hardly ran at all says nothing; no share of it may make its time nothing. */
const MOST_DELAY = 0.99;

/** Answers the gate's questions one after another. @returns When the gate has gone. */
export async function serve(channel: Channel, options: WorkerOptions): Promise<void> {
  const answering = new Answering(options);
  await new Promise<void>((resolve) => {
    let last = Promise.resolve();
    channel.on('message', (message) => {
      const question = readQuestion(message);
      const answer = () => unlessNeverFinished(channel, () => answering.answer(question));
      last = last.then(async () => void channel.send?.(await answer()));
    });
    channel.on('disconnect', resolve);
  });
  await answering.dispose();
}

/** A promise that nothing can settle any more is answered for, else the gate would wait for ever. */
async function unlessNeverFinished(channel: Channel, answer: () => Promise<Answer>): Promise<Answer> {
  let giveUp = (): void => undefined;
  const never = new Promise<Answer>((resolve) => {
    giveUp = () => resolve({ kind: 'failed', message: neverFinished().message });
  });
  channel.on('beforeExit', giveUp);
  channel.channel?.unref();
  try {
    return await Promise.race([answer(), never]);
  } finally {
    channel.channel?.ref();
    channel.off('beforeExit', giveUp);
  }
}

class Answering {
  readonly #options: WorkerOptions;
  #batch: Batch | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  async answer(question: Question | undefined): Promise<Answer> {
    try {
      if (question === undefined) throw new Error('the question is none that this version knows');
      return await this.#reply(question);
    } catch (error) {
      await this.dispose();
      return { kind: 'failed', message: textOf(error) };
    }
  }

  async dispose(): Promise<void> {
    const batch = this.#batch;
    this.#batch = undefined;
    await Promise.resolve(batch?.dispose?.()).catch(() => undefined);
  }

  async #reply(question: Question): Promise<Answer> {
    switch (question.kind) {
      case 'list':
        return this.#list();
      case 'prepare':
        return this.#prepare(question.id, question.warmUpNs);
      case 'run':
        return { kind: 'ran', elapsedNs: await this.#run(question.iterations) };
      case 'finish':
        return this.#finish();
    }
  }

  async #list(): Promise<Answer> {
    const benchmarks = this.#options.benchmarks.map((benchmark) => {
      return { id: benchmarkId(benchmark), settings: { ...benchmark.settings } };
    });
    return { kind: 'listed', benchmarks, environment: await this.#options.environment() };
  }

  async #prepare(id: string, warmUpNs: number): Promise<Answer> {
    await this.dispose();
    const benchmark = this.#options.benchmarks.find((one) => benchmarkId(one) === id);
    if (benchmark === undefined) throw new Error(`there is no benchmark '${id}'`);
    this.#batch = await benchmark.setup();
    const { meanNs } = await warmUp(this.#batch, { targetNs: warmUpNs, clock: this.#options.clock });
    return { kind: 'prepared', meanNs };
  }

  /** The time of a batch, less the share of it for which others had the processor: the machine's doing, not the code's. */
  async #run(iterations: number): Promise<number> {
    const { clock, runDelay } = this.#options;
    if (runDelay === undefined) return runBatch(this.#prepared(), iterations);
    const [startedNs, delayedNs] = [clock(), runDelay()];
    const elapsedNs = await runBatch(this.#prepared(), iterations);
    const share = (runDelay() - delayedNs) / (clock() - startedNs);
    return elapsedNs * (1 - Math.min(MOST_DELAY, Math.max(0, share)));
  }

  async #finish(): Promise<Answer> {
    const metrics = { ...checkMetrics(await this.#prepared().metrics?.()) };
    await this.dispose();
    return { kind: 'finished', metrics };
  }

  #prepared(): Batch {
    if (this.#batch === undefined) throw new Error('no benchmark is prepared');
    return this.#batch;
  }
}
