// How does the gate begin a process, and talk with it?
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import type { Answer, Question } from './message.js';
import { type Participant, ParticipantError } from './runner.js';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

const KEPT_CHARACTERS = 2_000;
const END_MS = 2_000;

/** Those that have not ended yet. */
const RUNNING = new Set<ChildProcess>();

/** Ends all processes at once, also those that a benchmark keeps busy. */
export function endChildren(): void {
  for (const child of RUNNING) child.kill('SIGKILL');
}

/** Begins a process that runs `serve`. */
export function startChild({ program, args, directory, env }: Command): Participant {
  const child = spawn(program, [...args], {
    cwd: directory,
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  return new Child(child);
}

class Child implements Participant {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #complaints = '';
  #waiting: { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void } | undefined;
  #end: ParticipantError | undefined;

  constructor(process: ChildProcess) {
    this.#process = process;
    RUNNING.add(process);
    process.once('exit', () => RUNNING.delete(process)).once('error', () => RUNNING.delete(process));
    process.once('disconnect', () => this.#lose('the process closed its channel'));
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-KEPT_CHARACTERS);
    });
    process.on('message', (answer) => this.#settle(answer as Answer));
    this.#ended = this.#watch();
  }

  async list(): ReturnType<Participant['list']> {
    return this.#ask({ kind: 'list' }, 'listed');
  }

  async prepare(id: string, warmUpNs: number): Promise<number> {
    return (await this.#ask({ kind: 'prepare', id, warmUpNs }, 'prepared')).meanNs;
  }

  async run(iterations: number): Promise<number> {
    return (await this.#ask({ kind: 'run', iterations }, 'ran')).elapsedNs;
  }

  async finish(): ReturnType<Participant['finish']> {
    return (await this.#ask({ kind: 'finish' }, 'finished')).metrics;
  }

  async close(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    // What a benchmark left behind may keep the process alive.
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), END_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  async #ask<Kind extends Answer['kind']>(question: Question, kind: Kind): Promise<Extract<Answer, { kind: Kind }>> {
    if (this.#end !== undefined) throw this.#end;
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#process.send(question, (error) => error && this.#lose(error.message));
    });
    if (answer.kind === 'failed') throw new ParticipantError(answer.message, { hasEnded: false });
    if (answer.kind === kind) return answer as Extract<Answer, { kind: Kind }>;
    throw new ParticipantError(`the process answered '${answer.kind}', not '${kind}'`, { hasEnded: false });
  }

  /** Waits for the end of the process, and of what it complains; its event `close` does not come after a disconnect. */
  async #watch(): Promise<void> {
    const complained = once(this.#process.stderr ?? this.#process, 'close');
    try {
      const [code, signal] = (await once(this.#process, 'exit')) as [number | null, NodeJS.Signals | null];
      await complained;
      const how = signal === null ? `exited with status ${code}` : `was ended by ${signal}`;
      this.#fail(new ParticipantError(`the process ${how}${this.#lastWords()}`, { hasEnded: true }));
    } catch (cause) {
      const { message } = cause as Error;
      this.#fail(new ParticipantError(`the process could not be started: ${message}`, { hasEnded: true, cause }));
    }
  }

  /** Who cannot be talked with has ended, most likely: that says more, and comes soon. */
  #lose(message: string): void {
    const timer = setTimeout(() => this.#fail(new ParticipantError(message, { hasEnded: true })), END_MS);
    void this.#ended.then(() => clearTimeout(timer));
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(answer);
  }

  #fail(error: ParticipantError): void {
    this.#end ??= error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#end);
  }

  #lastWords(): string {
    const lines = this.#complaints.trim().split('\n');
    const word = lines.find((line) => /^(?:\w+ )?\w*error\b[^:]*:/i.test(line)) ?? lines.at(-1);
    return word ? `: ${word.trim()}` : '';
  }
}
