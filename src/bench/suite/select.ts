// Selection of benchmarks by filters.
import { type BenchmarkDefinition, benchmarkId, categoryOf, type Suite } from './definition.js';
import { BenchError } from '../errors.js';

/** Filters of a run, and how they are applied. */
export interface Selection {
  /** Categories, regular expressions or ids; without filters, the default suites are selected. */
  readonly filters: readonly string[];
  /** Includes suites that do not run by default. */
  readonly all: boolean;
  /** Treats filters as exact ids. */
  readonly exact: boolean;
}

/**
 * Returns the benchmarks that a run includes, in the order of the suites.
 *
 * A filter that is a category, or its first word (`crash` for `crash_handling`), selects only that category. Any other
 * filter is a regular expression over ids, or an exact id with `exact`. Filters also select from suites that do not run
 * by default. Several filters select the union.
 *
 * @throws BenchError with `NO_MATCH` naming the first filter that selects nothing or is not a regular expression.
 */
export function selectBenchmarks(suites: readonly Suite[], selection: Selection): BenchmarkDefinition[] {
  const { filters, all, exact } = selection;
  if (filters.length === 0)
    return suites.filter((suite) => all || suite.isDefault).flatMap((suite) => suite.benchmarks);
  const chosen = new Set(filters.flatMap((filter) => matches(suites, filter, exact)));
  return suites.flatMap((suite) => suite.benchmarks).filter((benchmark) => chosen.has(benchmark));
}

/**
 * Whether `filter` selects a benchmark with this id.
 *
 * @throws BenchError with `NO_MATCH` if the filter is not a regular expression.
 */
export function matchesId(filter: string, id: string, exact: boolean): boolean {
  return exact ? id === filter : namesCategory(filter, categoryOf(id)) || compile(filter).test(id);
}

function matches(suites: readonly Suite[], filter: string, exact: boolean): BenchmarkDefinition[] {
  const category = exact ? [] : suites.filter((suite) => namesCategory(filter, suite.category));
  const matched =
    category.length > 0
      ? category.flatMap((suite) => suite.benchmarks)
      : suites.flatMap((suite) => suite.benchmarks).filter(predicate(filter, exact));
  if (matched.length > 0) return matched;
  const categories = [...new Set(suites.map((suite) => suite.category))].join(', ');
  const kind = exact ? 'has the id' : 'matches';
  throw new BenchError(
    'NO_MATCH',
    `no benchmark ${kind} '${filter}': choose from the categories ${categories}, or see --list`,
  );
}

function namesCategory(filter: string, category: string): boolean {
  return category === filter || category.split('_', 1)[0] === filter;
}

function predicate(filter: string, exact: boolean): (benchmark: BenchmarkDefinition) => boolean {
  if (exact) return (benchmark) => benchmarkId(benchmark) === filter;
  const pattern = compile(filter);
  return (benchmark) => pattern.test(benchmarkId(benchmark));
}

function compile(filter: string): RegExp {
  try {
    return new RegExp(filter);
  } catch (cause) {
    throw new BenchError('NO_MATCH', `'${filter}' is not a regular expression: ${(cause as Error).message}`, { cause });
  }
}
