// What is printed while a run goes on, and at its end?
import type { Comparison } from '../baseline/compare.js';
import { type BenchmarkDefinition, benchmarkId, type Failure, type Options, type Result } from '../bench/index.js';
import { benchmarkLines } from '../report/benchmark.js';
import { type Colours, createColours } from '../report/colours.js';
import { createProgress, type Progress } from '../report/progress.js';
import type { RunReport } from '../report/run.js';
import { messageOf, renderSummary } from '../report/summary.js';
import { verboseLines } from '../report/verbose.js';
import { shortfallWarning } from '../report/warning.js';
import type { SessionObserver } from '../session/request.js';
import type { OutputRequest } from './bench-options.js';
import { prefersColour, type Terminal } from './terminal.js';

/** A run as it is shown. */
export interface Console {
  readonly observer: SessionObserver;
  /** What stands behind the last result. */
  end(report: RunReport): void;
}

/** Criterion's text on standard output, progress and warnings on the other. */
export function createConsole(
  output: OutputRequest,
  options: Options,
  titles: (id: string) => string,
  terminal: Terminal,
): Console {
  const colours = createColours(output.colour ?? prefersColour(terminal.stdout, terminal.env));
  const progress = output.quiet ? SILENT : createProgress(terminal.stderr, terminal.clock);
  const print = separatedByGroup(terminal.stdout);
  return {
    observer: {
      onWarmUp: (position) => progress.warmingUp(position),
      onPlan({ id }, plan) {
        const warning = shortfallWarning(plan, options);
        if (warning === undefined) return;
        progress.clear();
        terminal.stderr.write(`${warning} [${id}]\n`);
      },
      onBatch: (position, plan, done) => progress.sampling(position, plan, done),
      onCompared(result, comparison) {
        progress.clear();
        print(
          result.benchmark.group,
          resultLines({ ...result, title: titles(result.id), comparison }, output, options, colours),
        );
      },
      onFailure(failure) {
        progress.clear();
        terminal.stderr.write(`${describeFailure(failure, output, terminal)}\n`);
      },
    },
    end(report) {
      if (!output.quiet) terminal.stdout.write(`\n${renderSummary(report, colours)}`);
    },
  };
}

/** Prints ids, and runs nothing. */
export function printIds(benchmarks: readonly BenchmarkDefinition[], { stdout }: Terminal): void {
  for (const benchmark of benchmarks) stdout.write(`${benchmarkId(benchmark)}: benchmark\n`);
}

/** A result with the title that it is printed under, and its comparison. */
export type PrintedResult = Result & { readonly title: string; readonly comparison?: Comparison | undefined };

/** What is printed of one result. */
export function resultLines(
  result: PrintedResult,
  output: OutputRequest,
  options: Pick<Options, 'significanceLevel'>,
  colours: Colours,
): string[] {
  const { title, benchmark, analysis, sample, comparison } = result;
  const measurement = {
    title,
    estimates: analysis.estimates,
    typical: analysis.typical,
    outliers: analysis.outliers,
    sampleSize: sample.timesNs.length,
    throughput: benchmark.throughput,
    comparison,
  };
  return [...benchmarkLines(measurement, options, colours), ...(output.verbose ? verboseLines(result) : [])];
}

/** A failure in a line, or with its stack for those who ask. */
export function describeFailure({ id, error }: Failure, { verbose }: OutputRequest, { env }: Terminal): string {
  const reason = showsStacks(verbose, env) && error instanceof Error ? error.stack : messageOf(error);
  return `error: benchmark ${id} failed: ${reason}`;
}

/** Whether errors are printed with their stacks. */
export function showsStacks(verbose: boolean, env: NodeJS.ProcessEnv): boolean {
  return verbose || Boolean(env['DEBUG']);
}

const SILENT: Progress = { warmingUp: () => undefined, sampling: () => undefined, clear: () => undefined };

/** Prints lines with an empty one between groups, as Criterion does. */
function separatedByGroup(stdout: Terminal['stdout']): (group: string, lines: readonly string[]) => void {
  let last: string | undefined;
  return (group, printed) => {
    if (last !== undefined && last !== group) stdout.write('\n');
    last = group;
    stdout.write(`${printed.join('\n')}\n`);
  };
}
