// Tenants: their plans, and their functions, compiled on first use.
import { existsSync } from 'node:fs';

import { Engine, MiB } from 'airssys-wasm';

/**
 * What a tenant pays for.
 *
 * @typedef {object} Plan
 * @property {import('airssys-wasm').Limits} limits
 * @property {number} concurrency Requests at the same time; the server rejects further ones.
 */

/** @type {Plan} */
const FREE = { limits: { memoryBytes: MiB, fuel: 100_000, timeoutMs: 100 }, concurrency: 4 };
/** @type {Plan} */
const PAID = { limits: { memoryBytes: 64 * MiB, fuel: 'unlimited', timeoutMs: 1_000 }, concurrency: 4 };

/** The functions of one tenant. They are compiled on first use and run under the tenant's plan. */
export class Tenant {
  #directory;
  #limits;
  #engine;
  /** @type {Map<string, Promise<import('airssys-wasm').Module>>} */
  #modules = new Map();

  /**
   * @param {URL} directory
   * @param {Plan} plan
   */
  constructor(directory, { limits, concurrency }) {
    this.#directory = directory;
    this.#limits = limits;
    this.#engine = new Engine({ limits: { instances: concurrency } });
  }

  /**
   * Creates a fresh instance of a function.
   *
   * @param {string} name
   * @returns {Promise<import('airssys-wasm').Instance | undefined>} `undefined` if the tenant has no such function.
   */
  async instantiate(name) {
    const source = ['wasm', 'wat'].map((ending) => new URL(`${name}.${ending}`, this.#directory)).find(existsSync);
    if (source === undefined) return undefined;
    let module = this.#modules.get(name);
    if (module === undefined) {
      module = this.#engine.compileModule(source);
      this.#modules.set(name, module);
      // The tenant may fix a source that does not compile, so forget the failure.
      module.catch(() => this.#modules.delete(name));
    }
    return (await module).instantiate({ limits: this.#limits });
  }
}

const functions = new URL('functions/', import.meta.url);

/** The tenants by name. A real service would read them from its database. */
export const tenants = new Map([
  ['acme', new Tenant(new URL('acme/', functions), FREE)],
  ['initech', new Tenant(new URL('initech/', functions), PAID)],
]);
