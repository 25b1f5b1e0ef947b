// End of a run of `bench` or `measure`: writes its reports and decides the exit status.
import path from 'node:path';

import type { Store } from '../../baseline/store.js';
import { renderReport } from '../../report/formats.js';
import { INDEX } from '../../report/html/link.js';
import type { RunReport } from '../../report/run-report.js';
import type { CliContext } from '../context.js';
import type { MeasuringRequest, VerdictRequest } from '../options/measuring.js';
import { type ReportJob, reportJobs, writePages, writeReports } from '../output/report-files.js';
import { EXIT } from '../process/exit-status.js';

/** Writes the requested reports of a finished run. @returns The exit status. */
export async function finishRun(
  report: RunReport,
  request: MeasuringRequest,
  store: Store,
  context: CliContext,
): Promise<number> {
  const { reports, plots, quiet } = request.output;
  const hasPages = plots && report.results.length > 0;
  const pages = hasPages ? [pagesJob(report, store, quiet ? undefined : context.workingDirectory)] : [];
  const areWritten = await writeReports([...pages, ...reportJobs(report, reports, context)], context);
  const status = statusOf(report, request.verdict, context);
  return areWritten ? status : EXIT.failed;
}

/** The HTML pages beside the results. @param relativeTo - Where the printed path starts from; `undefined` prints nothing. */
function pagesJob(report: RunReport, { root }: Store, relativeTo: string | undefined): ReportJob {
  return {
    label: `the HTML report in ${root}`,
    async write() {
      await writePages(renderReport('html', report), root);
      return relativeTo === undefined ? undefined : `report: ${path.relative(relativeTo, path.join(root, INDEX))}`;
    },
  };
}

/** Printed with a regression, because users act on this verdict though the machine differs between two runs. */
const GATE_NOTE =
  'note: the machine also changes between two runs; bench gate measures both versions in turn, and fails only on confirmed regressions\n';

/** `CI=false` switches CI behaviour off for one command. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}

/** 1 if something failed, or if a regression counts as failure, which is then printed. */
function statusOf(report: RunReport, { failOnRegression, threshold }: VerdictRequest, context: CliContext): number {
  if (report.failures.length + report.derivedFailures.length > 0) return EXIT.failed;
  if (report.results.some(({ comparison }) => comparison?.verdict === 'regressed')) context.stderr.write(GATE_NOTE);
  if (!(failOnRegression ?? isSet(context.env['CI']))) return EXIT.ok;
  const regressed = report.results.filter(({ comparison }) => {
    return comparison?.verdict === 'regressed' && comparison.change.mean.confidenceInterval.lowerBound > threshold;
  });
  if (regressed.length === 0) return EXIT.ok;
  const ids = regressed.map(({ id }) => id).join(', ');
  context.stderr.write(`failed: performance regressed by more than ${100 * threshold} %: ${ids}\n`);
  return EXIT.failed;
}
