// Sandbox for an agent's tools: untrusted core modules that reach only the capabilities they were granted.
import { Engine, KiB, MiB } from 'airssys-wasm';

/**
 * @typedef {import('airssys-wasm').Memory} Memory
 *
 * @callback Capability A capability that a tool can be granted.
 * @param {() => Memory} memory Returns the memory of the calling tool.
 * @returns {Readonly<Record<string, import('airssys-wasm').HostFunction>>} Its host functions.
 *
 * @typedef {{ module: import('airssys-wasm').Module, grants: readonly string[] }} Tool
 *
 * @typedef {object} Answer The result of one call of a tool, and its cost.
 * @property {string} text
 * @property {bigint} fuelConsumed
 */

const LIMITS = { memoryBytes: MiB, fuel: 10_000_000, timeoutMs: 2_000 };
const MAX_TEXT_BYTES = 16 * KiB;

/** Tools by name, each with the capabilities it was granted. */
export class Sandbox {
  #engine = new Engine();
  #capabilities;
  /** @type {Map<string, Tool>} */
  #tools = new Map();

  /** @param {Readonly<Record<string, Capability>>} capabilities All capabilities that a tool can be granted, by name. */
  constructor(capabilities) {
    this.#capabilities = capabilities;
  }

  /**
   * Adds a tool.
   *
   * @param {string} name
   * @param {URL} source
   * @param {readonly string[]} grants The names of its capabilities.
   */
  async register(name, source, grants = []) {
    this.#tools.set(name, { module: await this.#engine.compileModule(source), grants });
  }

  /**
   * Runs a tool on a text, in a fresh instance.
   *
   * @param {string} name
   * @param {string} question
   * @param {AbortSignal} signal Aborts the call.
   * @returns {Promise<Answer>}
   * @throws WasmError; `LINK` if the tool imports a capability it was not granted.
   */
  async call(name, question, signal) {
    const tool = this.#tools.get(name);
    if (!tool) throw new RangeError(`there is no tool '${name}'`);
    /** @returns {Memory} */
    const memory = () => guest.exports['memory'];
    const guest = await tool.module.instantiate({ limits: LIMITS, imports: this.#imports(tool, memory) });
    try {
      const { value, fuelConsumed } = await guest.measure('run', [putText(memory(), question)], { signal });
      return { text: textAt(memory(), Number(value)), fuelConsumed };
    } finally {
      await guest.dispose();
    }
  }

  /**
   * @param {Tool} tool
   * @param {() => Memory} memory
   * @returns {import('airssys-wasm').Imports} The host functions of the tool's capabilities.
   */
  #imports({ grants }, memory) {
    return Object.fromEntries(grants.map((grant) => [grant, this.#capabilities[grant]?.(memory) ?? {}]));
  }
}

/**
 * Reads the text at the start of a memory. The tool supplied the length, so it is checked.
 *
 * @param {Memory} memory
 * @param {number} length Its length in bytes.
 */
export function textAt(memory, length) {
  if (length < 0 || length > MAX_TEXT_BYTES) throw new RangeError(`a tool returned a text of ${length} bytes`);
  return Buffer.from(memory.read(0, length)).toString();
}

/**
 * Writes a text to the start of a memory.
 *
 * @param {Memory} memory
 * @param {string} text
 * @returns Its length in bytes.
 */
export function putText(memory, text) {
  const bytes = Buffer.from(text).subarray(0, MAX_TEXT_BYTES);
  memory.write(0, bytes);
  return bytes.length;
}
