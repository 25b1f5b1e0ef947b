// Selection of stored benchmarks.
import type { StoredBenchmark } from '../baseline/files/record.js';
import { type BenchmarkDefinition, categoryOf, type Suite } from '../bench/suite/definition.js';
import { selectBenchmarks, type Selection, matchesId } from '../bench/suite/select.js';

/** A stored benchmark with a definition, which cannot be run. */
export interface StoredDefinition {
  readonly stored: StoredBenchmark;
  readonly definition: BenchmarkDefinition;
}

/**
 * Returns the selected stored benchmarks, in their order. A definition comes from the benchmark's suite if `suites` has
 * it, else from the stored fields.
 *
 * @param suites - Available suites, for the definitions of their benchmarks.
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

/**
 * Whether `selection` may select a stored benchmark, by its id.
 *
 * @throws BenchError with `NO_MATCH` for an invalid filter.
 */
export function mayBeSelected(id: string, { filters, exact }: Selection): boolean {
  return filters.length === 0 || filters.some((filter) => matchesId(filter, id, exact));
}

function definitionOf(stored: StoredBenchmark, suites: readonly Suite[]): BenchmarkDefinition {
  const { group, value, throughput, metadata, title } = stored;
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
    side: metadata?.side ?? 'node',
    settings: metadata?.settings ?? {},
    setup: () => {
      throw new Error(`${title} was loaded from a baseline and cannot be run`);
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
