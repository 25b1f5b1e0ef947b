// What may each tenant use, and which functions has it?
import { existsSync } from 'node:fs';

import { Engine, type Instance, type Limits, MiB, type Module } from 'airssys-wasm';

/** What a tenant pays for. */
interface Plan {
  readonly limits: Limits;
  /** Requests at once; further ones are told to come back. */
  readonly concurrency: number;
}

const PLANS: Readonly<Record<string, Plan>> = {
  free: { limits: { memoryBytes: MiB, fuel: 100_000, timeoutMs: 100 }, concurrency: 4 },
  paid: { limits: { memoryBytes: 64 * MiB, fuel: 'unlimited', timeoutMs: 1_000 }, concurrency: 4 },
};

/** A tenant's functions, compiled when they are first asked for, under its plan. */
export class Tenant {
  readonly #directory: URL;
  readonly #plan: Plan;
  readonly #engine: Engine;
  readonly #modules = new Map<string, Promise<Module>>();

  constructor(directory: URL, plan: Plan) {
    this.#directory = directory;
    this.#plan = plan;
    this.#engine = new Engine({ limits: { instances: plan.concurrency } });
  }

  /** A fresh instance of a function; `undefined` where there is none of that name. */
  async instantiate(name: string): Promise<Instance | undefined> {
    const source = ['wasm', 'wat'].map((ending) => new URL(`${name}.${ending}`, this.#directory)).find(existsSync);
    if (source === undefined) return undefined;
    let module = this.#modules.get(name);
    if (module === undefined) {
      module = this.#engine.compileModule(source);
      this.#modules.set(name, module);
      // What cannot be compiled may be mended.
      module.catch(() => this.#modules.delete(name));
    }
    return (await module).instantiate({ limits: this.#plan.limits });
  }
}

const functions = new URL('functions/', import.meta.url);

/** The tenants by name. A service would read them from its own store. */
export const tenants: ReadonlyMap<string, Tenant> = new Map([
  ['acme', new Tenant(new URL('acme/', functions), PLANS['free'] as Plan)],
  ['initech', new Tenant(new URL('initech/', functions), PLANS['paid'] as Plan)],
]);
