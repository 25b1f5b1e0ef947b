// Reports of one benchmark that Criterion measured: the examples of docs/reports.md.
import { benchmarkLines } from '../../src/report/text/benchmark-lines.js';
import { createColours } from '../../src/report/text/colours.js';
import { REPORT_FORMATS } from '../../src/report/formats.js';
import { groupComplete, jsonLine } from '../../src/report/formats/json-lines.js';
import type { ReportedResult } from '../../src/report/run-report.js';
import { verboseLines } from '../../src/report/text/verbose.js';
import { goldenResults } from '../report/golden-run.js';
import { finishedRun } from '../report/fake-run.js';

/** The text of each report format, by the heading of its section. */
export function examples(): Record<string, string> {
  const [, result] = goldenResults() as [ReportedResult, ReportedResult];
  const run = finishedRun({ results: [result], derived: [], targets: [] });
  const documents = Object.entries(REPORT_FORMATS).flatMap(([name, format]) =>
    format.kind === 'document' ? [[name, format.render(run)]] : [],
  );
  return {
    ...(Object.fromEntries(documents) as Record<string, string>),
    console: consoleText(result, run.options),
    'json lines': jsonLine(groupComplete(result.benchmark.group, [result.id], 'target/criterion/report')),
  };
}

function consoleText(result: ReportedResult, options: { readonly significanceLevel: number }): string {
  const { title, analysis, sample, comparison, metrics, previous } = result;
  const { estimates, typical, outliers } = analysis;
  const measured = { title, estimates, typical, outliers, sampleSize: sample.timesNs.length, comparison, metrics };
  const measurement = { ...measured, previousMetrics: previous?.metrics };
  return [...benchmarkLines(measurement, options, createColours(false)), ...verboseLines(result)].join('\n');
}
