// Untimed run of benchmarks: each is set up and run, and nothing is measured or saved.
import { type Failure, exerciseBenchmarks, type Position } from '../../bench/run.js';
import type { Exercise } from '../../bench/sampling/untimed.js';
import type { BenchmarkDefinition, SetupContext } from '../../bench/suite/definition.js';
import type { CliContext } from '../context.js';
import type { MeasuringRequest } from '../options/measuring.js';
import { describeFailure } from '../output/console.js';
import { EXIT } from '../process/exit-status.js';

/** Runs each selected benchmark by `exercise`, and prints how many worked. @returns The exit status. */
export async function runUntimedSelection(
  exercise: Exercise,
  { failFast, output }: Pick<MeasuringRequest, 'failFast' | 'output'>,
  selected: readonly BenchmarkDefinition[],
  context: CliContext,
  setupContext: SetupContext = {},
): Promise<number> {
  const observer = {
    onStart({ id, number, total }: Position) {
      if (!output.quiet) context.stderr.write(`[${number}/${total}] ${id} …\n`);
    },
    onFailure: (failure: Failure) => void context.stderr.write(`${describeFailure(failure, output, context)}\n`),
  };
  const { signal, supervisor } = context;
  const sequence = { failFast, signal, supervisor, observer };
  const { failures, wasInterrupted } = await exerciseBenchmarks(selected, exercise, sequence, setupContext);
  if (wasInterrupted) return EXIT.interrupted;
  context.stdout.write(`${selected.length - failures.length} of ${selected.length} benchmarks work\n`);
  return failures.length > 0 ? EXIT.failed : EXIT.ok;
}
