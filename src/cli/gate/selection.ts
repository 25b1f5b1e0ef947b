// Selection checks of the gate: every filter and file must exist on one side at least.
import { selectsId } from '../../bench/suite/select.js';
import { type GateSide, idsOf } from '../../gate/side.js';
import { UsageError } from '../usage-error.js';
import type { SelectionRequest } from '../options/selection.js';
import { splitFilesAndFilters } from '../suite-files/selection.js';
import { hasSuiteFiles } from '../suite-files/suites.js';
import type { CliContext } from '../context.js';

/** Checks the filters before any process starts. @throws BenchError with `NO_MATCH` for an invalid regular expression. */
export async function checkPatterns({ filters, exact }: SelectionRequest, context: CliContext): Promise<void> {
  const given = await splitFilesAndFilters(filters, context);
  for (const filter of given.filters) selectsId(filter, '', exact);
}

/**
 * Checks the selection against both sides. Either side may have benchmarks and files that the other lacks.
 *
 * @throws UsageError naming the first filter that selects nothing on either side, or the first file that neither side has.
 */
export async function checkSelection(
  sides: readonly GateSide[],
  request: SelectionRequest,
  context: CliContext,
): Promise<void> {
  const { files, filters } = await splitFilesAndFilters(request.filters, context);
  const directories = sides.flatMap((side) => (side.kind === 'checkout' ? [side.directory] : []));
  for (const file of directories.length > 0 ? files : []) {
    const found = await Promise.all(directories.map((directory) => hasSuiteFiles(file, directory)));
    if (found.includes(true)) continue;
    throw new UsageError(`there is no file ${file} in ${directories.join(' or ')}: name a suite file of one of them`);
  }
  const ids = sides.flatMap(idsOf);
  const nothing = filters.find((filter) => !ids.some((id) => selectsId(filter, id, request.exact)));
  if (nothing === undefined) return;
  const kind = request.exact ? 'has the id' : 'matches';
  throw new UsageError(`no benchmark of either side ${kind} '${nothing}': run bench --list in each`);
}
