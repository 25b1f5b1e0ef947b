// In which form is each result printed, as soon as it is there?
import path from 'node:path';

import type { Options } from '../../bench/options.js';
import { bencherLine } from '../../report/formats/bencher.js';
import { benchmarkLines } from '../../report/text/benchmark.js';
import type { Colours } from '../../report/text/colours.js';
import { INDEX, pagePath } from '../../report/html/link.js';
import { benchmarkComplete, groupComplete, jsonLine } from '../../report/formats/json-lines.js';
import { metricsOf, metricText } from '../../report/text/exact-metrics.js';
import type { ReportedResult } from '../../report/run-report.js';
import { verboseLines } from '../../report/text/verbose.js';
import type { OutputRequest } from '../bench/options.js';
import type { Terminal } from '../context.js';

/** Prints results one after another. */
export interface Printer {
  print(result: ReportedResult): void;
  /** After the last one. */
  end(): void;
}

/** The printer of the form that `output` asks for. @param root - The directory of all results. */
export function createPrinter(
  output: OutputRequest,
  options: Pick<Options, 'significanceLevel'>,
  colours: Colours,
  root: string,
  { stdout }: Pick<Terminal, 'stdout'>,
): Printer {
  const write = (text: string) => void stdout.write(text);
  if (output.isJson) return jsonPrinter(root, write);
  return byGroup(write, (result) => {
    if (output.format === 'bencher') return [bencherLine(result)];
    return criterionLines(result, output, options, colours);
  });
}

function criterionLines(
  result: ReportedResult,
  { verbose, allMetrics = verbose }: OutputRequest,
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
  return [
    ...benchmarkLines(measurement, options, colours),
    ...metricLines(result, colours, allMetrics),
    ...(verbose ? verboseLines(result) : []),
  ];
}

const INDENT = ' '.repeat(24);

/** Exact metrics beside the time: those that changed, or all for those who ask. */
function metricLines({ metrics, previous }: ReportedResult, colours: Colours, all: boolean): string[] {
  return metricsOf(metrics, previous?.metrics)
    .filter(({ value, previous }) => all || (previous !== undefined && String(value) !== String(previous)))
    .map((metric) => INDENT + metricText(metric, colours));
}

/** An empty line stands between groups, as Criterion has it. */
function byGroup(write: (text: string) => void, lines: (result: ReportedResult) => string[]): Printer {
  let last: string | undefined;
  return {
    print(result) {
      const { group } = result.benchmark;
      if (last !== undefined && last !== group) write('\n');
      last = group;
      write(`${lines(result).join('\n')}\n`);
    },
    end: () => undefined,
  };
}

function jsonPrinter(root: string, write: (text: string) => void): Printer {
  let group: string | undefined;
  let ids: string[] = [];
  const end = () => {
    if (group !== undefined) write(jsonLine(groupComplete(group, ids, path.dirname(path.join(root, INDEX)))));
    ids = [];
    group = undefined;
  };
  return {
    print(result) {
      if (group !== result.benchmark.group) end();
      group = result.benchmark.group;
      ids.push(result.id);
      write(jsonLine(benchmarkComplete(result, path.dirname(path.join(root, pagePath(result.directory))))));
    },
    end,
  };
}
