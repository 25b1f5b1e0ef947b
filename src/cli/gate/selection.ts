// Does all that a gate is told to look for exist, on one side at least?
import { selectsId } from '../../bench/suite/select.js';
import { type GateSide, idsOf } from '../../gate/side.js';
import { UsageError } from '../parse/usage-error.js';
import { apart, type SelectionRequest } from '../suite-files/selection.js';
import { hasSuiteFiles } from '../suite-files/suites.js';
import type { Terminal } from '../context.js';

/** Before any process is begun. @throws BenchError with `NO_MATCH` for a filter that is no regular expression. */
export async function checkPatterns({ filters, exact }: SelectionRequest, terminal: Terminal): Promise<void> {
  const given = await apart(filters, terminal);
  for (const filter of given.filters) selectsId(filter, '', exact);
}

/**
 * The head may have benchmarks and files that the base has not, and the other way round.
 *
 * @throws UsageError naming the first filter that selects nothing on either side, or the first file that neither has.
 */
export async function checkSelection(
  sides: readonly GateSide[],
  request: SelectionRequest,
  terminal: Terminal,
): Promise<void> {
  const { files, filters } = await apart(request.filters, terminal);
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
  throw new UsageError(`no benchmark of either side ${kind} '${nothing}': see bench --list in each`);
}
