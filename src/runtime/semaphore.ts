// Semaphore: bounds how many tasks run at once.

/** Runs a limited number of tasks at once; the others wait in order. */
export class Semaphore {
  readonly #permits: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param permits - The number of tasks that may run at once, at least 1. */
  constructor(permits: number) {
    this.#permits = permits;
  }

  /** Whether a new task would have to wait. */
  get isFull(): boolean {
    return this.#running >= this.#permits;
  }

  /** Runs `task` as soon as there is room, and settles as it does. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.isFull) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
