/** How many of a kind of task run at once? */

/** Lets at most so many tasks run at once; the others wait their turn, in order. */
export class Gate {
  readonly #width: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param width - Tasks that may run at once, at least 1. */
  constructor(width: number) {
    this.#width = width;
  }

  /** Whether a task would have to wait now. */
  get isFull(): boolean {
    return this.#running >= this.#width;
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
