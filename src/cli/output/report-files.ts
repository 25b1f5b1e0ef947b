// Which reports are written to files, and where?
import { access, constants, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { FORMATS, type FormatName, isFormatName } from '../../report/formats.js';
import { INDEX } from '../../report/html/link.js';
import { renderHtml } from '../../report/html/html.js';
import type { RunReport } from '../../report/run-report.js';
import { messageOf } from '../../report/text/summary.js';
import { UsageError } from '../parse/usage-error.js';
import type { OptionSpecs } from '../options/option.js';
import type { Terminal } from '../context.js';
import { writeWhole } from './atomic-write.js';

/** The options that ask for reports: `--report-markdown` and its like. */
export const REPORT_OPTIONS: OptionSpecs = Object.fromEntries(
  Object.entries(FORMATS).map(([name, { kind, describe, example }]) => {
    const what = kind === 'pages' ? 'to this directory' : 'to this file';
    return [`report-${name}`, { kind: 'text', describe: `write the results ${what}: ${describe}`, example }] as const;
  }),
);

/** A report that is to be written. */
interface Wanted {
  /** As it was given, such as `--report-csv is a.csv`. */
  readonly text: string;
  readonly file: string;
  readonly isPages: boolean;
}

/**
 * Makes room for the reports before minutes are spent on what goes into them.
 *
 * @throws UsageError where that fails, or what is there cannot be written.
 */
export async function checkReportFiles(
  reports: ReadonlyMap<string, string>,
  { workingDirectory }: Pick<Terminal, 'workingDirectory'>,
): Promise<void> {
  const wanted = [...reports].map(([format, name]) => ({
    text: `--report-${format} is ${name}`,
    file: path.resolve(workingDirectory, name),
    isPages: isFormatName(format) && FORMATS[format].kind === 'pages',
  }));
  refuseShared(wanted);
  for (const report of wanted) {
    await checkKind(report);
    await makeDirectory(report);
  }
  // Once more: a directory may have been made where the file of another was to be.
  for (const report of wanted) await checkAccess(report, await checkKind(report));
}

/** Of two reports in one file the first would be lost. */
function refuseShared(wanted: readonly Wanted[]): void {
  for (const [i, { text, file }] of wanted.entries()) {
    const other = wanted.slice(0, i).find((earlier) => earlier.file === file);
    if (other) throw new UsageError(`${other.text}, and ${text}: give each a place of its own`);
  }
}

/** @returns Whether there is something already. */
async function checkKind({ text, file, isPages }: Wanted): Promise<boolean> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new UsageError(`${text}: it cannot be written (${cause.message})`, { cause });
  });
  if (!isPages && found?.isDirectory()) throw new UsageError(`${text}: give a file, not a directory`);
  if (isPages && found?.isDirectory() === false) throw new UsageError(`${text}: give a directory, not a file`);
  return found !== undefined;
}

async function makeDirectory({ text, file, isPages }: Wanted): Promise<void> {
  await mkdir(isPages ? file : path.dirname(file), { recursive: true }).catch((cause: Error) => {
    throw new UsageError(`${text}: its directory cannot be made (${cause.message})`, { cause });
  });
}

async function checkAccess({ text, file }: Wanted, isThere: boolean): Promise<void> {
  await access(isThere ? file : path.dirname(file), constants.W_OK).catch((cause: Error) => {
    throw new UsageError(`${text}: it cannot be written (${cause.message})`, { cause });
  });
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
