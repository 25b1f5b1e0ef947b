// Can these suites run together?
import { refuse, shown } from './validate.js';
import { type BenchmarkDefinition, benchmarkId, categoryOf, type Derived, type Suite } from './definition.js';

/**
 * Checks the suites of one run together.
 *
 * @throws BenchError with `BAD_DEFINITION` for a group outside its category, an empty name in an id, an id that is taken,
 * or a derived row that names an unknown benchmark.
 */
export function checkSuites(suites: readonly Suite[]): void {
  const ids = checkIds(suites);
  const rows = new Set<string>();
  for (const row of suites.flatMap((suite) => suite.derived ?? [])) checkInputs(row, rows, ids);
}

/** The ids of all benchmarks, if they are sound and differ. */
export function checkIds(suites: readonly Suite[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const suite of suites) {
    for (const benchmark of suite.benchmarks) checkId(benchmark, suite.category, ids);
  }
  return ids;
}

function checkId(benchmark: BenchmarkDefinition, category: string, ids: Set<string>): void {
  const id = benchmarkId(benchmark);
  if (id.split('/').includes('')) {
    refuse(`benchmark '${id}' has an empty name in its id: name group, function and value`);
  }
  // Ids become lines of reports and names of directories.
  if (/\p{Cc}/u.test(id)) {
    refuse(`benchmark ${shown(id)} has a control character in its id: name group, function and value in one line`);
  }
  if (categoryOf(id) !== category) {
    refuse(`benchmark '${id}' stands in the suite '${category}': begin its group with '${category}'`);
  }
  if (ids.has(id)) refuse(`benchmark '${id}' is defined twice: give one another function or value`);
  ids.add(id);
}

function checkInputs(row: Derived, rows: Set<string>, ids: ReadonlySet<string>): void {
  if (rows.has(row.id)) refuse(`derived row '${row.id}' is defined twice: give one another id`);
  rows.add(row.id);
  for (const input of row.inputs) {
    if (!ids.has(input)) refuse(`derived row '${row.id}' needs the benchmark '${input}', which no suite defines`);
  }
}
