// Which reports are written to files, and where?
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { FORMATS, type FormatName, isFormatName } from '../report/formats.js';
import { INDEX } from '../report/html/link.js';
import { renderHtml } from '../report/html.js';
import type { RunReport } from '../report/run.js';
import { messageOf } from '../report/summary.js';
import { UsageError } from './errors.js';
import type { OptionSpecs } from './option.js';
import type { Terminal } from './terminal.js';
import { writeWhole } from './write-whole.js';

/** The options that ask for reports: `--report-markdown` and its like. */
export const REPORT_OPTIONS: OptionSpecs = Object.fromEntries(
  Object.entries(FORMATS).map(([name, { kind, describe, example }]) => {
    const what = kind === 'pages' ? 'to this directory' : 'to this file';
    return [`report-${name}`, { kind: 'text', describe: `write the results ${what}: ${describe}`, example }] as const;
  }),
);

/** Makes room for the reports before minutes are spent on what goes into them. @throws UsageError where that fails. */
export async function checkReportFiles(
  reports: ReadonlyMap<string, string>,
  { workingDirectory }: Pick<Terminal, 'workingDirectory'>,
): Promise<void> {
  for (const [format, name] of reports) {
    const file = path.resolve(workingDirectory, name);
    const isPages = isFormatName(format) && FORMATS[format].kind === 'pages';
    const found = await stat(file).catch(() => undefined);
    if (!isPages && found?.isDirectory()) {
      throw new UsageError(`--report-${format} is ${name}: give a file, not a directory`);
    }
    if (isPages && found !== undefined && !found.isDirectory()) {
      throw new UsageError(`--report-${format} is ${name}: give a directory, not a file`);
    }
    await mkdir(isPages ? file : path.dirname(file), { recursive: true }).catch((cause: Error) => {
      throw new UsageError(`--report-${format} is ${name}: its directory cannot be made (${cause.message})`, { cause });
    });
  }
}

/** A report, and the words for what asked for it. */
export interface ReportJob {
  /** Such as `--report-json is run.json`. */
  readonly asked: string;
  /** Renders and writes it. @returns What to say of it, if anything. */
  readonly write: () => Promise<string | undefined>;
}

/**
 * Writes each report, whatever becomes of the others, and says so.
 *
 * @returns Whether all were written.
 */
export async function writeReports(jobs: readonly ReportJob[], { stderr }: Pick<Terminal, 'stderr'>): Promise<boolean> {
  let failed = 0;
  for (const { asked, write } of jobs) {
    try {
      const said = await write();
      if (said !== undefined) stderr.write(`${said}\n`);
    } catch (error) {
      failed += 1;
      stderr.write(`error: ${asked}: not written (${messageOf(error)}): make room, or name another place\n`);
    }
  }
  return failed === 0;
}

/** The reports that are asked for. */
export function reportJobs(
  report: RunReport,
  reports: ReadonlyMap<string, string>,
  { workingDirectory }: Terminal,
): ReportJob[] {
  return [...reports].map(([name, target]) => ({
    asked: `--report-${name} is ${target}`,
    async write() {
      const file = path.resolve(workingDirectory, target);
      const format = FORMATS[name as FormatName];
      if (format.kind === 'document') await writeWhole(file, format.render(report));
      else await writePages(report, file);
      return `wrote ${format.kind === 'document' ? target : path.join(target, INDEX)}`;
    },
  }));
}

/** Writes the HTML report below `root`: an index, and a page beside the files of each benchmark. */
export async function writePages(report: RunReport, root: string): Promise<void> {
  for (const { path: name, text } of renderHtml(report)) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeWhole(file, text);
  }
}
