// Report files: checks their paths before a run and writes them after it.
import { access, constants, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { REPORT_FORMATS, type ReportFormatName, isReportFormatName } from '../../report/formats.js';
import { INDEX } from '../../report/html/link.js';
import type { Page } from '../../report/html/html.js';
import type { RunReport } from '../../report/run-report.js';
import { messageOf } from '../../report/text/summary.js';
import { UsageError } from '../usage-error.js';
import type { CliContext } from '../context.js';
import { writeAtomically } from './atomic-write.js';

/** A requested report. */
interface RequestedReport {
  /** The option as messages quote it, such as `--report-csv is a.csv`. */
  readonly text: string;
  readonly file: string;
  readonly isPages: boolean;
}

/**
 * Creates the directories of the reports before a run spends minutes on their contents.
 *
 * @throws UsageError if a directory cannot be created, or a file not written.
 */
export async function checkReportFiles(
  reports: ReadonlyMap<string, string>,
  { workingDirectory }: Pick<CliContext, 'workingDirectory'>,
): Promise<void> {
  const requested = [...reports].map(([format, name]) => ({
    text: `--report-${format} is ${name}`,
    file: path.resolve(workingDirectory, name),
    isPages: isReportFormatName(format) && REPORT_FORMATS[format].kind === 'pages',
  }));
  rejectSharedFiles(requested);
  for (const report of requested) {
    await checkKind(report);
    await makeDirectory(report);
  }
  // Again: one report's new directory may be in the place of another's file.
  for (const report of requested) await checkAccess(report, await checkKind(report));
}

/** Two reports in one file would overwrite each other. */
function rejectSharedFiles(requested: readonly RequestedReport[]): void {
  for (const [i, { text, file }] of requested.entries()) {
    const other = requested.slice(0, i).find((earlier) => earlier.file === file);
    if (other) throw new UsageError(`${other.text} and ${text}: give each a different path`);
  }
}

/** Checks that a report is not a directory, or pages not a file. @returns Whether the path exists. */
async function checkKind({ text, file, isPages }: RequestedReport): Promise<boolean> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new UsageError(`${text}: cannot write it (${cause.message})`, { cause });
  });
  if (!isPages && found?.isDirectory()) throw new UsageError(`${text}: give a file, not a directory`);
  if (isPages && found?.isDirectory() === false) throw new UsageError(`${text}: give a directory, not a file`);
  return found !== undefined;
}

async function makeDirectory({ text, file, isPages }: RequestedReport): Promise<void> {
  await mkdir(isPages ? file : path.dirname(file), { recursive: true }).catch((cause: Error) => {
    throw new UsageError(`${text}: cannot create its directory (${cause.message})`, { cause });
  });
}

async function checkAccess({ text, file }: RequestedReport, isThere: boolean): Promise<void> {
  await access(isThere ? file : path.dirname(file), constants.W_OK).catch((cause: Error) => {
    throw new UsageError(`${text}: cannot write it (${cause.message})`, { cause });
  });
}

/** A report to write, and its name in messages. */
export interface ReportJob {
  /** Such as `--report-json is run.json`. */
  readonly label: string;
  /** Renders and writes the report. @returns A line to print, if any. */
  readonly write: () => Promise<string | undefined>;
}

/**
 * Writes all reports, even if some fail, and prints a line for each.
 *
 * @returns Whether all were written.
 */
export async function writeReports(
  jobs: readonly ReportJob[],
  { stderr }: Pick<CliContext, 'stderr'>,
): Promise<boolean> {
  let failed = 0;
  for (const { label, write } of jobs) {
    try {
      const line = await write();
      if (line !== undefined) stderr.write(`${line}\n`);
    } catch (error) {
      failed += 1;
      stderr.write(`error: ${label}: cannot write it (${messageOf(error)}): free disk space, or choose another path\n`);
    }
  }
  return failed === 0;
}

/** One job for each requested report. */
export function reportJobs(
  report: RunReport,
  reports: ReadonlyMap<string, string>,
  { workingDirectory }: CliContext,
): ReportJob[] {
  return [...reports].map(([name, target]) => ({
    label: `--report-${name} is ${target}`,
    async write() {
      const file = path.resolve(workingDirectory, target);
      const format = REPORT_FORMATS[name as ReportFormatName];
      if (format.kind === 'document') await writeAtomically(file, format.render(report));
      else await writePages(format.render(report), file);
      return `wrote ${format.kind === 'document' ? target : path.join(target, INDEX)}`;
    },
  }));
}

/** Writes the pages of a report to `root`: an index, and a page beside the files of each benchmark. */
export async function writePages(pages: readonly Page[], root: string): Promise<void> {
  for (const { path: name, text } of pages) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeAtomically(file, text);
  }
}
