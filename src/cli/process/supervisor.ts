// What becomes of what a suite's code does to the whole process: it ends it, or throws where nobody can catch it?
//
// Listens from the first suite on, and only here: a service that runs suites by `runSuites` has listeners of its own.
import { neverFinished, type Supervisor, type Undertaking } from '../../bench/process-guard.js';
import { messageOf } from '../../report/text/summary.js';
import { EXIT } from './exit-status.js';

// Measured code may replace it.
const { setImmediate } = globalThis;

/** What of the process is listened on. */
type Process = Pick<NodeJS.Process, 'on' | 'stderr'> & { exitCode?: number | string | null | undefined };

/** Attributes what happens to the process to the benchmark, or the suite file, that is under way. */
export class ProcessSupervisor implements Supervisor {
  readonly #process: Process;
  #isListening = false;
  #isDone = false;
  #hasStrayed = false;
  #current: Undertaking | undefined;

  constructor(process: Process) {
    this.#process = process;
  }

  begin(undertaking: Undertaking): void {
    this.#current = undertaking;
    if (this.#isListening) return;
    this.#isListening = true;
    this.#process.on('unhandledRejection', (reason) => this.#onStray(reason));
    this.#process.on('uncaughtException', (error) => this.#onStray(error));
    this.#process.on('beforeExit', () => this.#onIdle());
    this.#process.on('exit', () => this.#onExit());
  }

  end(undertaking: Undertaking): void {
    if (this.#current === undertaking) this.#current = undefined;
  }

  /** Whether suites were there, which may have left something behind. */
  get hasSupervised(): boolean {
    return this.#isListening;
  }

  /** From now on the process may end. @returns The status to end with, where the command's own is `status`. */
  finish(status: number): number {
    this.#isDone = true;
    return status === EXIT.ok && this.#hasStrayed ? EXIT.failed : status;
  }

  #onStray(error: unknown): void {
    if (this.#current !== undefined) return this.#current.fail(error);
    this.#complain(`a suite's code failed after it was done with: ${messageOf(error)}`);
    this.#hasStrayed = true;
    if (this.#isDone) this.#process.exitCode ||= EXIT.failed;
  }

  #onIdle(): void {
    if (this.#current === undefined) return;
    // Node asks once, unless the event loop has turned again: what goes on now may wait for ever as well.
    setImmediate(() => undefined);
    this.#current.abandon(neverFinished());
  }

  #onExit(): void {
    if (this.#isDone) return;
    const what = this.#current?.name ?? "a suite's code";
    this.#complain(`${what} ended the process: leave process.exit to the command`);
    this.#process.exitCode = EXIT.failed;
  }

  #complain(message: string): void {
    this.#process.stderr.write(`error: ${message}\n`);
  }
}
