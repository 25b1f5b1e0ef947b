// Child process of the gate: a runner that sends requests to a `bench worker` process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import type { WorkerResponse, WorkerRequest } from './message.js';
import { type Runner, RunnerError } from './runner.js';

export interface RunnerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

const MAX_STDERR_CHARACTERS = 2_000;
const END_MS = 2_000;

/** Child processes that have not ended yet. */
const RUNNING = new Set<ChildProcess>();

/** Kills all child processes, including those that a benchmark keeps busy. */
export function killRunners(): void {
  for (const child of RUNNING) child.kill('SIGKILL');
}

/** Starts a process that runs `serve`. */
export function startRunner({ program, args, directory, env }: RunnerCommand): Runner {
  const child = spawn(program, [...args], {
    cwd: directory,
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  return new ChildRunner(child);
}

class ChildRunner implements Runner {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #stderrTail = '';
  #waiting:
    | { readonly resolve: (response: WorkerResponse) => void; readonly reject: (error: Error) => void }
    | undefined;
  #end: RunnerError | undefined;

  constructor(process: ChildProcess) {
    this.#process = process;
    RUNNING.add(process);
    process.once('exit', () => RUNNING.delete(process)).once('error', () => RUNNING.delete(process));
    process.once('disconnect', () => this.#lose('the process closed its channel'));
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderrTail = (this.#stderrTail + text).slice(-MAX_STDERR_CHARACTERS);
    });
    process.on('message', (response) => this.#settle(response as WorkerResponse));
    this.#ended = this.#watch();
  }

  async list(): ReturnType<Runner['list']> {
    return this.#ask({ kind: 'list' }, 'listed');
  }

  async prepare(id: string, warmUpNs: number): Promise<number> {
    return (await this.#ask({ kind: 'prepare', id, warmUpNs }, 'prepared')).meanNs;
  }

  async run(iterations: number): Promise<number> {
    return (await this.#ask({ kind: 'run', iterations }, 'ran')).elapsedNs;
  }

  async finish(): ReturnType<Runner['finish']> {
    return (await this.#ask({ kind: 'finish' }, 'finished')).metrics;
  }

  async close(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    // Handles that a benchmark left open may keep the process alive.
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), END_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  async #ask<Kind extends WorkerResponse['kind']>(
    request: WorkerRequest,
    kind: Kind,
  ): Promise<Extract<WorkerResponse, { kind: Kind }>> {
    if (this.#end !== undefined) throw this.#end;
    const response = await new Promise<WorkerResponse>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#process.send(request, (error) => error && this.#lose(error.message));
    });
    if (response.kind === 'failed') throw new RunnerError(response.message, { hasEnded: false });
    if (response.kind === kind) return response as Extract<WorkerResponse, { kind: Kind }>;
    throw new RunnerError(`the process answered '${response.kind}', not '${kind}'`, { hasEnded: false });
  }

  /** Waits for the exit of the process and the end of its standard error; after a disconnect there is no `close` event. */
  async #watch(): Promise<void> {
    const stderrClosed = once(this.#process.stderr ?? this.#process, 'close');
    try {
      const [code, signal] = (await once(this.#process, 'exit')) as [number | null, NodeJS.Signals | null];
      await stderrClosed;
      const how = signal === null ? `exited with status ${code}` : `was ended by ${signal}`;
      this.#fail(new RunnerError(`the process ${how}${this.#errorLine()}`, { hasEnded: true }));
    } catch (cause) {
      const { message } = cause as Error;
      this.#fail(new RunnerError(`the process could not be started: ${message}`, { hasEnded: true, cause }));
    }
  }

  /** Fails after a delay: the process has most likely ended, and its exit is the better message. */
  #lose(message: string): void {
    const timer = setTimeout(() => this.#fail(new RunnerError(message, { hasEnded: true })), END_MS);
    void this.#ended.then(() => clearTimeout(timer));
  }

  #settle(response: WorkerResponse): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(response);
  }

  #fail(error: RunnerError): void {
    this.#end ??= error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#end);
  }

  #errorLine(): string {
    const lines = this.#stderrTail.trim().split('\n');
    const line = lines.find((line) => /^(?:\w+ )?\w*error\b[^:]*:/i.test(line)) ?? lines.at(-1);
    return line ? `: ${line.trim()}` : '';
  }
}
