// Worker: the part of a gate's process that runs benchmarks and answers requests.
import { type Routine, type BenchmarkDefinition, benchmarkId } from '../../bench/suite/definition.js';
import type { Clock } from '../../bench/timing/clock.js';
import type { Environment } from '../../bench/machine/environment.js';
import { validateMetrics } from '../../bench/exact-metrics.js';
import { runBatch } from '../../bench/sampling/sample.js';
import { neverFinished } from '../../bench/process-guard.js';
import { errorText } from '../../bench/error-text.js';
import { warmUp } from '../../bench/sampling/warm-up.js';
import { type WorkerResponse, type WorkerRequest, parseRequest } from './message.js';
import type { RunDelay } from './run-delay.js';

/** The worker's end of the channel to the gate; `process`, if the gate started this process. */
export interface Channel {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
  /** Emitted when the event loop has nothing left to wait for. */
  on(event: 'beforeExit', listener: () => void): unknown;
  off(event: 'beforeExit', listener: () => void): unknown;
  /** The handle that keeps the event loop alive for messages. */
  readonly channel?: { ref(): void; unref(): void } | null | undefined;
  send?(message: WorkerResponse): unknown;
}

export interface WorkerOptions {
  readonly benchmarks: readonly BenchmarkDefinition[];
  readonly environment: () => Promise<Environment>;
  readonly clock: Clock;
  /** `undefined`: not reported by the system, or wall time is requested. */
  readonly runDelay?: RunDelay | undefined;
}

/** The maximum share of a batch that is subtracted as run delay, so that a time stays above zero. */
const MAX_DELAY_SHARE = 0.99;

/** Answers requests one after another until the gate disconnects. */
export async function serve(channel: Channel, options: WorkerOptions): Promise<void> {
  const handler = new RequestHandler(options);
  await new Promise<void>((resolve) => {
    let last = Promise.resolve();
    channel.on('message', (message) => {
      const request = parseRequest(message);
      const respond = () => orNeverFinished(channel, () => handler.handle(request));
      last = last.then(async () => void channel.send?.(await respond()));
    });
    channel.on('disconnect', resolve);
  });
  await handler.dispose();
}

/** The response to a request, or a failure once nothing is left that could settle it: otherwise the gate would hang. */
async function orNeverFinished(channel: Channel, respond: () => Promise<WorkerResponse>): Promise<WorkerResponse> {
  let giveUp = (): void => undefined;
  const never = new Promise<WorkerResponse>((resolve) => {
    giveUp = () => resolve({ kind: 'failed', message: neverFinished().message });
  });
  channel.on('beforeExit', giveUp);
  channel.channel?.unref();
  try {
    return await Promise.race([respond(), never]);
  } finally {
    channel.channel?.ref();
    channel.off('beforeExit', giveUp);
  }
}

class RequestHandler {
  readonly #options: WorkerOptions;
  #routine: Routine | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  async handle(request: WorkerRequest | undefined): Promise<WorkerResponse> {
    try {
      if (request === undefined) throw new Error('this version does not know the request');
      return await this.#respond(request);
    } catch (error) {
      await this.dispose();
      return { kind: 'failed', message: errorText(error) };
    }
  }

  async dispose(): Promise<void> {
    const routine = this.#routine;
    this.#routine = undefined;
    await Promise.resolve(routine?.dispose?.()).catch(() => undefined);
  }

  async #respond(request: WorkerRequest): Promise<WorkerResponse> {
    switch (request.kind) {
      case 'list':
        return this.#list();
      case 'prepare':
        return this.#prepare(request.id, request.warmUpNs);
      case 'run':
        return { kind: 'ran', elapsedNs: await this.#run(request.iterations) };
      case 'finish':
        return this.#finish();
    }
  }

  async #list(): Promise<WorkerResponse> {
    const benchmarks = this.#options.benchmarks.map((benchmark) => {
      return { id: benchmarkId(benchmark), settings: { ...benchmark.settings } };
    });
    return { kind: 'listed', benchmarks, environment: await this.#options.environment() };
  }

  async #prepare(id: string, warmUpNs: number): Promise<WorkerResponse> {
    await this.dispose();
    const benchmark = this.#options.benchmarks.find((one) => benchmarkId(one) === id);
    if (benchmark === undefined) throw new Error(`there is no benchmark '${id}'`);
    this.#routine = await benchmark.setup();
    const { meanNs } = await warmUp(this.#routine, { targetNs: warmUpNs, clock: this.#options.clock });
    return { kind: 'prepared', meanNs };
  }

  /** The time of a batch, less the share for which the thread waited for a processor, which is not the code's cost. */
  async #run(iterations: number): Promise<number> {
    const { clock, runDelay } = this.#options;
    if (runDelay === undefined) return runBatch(this.#prepared(), iterations);
    const [startedNs, delayedNs] = [clock(), runDelay()];
    const elapsedNs = await runBatch(this.#prepared(), iterations);
    const share = (runDelay() - delayedNs) / (clock() - startedNs);
    return elapsedNs * (1 - Math.min(MAX_DELAY_SHARE, Math.max(0, share)));
  }

  async #finish(): Promise<WorkerResponse> {
    const metrics = { ...validateMetrics(await this.#prepared().metrics?.()) };
    await this.dispose();
    return { kind: 'finished', metrics };
  }

  #prepared(): Routine {
    if (this.#routine === undefined) throw new Error('no benchmark is prepared');
    return this.#routine;
  }
}
