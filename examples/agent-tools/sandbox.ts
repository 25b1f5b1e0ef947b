// How does an agent run tools that nobody has read, and what do they reach?
import { Engine, type HostFunction, type Imports, KiB, type Memory, MiB, type Module } from 'airssys-wasm';

/** What a tool may be granted: host functions that work on the calling tool's memory. */
export type Capability = (memory: () => Memory) => Readonly<Record<string, HostFunction>>;

/** What one call of a tool gave, and what it cost. */
export interface Answer {
  readonly text: string;
  readonly fuelConsumed: bigint;
}

interface Tool {
  readonly module: Module;
  readonly grants: readonly string[];
}

interface Guest {
  readonly memory: Memory;
  run(length: number): number;
}

const LIMITS = { memoryBytes: MiB, fuel: 10_000_000, timeoutMs: 2_000 };
const LONGEST_TEXT = 16 * KiB;

/** Tools by name, each with the capabilities that it was granted. */
export class Sandbox {
  readonly #engine = new Engine();
  readonly #capabilities: Readonly<Record<string, Capability>>;
  readonly #tools = new Map<string, Tool>();

  /** @param capabilities - All that any tool may be granted, by name. */
  constructor(capabilities: Readonly<Record<string, Capability>>) {
    this.#capabilities = capabilities;
  }

  /**
   * Adds a tool.
   *
   * @param grants - The names of its capabilities.
   */
  async register(name: string, source: URL, grants: readonly string[] = []): Promise<void> {
    this.#tools.set(name, { module: await this.#engine.compileModule(source), grants });
  }

  /**
   * Runs a tool on a text, in an instance of its own.
   *
   * @param signal - Ends the tool, also where it never would.
   * @throws WasmError; `LINK` where the tool imports what it was not granted.
   */
  async call(name: string, question: string, signal: AbortSignal): Promise<Answer> {
    const tool = this.#tools.get(name);
    if (!tool) throw new RangeError(`there is no tool '${name}'`);
    const memory = (): Memory => guest.exports.memory;
    const guest = await tool.module.instantiate<Guest>({ limits: LIMITS, imports: this.#imports(tool, memory) });
    try {
      const bytes = Buffer.from(question).subarray(0, LONGEST_TEXT);
      memory().write(0, bytes);
      const { value, fuelConsumed } = await guest.measure('run', [bytes.length], { signal });
      return { text: textAt(memory(), value), fuelConsumed };
    } finally {
      await guest.dispose();
    }
  }

  #imports({ grants }: Tool, memory: () => Memory): Imports {
    return Object.fromEntries(grants.map((grant) => [grant, this.#capabilities[grant]?.(memory) ?? {}]));
  }
}

/** The text of so many bytes at the beginning of a memory. What a tool says of its length is checked. */
export function textAt(memory: Memory, length: number): string {
  if (length < 0 || length > LONGEST_TEXT) throw new RangeError(`a tool gave a text of ${length} bytes`);
  return Buffer.from(memory.read(0, length)).toString();
}

/** Puts a text at the beginning of a memory. @returns Its length in bytes. */
export function putText(memory: Memory, text: string): number {
  const bytes = Buffer.from(text).subarray(0, LONGEST_TEXT);
  memory.write(0, bytes);
  return bytes.length;
}
