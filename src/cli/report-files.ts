// Which reports are written to files, and where?
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { renderMarkdown } from '../report/markdown.js';
import type { Format, RunReport } from '../report/run.js';
import { UsageError } from './errors.js';
import type { Terminal } from './terminal.js';

const FORMATS: Readonly<Record<string, Format>> = { markdown: renderMarkdown };

/** Makes room for the reports before minutes are spent on what goes into them. @throws UsageError where that fails. */
export async function checkReportFiles(
  reports: ReadonlyMap<string, string>,
  { workingDirectory }: Terminal,
): Promise<void> {
  for (const [format, name] of reports) {
    const file = path.resolve(workingDirectory, name);
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory()) throw new UsageError(`--report-${format} is ${name}: give a file, not a directory`);
    await mkdir(path.dirname(file), { recursive: true }).catch((cause: Error) => {
      throw new UsageError(`--report-${format} is ${name}: its directory cannot be made (${cause.message})`, { cause });
    });
  }
}

/** Writes each report that is asked for, and says so. */
export async function writeReportFiles(
  report: RunReport,
  reports: ReadonlyMap<string, string>,
  { workingDirectory, stderr }: Terminal,
): Promise<void> {
  for (const [format, name] of reports) {
    await writeFile(path.resolve(workingDirectory, name), (FORMATS[format] as Format)(report));
    stderr.write(`wrote ${name}\n`);
  }
}
