// Process supervisor: attributes unhandled errors, hangs and exits of the process to the suite code that is running.
//
// Listens from the first suite on, and only in the program: a service that calls `runSuites` has its own listeners.
import { neverFinished, type Supervisor, type Undertaking } from '../../bench/process-guard.js';
import { messageOf } from '../../report/text/summary.js';
import { EXIT } from './exit-status.js';

// Taken at load, since measured code may replace it.
const { setImmediate } = globalThis;

/** The part of the process that is used. */
type Process = Pick<NodeJS.Process, 'on' | 'stderr'> & { exitCode?: number | string | null | undefined };

/** Attributes process events to the benchmark or suite file that is running. */
export class ProcessSupervisor implements Supervisor {
  readonly #process: Process;
  #isListening = false;
  #isDone = false;
  #hasLateError = false;
  #current: Undertaking | undefined;

  constructor(process: Process) {
    this.#process = process;
  }

  begin(undertaking: Undertaking): void {
    this.#current = undertaking;
    if (this.#isListening) return;
    this.#isListening = true;
    this.#process.on('unhandledRejection', (reason) => this.#onUncaught(reason));
    this.#process.on('uncaughtException', (error) => this.#onUncaught(error));
    this.#process.on('beforeExit', () => this.#onIdle());
    this.#process.on('exit', () => this.#onExit());
  }

  end(undertaking: Undertaking): void {
    if (this.#current === undertaking) this.#current = undefined;
  }

  /** Whether any suite has run, which may have left handles open. */
  get hasSupervised(): boolean {
    return this.#isListening;
  }

  /** Allows the process to exit from now on. @param status - The command's status. @returns The final status. */
  finish(status: number): number {
    this.#isDone = true;
    return status === EXIT.ok && this.#hasLateError ? EXIT.failed : status;
  }

  #onUncaught(error: unknown): void {
    if (this.#current !== undefined) return this.#current.fail(error);
    this.#printError(`a suite's code failed after its run: ${messageOf(error)}`);
    this.#hasLateError = true;
    if (this.#isDone) this.#process.exitCode ||= EXIT.failed;
  }

  #onIdle(): void {
    if (this.#current === undefined) return;
    // Node emits `beforeExit` again only after another turn of the event loop, and what runs next may hang as well.
    setImmediate(() => undefined);
    this.#current.abandon(neverFinished());
  }

  #onExit(): void {
    if (this.#isDone) return;
    const what = this.#current?.name ?? "a suite's code";
    this.#printError(`${what} ended the process: do not call process.exit in a suite`);
    this.#process.exitCode = EXIT.failed;
  }

  #printError(message: string): void {
    this.#process.stderr.write(`error: ${message}\n`);
  }
}
