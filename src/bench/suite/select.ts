// Which benchmarks does a run include?
import { type BenchmarkDefinition, benchmarkId, categoryOf, type Suite } from './definition.js';
import { BenchError } from '../errors.js';

export interface Selection {
  /** What to look for; none means the default suites. */
  readonly filters: readonly string[];
  /** Include the suites that are not run by default. */
  readonly all: boolean;
  /** Filters are whole ids. */
  readonly exact: boolean;
}

/**
 * The benchmarks that a run includes, in the order of the suites.
 *
 * A filter that is a category, or the first word of one (`crash` of `crash_handling`), selects that category alone;
 * any other is a regular expression over ids, or a whole id with `exact`. What filters select, they select in suites
 * that are not run by default as well. Several filters select what any of them selects.
 *
 * @throws BenchError with `NO_MATCH` naming the first filter that selects nothing, or that is no regular expression.
 */
export function selectBenchmarks(suites: readonly Suite[], selection: Selection): BenchmarkDefinition[] {
  const { filters, all, exact } = selection;
  if (filters.length === 0)
    return suites.filter((suite) => all || suite.isDefault).flatMap((suite) => suite.benchmarks);
  const chosen = new Set(filters.flatMap((filter) => matches(suites, filter, exact)));
  return suites.flatMap((suite) => suite.benchmarks).filter((benchmark) => chosen.has(benchmark));
}

/**
 * Whether `filter` selects the benchmark `id`, as far as its id alone says.
 *
 * @throws BenchError with `NO_MATCH` where it is no regular expression.
 */
export function selectsId(filter: string, id: string, exact: boolean): boolean {
  return exact ? id === filter : isNameOf(filter, categoryOf(id)) || compile(filter).test(id);
}

function matches(suites: readonly Suite[], filter: string, exact: boolean): BenchmarkDefinition[] {
  const category = exact ? [] : suites.filter((suite) => isNameOf(filter, suite.category));
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

function isNameOf(filter: string, category: string): boolean {
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
    throw new BenchError('NO_MATCH', `'${filter}' is no regular expression: ${(cause as Error).message}`, { cause });
  }
}
