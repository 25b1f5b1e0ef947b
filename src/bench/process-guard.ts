// Process guard: attributes unhandled rejections, late exceptions and hangs to the code that is running.
//
// Such failures never reach the caller of that code, only the process. A supervisor listens on the process; it knows
// the running task and reports failures to it:
//
//   begin ─→ work, batch by batch ─→ one turn of the event loop ─→ end
//              └ fail(error) ─→ no further batch begins; the current one is abandoned after a grace period
//              └ abandon(error) ─→ abandoned at once, because nothing is left that could finish it
import { setImmediate } from 'node:timers/promises';

import { BenchError } from './errors.js';

/** User code that is running, as its supervisor sees it. */
export interface SupervisedTask {
  /** Its name in messages: `benchmark parse/json`, or a suite file. */
  readonly name: string;
  /** Stops it after the current batch. @param error - The uncaught exception or unhandled rejection of its code. */
  fail(error: unknown): void;
  /** Abandons it at once, because it would never finish. @param error - Its failure. */
  abandon(error: unknown): void;
}

/** Listens on the process while user code is running. Runs inside a service have no supervisor. */
export interface Supervisor {
  /** Attributes failures to `task` from now on. */
  begin(task: SupervisedTask): void;
  /** Stops attributing failures to `task`. */
  end(task: SupervisedTask): void;
}

/** Lets running work be stopped from outside. */
export interface ProcessGuard {
  /** Aborted by an interruption or a failure. */
  readonly signal: AbortSignal | undefined;
  /** Settles as `promise` does, or rejects when the work is abandoned. */
  wait<T>(promise: T | Promise<T>): Promise<T>;
}

/** The supervisor and the abort signal of some work. */
export interface Supervision {
  /** Default: no supervisor. */
  readonly supervisor?: Supervisor | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Time that a failed task gets to finish its current batch before it is abandoned. */
const GRACE_MS = 5_000;

// Measured code may replace these globals.
const { setTimeout, clearTimeout } = globalThis;

/**
 * Runs `work` under supervision.
 *
 * @param name - The task's name in messages.
 * @throws Whatever `work` throws, or the failure that the supervisor reported meanwhile.
 */
export async function supervised<T>(
  name: string,
  { supervisor, signal }: Supervision,
  work: (guard: ProcessGuard) => Promise<T>,
): Promise<T> {
  if (supervisor === undefined) return work({ signal, wait: async (promise) => promise });
  const task = new GuardedTask(name, signal);
  supervisor.begin(task);
  try {
    const result = await work(task);
    await setImmediate(); // Node reports unhandled rejections only when the event loop turns
    task.throwIfFailed();
    return result;
  } catch (error) {
    if (isInterruption(error)) task.throwIfFailed();
    throw error;
  } finally {
    task.clearGraceTimer();
    supervisor.end(task);
  }
}

/** Returns the error of code that waits while nothing is pending. */
export function neverFinished(): BenchError {
  return new BenchError(
    'NEVER_FINISHED',
    'never finished: it waits, and nothing is pending that could wake it: settle every promise, and do not replace timers',
  );
}

class GuardedTask implements SupervisedTask, ProcessGuard {
  readonly name: string;
  readonly signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #abandoned: Promise<never>;
  #rejectAbandoned: (error: unknown) => void = () => undefined;
  #failure: { readonly error: unknown } | undefined;
  #graceTimer: NodeJS.Timeout | undefined;

  constructor(name: string, signal: AbortSignal | undefined) {
    this.name = name;
    this.signal = AbortSignal.any([this.#stop.signal, ...(signal === undefined ? [] : [signal])]);
    this.#abandoned = new Promise<never>((_, reject) => {
      this.#rejectAbandoned = reject;
    });
    this.#abandoned.catch(() => undefined); // callers of `wait` receive it
  }

  async wait<T>(promise: T | Promise<T>): Promise<T> {
    return Promise.race([promise, this.#abandoned]);
  }

  fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#stop.abort();
    // Unreferenced: if nothing else is pending, the supervisor abandons the task at once.
    this.#graceTimer = setTimeout(() => this.#rejectAbandoned(error), GRACE_MS).unref();
  }

  abandon(error: unknown): void {
    this.#failure ??= { error };
    this.#stop.abort();
    this.#rejectAbandoned(this.#failure.error);
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  clearGraceTimer(): void {
    clearTimeout(this.#graceTimer);
  }
}

function isInterruption(error: unknown): boolean {
  return error instanceof BenchError && error.code === 'INTERRUPTED';
}
