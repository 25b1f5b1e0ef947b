// Validation of the suites of one run together.
import { rejectDefinition, inspectShort } from './validate.js';
import { type BenchmarkDefinition, benchmarkId, categoryOf, type DerivedDefinition, type Suite } from './definition.js';

/**
 * Validates the suites of one run together.
 *
 * @throws BenchError with `BAD_DEFINITION` for a group outside its category, an empty name in an id, a duplicate id, or
 * a derived row that names an unknown benchmark.
 */
export function validateSuites(suites: readonly Suite[]): void {
  const ids = validateIds(suites);
  const rows = new Set<string>();
  for (const row of suites.flatMap((suite) => suite.derived ?? [])) validateInputs(row, rows, ids);
}

/** Returns the ids of all benchmarks. @throws BenchError with `BAD_DEFINITION` if one is invalid or a duplicate. */
export function validateIds(suites: readonly Suite[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const suite of suites) {
    for (const benchmark of suite.benchmarks) validateId(benchmark, suite.category, ids);
  }
  return ids;
}

function validateId(benchmark: BenchmarkDefinition, category: string, ids: Set<string>): void {
  const id = benchmarkId(benchmark);
  if (id.split('/').includes('')) {
    rejectDefinition(`benchmark '${id}' has an empty name in its id: name group, function and value`);
  }
  // Ids become lines of reports and names of directories, which cannot contain control characters.
  if (/\p{Cc}/u.test(id)) {
    rejectDefinition(
      `benchmark ${inspectShort(id)} has a control character in its id: remove it from group, function and value`,
    );
  }
  if (categoryOf(id) !== category) {
    rejectDefinition(`benchmark '${id}' is in the suite '${category}': begin its group with '${category}'`);
  }
  if (ids.has(id)) rejectDefinition(`benchmark '${id}' is defined twice: change the function or value of one`);
  ids.add(id);
}

function validateInputs(row: DerivedDefinition, rows: Set<string>, ids: ReadonlySet<string>): void {
  if (rows.has(row.id)) rejectDefinition(`derived row '${row.id}' is defined twice: change the id of one`);
  rows.add(row.id);
  for (const input of row.inputs) {
    if (!ids.has(input))
      rejectDefinition(`derived row '${row.id}' needs the benchmark '${input}', which no suite defines`);
  }
}
