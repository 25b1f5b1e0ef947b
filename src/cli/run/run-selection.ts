// Run of selected benchmarks: measures them, or tests or profiles them, as `bench` and `measure` ask.
import { once } from '../../bench/sampling/untimed.js';
import { keepingOf } from '../../session/baseline-plan.js';
import { runSession } from '../../session/run-session.js';
import { type CliContext, storeOf } from '../context.js';
import type { MeasuringRequest } from '../options/measuring.js';
import { createConsole } from '../output/console.js';
import { checkReportFiles } from '../output/report-files.js';
import { EXIT } from '../process/exit-status.js';
import type { LoadedSelection } from '../suite-files/selection.js';
import { finishRun } from './finish-run.js';
import { runProfile } from './profile.js';
import { runUntimedSelection } from './untimed.js';

/** Runs the selected benchmarks in the mode of `request`. @returns The exit status. */
export async function runSelection(
  request: MeasuringRequest,
  selection: LoadedSelection,
  context: CliContext,
): Promise<number> {
  const { mode } = request;
  if (mode?.kind === 'test') return runUntimedSelection(once, request, selection.selected, context);
  if (mode?.kind === 'profile') return runProfile(mode, request, selection, context);
  return measureSelection(request, selection, context);
}

async function measureSelection(
  request: MeasuringRequest,
  { suites, selected }: LoadedSelection,
  context: CliContext,
): Promise<number> {
  const { output, options } = request;
  await checkReportFiles(output.reports, context);
  const store = storeOf(context);
  const console = createConsole(output, options, store.root, context);
  const { report, wasInterrupted } = await runSession(
    {
      suites,
      selected,
      options,
      isQuick: request.quick,
      failFast: request.failFast,
      keeping: keepingOf(store, request),
      workingDirectory: context.workingDirectory,
      clock: context.clock,
      signal: context.signal,
      supervisor: context.supervisor,
    },
    console.observer,
  );
  console.end(report);
  if (wasInterrupted) {
    const count = `${report.results.length} of ${selected.length}`;
    context.stderr.write(`interrupted: ${count} benchmarks finished, and their results are saved\n`);
    return EXIT.interrupted;
  }
  return finishRun(report, request, store, context);
}
