// Which reports are written to files, and where?
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { FORMATS, type FormatName, isFormatName } from '../report/formats.js';
import { INDEX } from '../report/html/link.js';
import { renderHtml } from '../report/html.js';
import type { RunReport } from '../report/run.js';
import { UsageError } from './errors.js';
import type { OptionSpecs } from './option.js';
import type { Terminal } from './terminal.js';

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

/** Writes each report that is asked for, and says so. */
export async function writeReportFiles(
  report: RunReport,
  reports: ReadonlyMap<string, string>,
  { workingDirectory, stderr }: Terminal,
): Promise<void> {
  for (const [name, target] of reports) {
    const file = path.resolve(workingDirectory, target);
    const format = FORMATS[name as FormatName];
    if (format.kind === 'document') await writeFile(file, format.render(report));
    else await writePages(report, file);
    stderr.write(`wrote ${format.kind === 'document' ? target : path.join(target, INDEX)}\n`);
  }
}

/** Writes the HTML report below `root`: an index, and a page beside the files of each benchmark. */
export async function writePages(report: RunReport, root: string): Promise<void> {
  for (const { path: name, text } of renderHtml(report)) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
