// How does a benchmark fail by what its code does behind the back of whoever called it: an error later, or no end at all?
//
// Nothing of that reaches the caller, but it reaches the process. A supervisor, which listens there, is told what is under
// way, and tells it of its fault:
//
//   begin ─→ work, batch by batch ─→ a turn of the event loop ─→ end
//              └ fail(error) ─→ the next batch is not begun; what does not come to its end in time is left behind
//              └ abandon(error) ─→ left behind at once: nothing is left that could bring it to its end
import { setImmediate } from 'node:timers/promises';

import { BenchError } from './errors.js';

/** Somebody's code that is under way. */
export interface Undertaking {
  /** As it stands in a message: `benchmark parse/json`, or a suite file. */
  readonly name: string;
  /** Ends it after the current batch. @param error - What its code threw where nobody could catch it. */
  fail(error: unknown): void;
  /** Ends it at once, because it never will. */
  abandon(error: unknown): void;
}

/** Who listens on the process while somebody's code is under way. Runs inside of a service have none. */
export interface Supervisor {
  begin(undertaking: Undertaking): void;
  end(undertaking: Undertaking): void;
}

/** What the work under way uses to be ended from outside. */
export interface Guard {
  /** Aborted by an interruption, or a fault. */
  readonly signal: AbortSignal | undefined;
  /** What `promise` settles to, unless it is left behind before. */
  wait<T>(promise: T | Promise<T>): Promise<T>;
}

/** What is supervised, and by whom. */
export interface Supervision {
  /** Default: nobody. */
  readonly supervisor?: Supervisor | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A batch may take its time; beyond it, what has failed is left behind. */
const GRACE_MS = 5_000;

// Measured code may replace them.
const { setTimeout, clearTimeout } = globalThis;

/**
 * Does `work`, and fails by its fault where it has one.
 *
 * @param name - Of the undertaking.
 * @throws Whatever `work` throws, or what the supervisor was told meanwhile.
 */
export async function supervised<T>(
  name: string,
  { supervisor, signal }: Supervision,
  work: (guard: Guard) => Promise<T>,
): Promise<T> {
  if (supervisor === undefined) return work({ signal, wait: async (promise) => promise });
  const task = new Task(name, signal);
  supervisor.begin(task);
  try {
    const result = await work(task);
    await setImmediate(); // Node tells of a promise's rejection only where the event loop turns
    task.check();
    return result;
  } catch (error) {
    if (isInterruption(error)) task.check();
    throw error;
  } finally {
    task.end();
    supervisor.end(task);
  }
}

/** The error of code for which nothing is left to wait. */
export function neverFinished(): BenchError {
  return new BenchError(
    'NEVER_FINISHED',
    'never finished: it waits, and nothing is left that could wake it: settle every promise, and leave timers as Node has them',
  );
}

class Task implements Undertaking, Guard {
  readonly name: string;
  readonly signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #left: Promise<never>;
  #leave: (error: unknown) => void = () => undefined;
  #fault: { readonly error: unknown } | undefined;
  #grace: NodeJS.Timeout | undefined;

  constructor(name: string, signal: AbortSignal | undefined) {
    this.name = name;
    this.signal = AbortSignal.any([this.#stop.signal, ...(signal === undefined ? [] : [signal])]);
    this.#left = new Promise<never>((_, reject) => {
      this.#leave = reject;
    });
    this.#left.catch(() => undefined); // whoever waits hears of it
  }

  async wait<T>(promise: T | Promise<T>): Promise<T> {
    return Promise.race([promise, this.#left]);
  }

  fail(error: unknown): void {
    if (this.#fault !== undefined) return;
    this.#fault = { error };
    this.#stop.abort();
    this.#grace = setTimeout(() => this.#leave(error), GRACE_MS).unref(); // where nothing else is left, it is abandoned at once
  }

  abandon(error: unknown): void {
    this.#fault ??= { error };
    this.#stop.abort();
    this.#leave(this.#fault.error);
  }

  check(): void {
    if (this.#fault !== undefined) throw this.#fault.error;
  }

  end(): void {
    clearTimeout(this.#grace);
  }
}

function isInterruption(error: unknown): boolean {
  return error instanceof BenchError && error.code === 'INTERRUPTED';
}
