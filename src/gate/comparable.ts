// Can two sides be compared at all?
import type { Environment, Machine } from '../bench/index.js';

/** What may differ, where someone says so. */
export const ASPECTS = ['machine', 'node', 'wasmtime', 'settings'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** One thing that makes times incomparable. */
export interface Difference {
  readonly aspect: Aspect;
  /** Such as `node 22.1.0 → 24.2.0`. */
  readonly text: string;
}

/** What is known of where a side was, or is to be, measured. */
export interface Circumstances {
  /** `undefined` for a baseline that does not say, such as one of Criterion's own. */
  readonly environment: Environment | undefined;
  /** The engine's settings of each benchmark, by id. */
  readonly settings: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

const MACHINE_FACTS = ['cpu', 'architecture', 'logicalCores', 'memoryBytes'] as const;

/** All that differs between `base` and `head`; in settings, of the benchmarks that both have. */
export function differencesOf(base: Circumstances, head: Circumstances): Difference[] {
  return [...environmentDifferences(base.environment, head.environment), ...settingDifferences(base, head)];
}

function environmentDifferences(base: Environment | undefined, head: Environment | undefined): Difference[] {
  if (base === undefined || head === undefined) {
    const side = base === undefined ? 'base' : 'head';
    return [{ aspect: 'machine', text: `the ${side} does not say on what machine it was measured` }];
  }
  return [
    ...machineDifferences(base.machine, head.machine),
    ...differing('node', 'node', base.node, head.node),
    ...differing('wasmtime', 'wasmtime', base.versions['wasmtime'], head.versions['wasmtime']),
  ];
}

function machineDifferences(base: Machine, head: Machine): Difference[] {
  return MACHINE_FACTS.flatMap((fact) => differing('machine', fact, base[fact], head[fact]));
}

function settingDifferences(base: Circumstances, head: Circumstances): Difference[] {
  return [...head.settings].flatMap(([id, settings]) => {
    const before = base.settings.get(id);
    return before === undefined ? [] : differing('settings', `settings of ${id}`, text(before), text(settings));
  });
}

type Fact = string | number | undefined;

function differing(aspect: Aspect, name: string, base: Fact, head: Fact): Difference[] {
  if (base === head) return [];
  return [{ aspect, text: `${name} ${base ?? 'unknown'} → ${head ?? 'unknown'}` }];
}

function text(settings: Readonly<Record<string, string>>): string {
  const entries = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, value]) => `${name}: ${value}`).join(', ') || 'none';
}
