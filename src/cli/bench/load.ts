// Mode `--load-baseline` of `bench`: reports a saved baseline and measures nothing.
import type { Suite } from '../../bench/suite/definition.js';
import { referenceOf } from '../../session/baseline-plan.js';
import { loadSession } from '../../session/load-run.js';
import { type CliContext, storeOf } from '../context.js';
import type { SelectionRequest } from '../options/selection.js';
import { createConsole } from '../output/console.js';
import { checkReportFiles } from '../output/report-files.js';
import { finishRun } from '../run/finish-run.js';
import { loadSelection, splitFilesAndFilters } from '../suite-files/selection.js';
import { UsageError } from '../usage-error.js';
import type { BenchRequest } from './options.js';

/** Prints and reports `baseline` as if it had just been measured. @returns The exit status. */
export async function loadBaselineReport(
  request: BenchRequest,
  baseline: string,
  context: CliContext,
): Promise<number> {
  const { output, options, all, exact } = request;
  await checkReportFiles(output.reports, context);
  const store = storeOf(context);
  const { files, filters } = await splitFilesAndFilters(request.filters, context);
  const suites = await suitesIfAny({ filters: files, all: true, exact: false }, context);
  const selection = { filters, all, exact };
  const reference = referenceOf(request);
  const report = await loadSession({ store, baseline, reference, selection, suites, options });
  const console = createConsole(output, options, store.root, context);
  for (const result of report.results) console.print(result);
  console.end(report);
  return finishRun(report, request, store, context);
}

/** A saved baseline can be reported without its suites. */
async function suitesIfAny(request: SelectionRequest, context: CliContext): Promise<readonly Suite[]> {
  try {
    return (await loadSelection(request, context)).suites;
  } catch (error) {
    if (error instanceof UsageError && request.filters.length === 0) return [];
    throw error;
  }
}
