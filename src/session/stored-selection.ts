// Which stored benchmarks does a selection mean?
import type { StoredBenchmark } from '../baseline/files/record.js';
import { type BenchmarkDefinition, categoryOf, type Suite } from '../bench/suite/definition.js';
import { selectBenchmarks, type Selection, selectsId } from '../bench/suite/select.js';

/** A stored benchmark as a definition, which cannot be run. */
export interface StoredDefinition {
  readonly stored: StoredBenchmark;
  readonly definition: BenchmarkDefinition;
}

/**
 * The stored benchmarks that `selection` selects, in their order, each as its suite defines it, or as far as what is stored
 * says.
 *
 * @param suites - The suites that are there, for what they say of the benchmarks that they know.
 * @throws BenchError with `NO_MATCH` naming the first filter that selects nothing.
 */
export function selectStored(
  benchmarks: readonly StoredBenchmark[],
  selection: Selection,
  suites: readonly Suite[] = [],
): StoredDefinition[] {
  const all = benchmarks.map((stored) => ({ stored, definition: definitionOf(stored, suites) }));
  const chosen = new Set(selectBenchmarks(byCategory(all), selection));
  return all.filter(({ definition }) => chosen.has(definition));
}

/** Whether a stored benchmark is meant, as far as its id says. @throws BenchError with `NO_MATCH`. */
export function isMeant(id: string, { filters, exact }: Selection): boolean {
  return filters.length === 0 || filters.some((filter) => selectsId(filter, id, exact));
}

function definitionOf(stored: StoredBenchmark, suites: readonly Suite[]): BenchmarkDefinition {
  const { group, value, throughput, circumstances, title } = stored;
  const known = suites
    .flatMap(({ benchmarks }) => benchmarks)
    .find((one) => one.group === group && one.function === stored.function && one.value === value);
  return {
    description: title,
    ...known,
    group,
    function: stored.function ?? '',
    ...(value !== undefined && { value }),
    ...(throughput && { throughput }),
    side: circumstances?.side ?? 'node',
    settings: circumstances?.settings ?? {},
    setup: () => {
      throw new Error(`${title} was loaded, and cannot be run`);
    },
  };
}

function byCategory(all: readonly StoredDefinition[]): Suite[] {
  const categories = [...new Set(all.map(({ stored }) => categoryOf(stored.id)))];
  return categories.map((category) => ({
    category,
    isDefault: true,
    benchmarks: all.filter(({ stored }) => categoryOf(stored.id) === category).map(({ definition }) => definition),
  }));
}
