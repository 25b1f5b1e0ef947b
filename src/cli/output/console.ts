// Console: prints results, progress, notes and errors of a run.
import { diagnoseConditions } from '../../bench/diagnostics.js';
import { type BenchmarkDefinition, benchmarkId } from '../../bench/suite/definition.js';
import type { BenchmarkFailure } from '../../bench/run-benchmarks.js';
import type { Options } from '../../bench/options.js';
import { probeConditions } from '../../bench/machine/conditions.js';
import { errorStack } from '../../bench/error-text.js';
import { createColours } from '../../report/text/colours.js';
import { escapeForTerminal } from '../../report/text/terminal-text.js';
import { createProgress, type Progress } from '../../report/text/progress.js';
import type { ReportedResult, RunReport } from '../../report/run-report.js';
import { messageOf, renderSummary } from '../../report/text/summary.js';
import { insufficientTimeWarning } from '../../report/text/insufficient-time.js';
import type { RunObserver } from '../../session/request.js';
import { createPrinter } from './printer.js';
import { type CliContext, prefersColour } from '../context.js';
import type { OutputRequest } from '../options/output.js';

/** Output of a run: results on standard output, progress and warnings on standard error. */
export interface Console {
  readonly observer: RunObserver;
  print(result: ReportedResult): void;
  /** Prints what follows the last result: failed derived rows and the summary. */
  end(report: RunReport): void;
}

/** The console of a run. @param root - The directory of all results. */
export function createConsole(output: OutputRequest, options: Options, root: string, context: CliContext): Console {
  const colours = createColours(output.colour ?? prefersColour(context.stdout, context.env));
  const progress = output.quiet ? SILENT : createProgress(context.stderr, context.clock);
  const printer = createPrinter(output, options, colours, root, context);
  const warn = (line: string) => {
    progress.clear();
    context.stderr.write(`${line}\n`);
  };
  return {
    observer: {
      async onOpen() {
        if (output.quiet) return;
        for (const line of diagnoseConditions(await probeConditions())) warn(`note: ${line}`);
      },
      onWarmUp: (position) => progress.warmingUp(position),
      onPlan({ id }, plan) {
        const warning = insufficientTimeWarning(plan, options);
        if (warning !== undefined) warn(`${warning} [${id}]`);
      },
      onBatch: (position, plan, done) => progress.sampling(position, plan, done),
      onCompared(result) {
        progress.clear();
        printer.print(result);
      },
      onFailure: (failure) => warn(describeFailure(failure, output, context)),
    },
    print: (result) => printer.print(result),
    end(report) {
      printer.end();
      for (const { id, error } of report.derivedFailures) {
        warn(`error: derived row ${id} failed: ${describeError(error, output.verbose, context.env)}`);
      }
      const isText = output.format === 'criterion' && !output.isJson && !output.quiet;
      const summary = isText ? renderSummary(report, colours) : '';
      if (summary !== '') context.stdout.write(`\n${summary}`);
    },
  };
}

/** Prints the ids of `benchmarks`, one per line. */
export function printIds(benchmarks: readonly BenchmarkDefinition[], { stdout }: CliContext): void {
  for (const benchmark of benchmarks) stdout.write(`${benchmarkId(benchmark)}: benchmark\n`);
}

/** A failed benchmark in one line, or with a stack if `--verbose` or `DEBUG` is set. */
export function describeFailure(
  { id, error }: BenchmarkFailure,
  { verbose }: OutputRequest,
  { env }: CliContext,
): string {
  return `error: benchmark ${id} failed: ${describeError(error, verbose, env)}`;
}

/** An error in one line, or with a stack if `verbose` or `DEBUG` is set. */
export function describeError(error: unknown, verbose: boolean, env: NodeJS.ProcessEnv): string {
  const showStack = verbose || Boolean(env['DEBUG']);
  if (!showStack) return messageOf(error);
  // Indented, so that no line with a guest's names looks like a line of this program.
  return errorStack(error)
    .split('\n')
    .map(escapeForTerminal)
    .join('\n')
    .replaceAll(/\n(?! {4}at )/g, '\n  ');
}

const SILENT: Progress = { warmingUp: () => undefined, sampling: () => undefined, clear: () => undefined };
