// What is printed while a run goes on, and at its end?
import { adviceFor } from '../../bench/diagnostics.js';
import { type BenchmarkDefinition, benchmarkId } from '../../bench/suite/definition.js';
import type { Failure } from '../../bench/run.js';
import type { Options } from '../../bench/options.js';
import { probeConditions } from '../../bench/machine/conditions.js';
import { stackOf } from '../../bench/error-text.js';
import { createColours } from '../../report/text/colours.js';
import { printable } from '../../report/text/printable.js';
import { createProgress, type Progress } from '../../report/text/progress.js';
import type { ReportedResult, RunReport } from '../../report/run-report.js';
import { messageOf, renderSummary } from '../../report/text/summary.js';
import { shortfallWarning } from '../../report/text/warning.js';
import type { SessionObserver } from '../../session/request.js';
import type { OutputRequest } from '../bench/options.js';
import { createPrinter } from './printer.js';
import { prefersColour, type Terminal } from '../context.js';

/** A run as it is shown: results on standard output, progress and warnings on the other. */
export interface Console {
  readonly observer: SessionObserver;
  print(result: ReportedResult): void;
  /** What stands behind the last result. */
  end(report: RunReport): void;
}

/** @param root - The directory of all results. */
export function createConsole(output: OutputRequest, options: Options, root: string, terminal: Terminal): Console {
  const colours = createColours(output.colour ?? prefersColour(terminal.stdout, terminal.env));
  const progress = output.quiet ? SILENT : createProgress(terminal.stderr, terminal.clock);
  const printer = createPrinter(output, options, colours, root, terminal);
  const complain = (line: string) => {
    progress.clear();
    terminal.stderr.write(`${line}\n`);
  };
  return {
    observer: {
      async onOpen() {
        if (output.quiet) return;
        for (const line of adviceFor(await probeConditions())) complain(`note: ${line}`);
      },
      onWarmUp: (position) => progress.warmingUp(position),
      onPlan({ id }, plan) {
        const warning = shortfallWarning(plan, options);
        if (warning !== undefined) complain(`${warning} [${id}]`);
      },
      onBatch: (position, plan, done) => progress.sampling(position, plan, done),
      onCompared(result) {
        progress.clear();
        printer.print(result);
      },
      onFailure: (failure) => complain(describeFailure(failure, output, terminal)),
    },
    print: (result) => printer.print(result),
    end(report) {
      printer.end();
      for (const { id, error } of report.derivedFailures) {
        complain(`error: derived row ${id} failed: ${describeError(error, output.verbose, terminal.env)}`);
      }
      const isText = output.format === 'criterion' && !output.isJson && !output.quiet;
      const summary = isText ? renderSummary(report, colours) : '';
      if (summary !== '') terminal.stdout.write(`\n${summary}`);
    },
  };
}

/** Prints ids, and runs nothing. */
export function printIds(benchmarks: readonly BenchmarkDefinition[], { stdout }: Terminal): void {
  for (const benchmark of benchmarks) stdout.write(`${benchmarkId(benchmark)}: benchmark\n`);
}

/** A failure in a line, or with its stack for those who ask. */
export function describeFailure({ id, error }: Failure, { verbose }: OutputRequest, { env }: Terminal): string {
  return `error: benchmark ${id} failed: ${describeError(error, verbose, env)}`;
}

/** An error in a line, or with its stack for those who ask. */
export function describeError(error: unknown, verbose: boolean, env: NodeJS.ProcessEnv): string {
  const showsStack = verbose || Boolean(env['DEBUG']);
  if (!showsStack) return messageOf(error);
  // No line of the message looks like one of this program, whatever name a guest has.
  return stackOf(error)
    .split('\n')
    .map(printable)
    .join('\n')
    .replaceAll(/\n(?! {4}at )/g, '\n  ');
}

const SILENT: Progress = { warmingUp: () => undefined, sampling: () => undefined, clear: () => undefined };
