// Comparability: the differences between two sides that make their times incomparable.
import { type Difference as BaselineDifference, differences } from '../../baseline/differences.js';
import { DEFAULT_OPTIONS } from '../../bench/options.js';
import type { Environment } from '../../bench/machine/environment.js';

/** The aspects that `--allow-different` can allow to differ. */
export const ASPECTS = ['machine', 'node', 'wasmtime', 'settings'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** One thing that makes times incomparable. */
export interface Difference {
  readonly aspect: Aspect;
  /** Such as `Node 22.1.0 → 24.2.0`. */
  readonly text: string;
}

/** The environment and settings with which a side is measured. */
export interface SideMetadata {
  /** `undefined` for a baseline without one, such as one that Criterion wrote. */
  readonly environment: Environment | undefined;
  /** The engine's settings of each benchmark, by id. */
  readonly settings: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** All differences between `base` and `head`. Settings are compared for benchmarks that both have. */
export function differencesOf(base: SideMetadata, head: SideMetadata): Difference[] {
  return [...environmentDifferences(base.environment, head.environment), ...settingDifferences(base, head)];
}

function environmentDifferences(base: Environment | undefined, head: Environment | undefined): Difference[] {
  if (base !== undefined && head !== undefined) return differencesBetween(base, head, {}, {});
  const side = base === undefined ? 'base' : 'head';
  return [{ aspect: 'machine', text: `the ${side} does not record the machine it was measured on` }];
}

function settingDifferences(base: SideMetadata, head: SideMetadata): Difference[] {
  const { environment } = head;
  if (environment === undefined) return [];
  return [...head.settings].flatMap(([id, settings]) => {
    const before = base.settings.get(id);
    return before === undefined ? [] : differencesBetween(environment, environment, before, settings, ` of ${id}`);
  });
}

function differencesBetween(
  base: Environment,
  head: Environment,
  baseSettings: Readonly<Record<string, string>>,
  headSettings: Readonly<Record<string, string>>,
  where = '',
): Difference[] {
  const found = differences(
    { environment: base, settings: baseSettings, options: DEFAULT_OPTIONS },
    { environment: head, settings: headSettings, options: DEFAULT_OPTIONS },
  );
  return found.flatMap((one) => {
    const aspect = aspectOf(one);
    return aspect === undefined ? [] : [{ aspect, text: `${one.what}${where} ${one.base} → ${one.head}` }];
  });
}

/** The aspect of a difference; `undefined` for versions of the measured code, which the gate is there to compare. */
function aspectOf({ what }: BaselineDifference): Aspect | undefined {
  if (what.startsWith('setting ')) return 'settings';
  if (what === 'Node') return 'node';
  if (what.startsWith('version of ')) return what === 'version of wasmtime' ? 'wasmtime' : undefined;
  return 'machine';
}
