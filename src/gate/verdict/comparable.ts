// Can two sides be compared at all?
import { type Difference as Unlike, differences } from '../../baseline/differences.js';
import { DEFAULT_OPTIONS } from '../../bench/options.js';
import type { Environment } from '../../bench/machine/environment.js';

/** What may differ, where someone says so. */
export const ASPECTS = ['machine', 'node', 'wasmtime', 'settings'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** One thing that makes times incomparable. */
export interface Difference {
  readonly aspect: Aspect;
  /** Such as `Node 22.1.0 → 24.2.0`. */
  readonly text: string;
}

/** What is known of where a side was, or is to be, measured. */
export interface Circumstances {
  /** `undefined` for a baseline that does not say, such as one of Criterion's own. */
  readonly environment: Environment | undefined;
  /** The engine's settings of each benchmark, by id. */
  readonly settings: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** All that differs between `base` and `head`; in settings, of the benchmarks that both have. */
export function differencesOf(base: Circumstances, head: Circumstances): Difference[] {
  return [...environmentDifferences(base.environment, head.environment), ...settingDifferences(base, head)];
}

function environmentDifferences(base: Environment | undefined, head: Environment | undefined): Difference[] {
  if (base !== undefined && head !== undefined) return compare(base, head, {}, {});
  const side = base === undefined ? 'base' : 'head';
  return [{ aspect: 'machine', text: `the ${side} does not say on what machine it was measured` }];
}

function settingDifferences(base: Circumstances, head: Circumstances): Difference[] {
  const { environment } = head;
  if (environment === undefined) return [];
  return [...head.settings].flatMap(([id, settings]) => {
    const before = base.settings.get(id);
    return before === undefined ? [] : compare(environment, environment, before, settings, ` of ${id}`);
  });
}

function compare(
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

/** `undefined` for what is to be judged: the versions of the code under measurement. */
function aspectOf({ what }: Unlike): Aspect | undefined {
  if (what.startsWith('setting ')) return 'settings';
  if (what === 'Node') return 'node';
  if (what.startsWith('version of ')) return what === 'version of wasmtime' ? 'wasmtime' : undefined;
  return 'machine';
}
