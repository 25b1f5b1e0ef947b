// Report formats: one table of every form in which a finished run can be written.
import { OptionError } from '../bench/errors.js';
import { renderBencher } from './formats/bencher.js';
import { renderBmf } from './formats/bmf.js';
import { renderCsv } from './formats/csv.js';
import { renderGithub } from './formats/github.js';
import { type Page, renderHtml } from './html/html.js';
import { renderJson } from './formats/json.js';
import { renderJunit } from './formats/junit.js';
import { renderMarkdown } from './formats/markdown.js';
import type { DocumentRenderer, RunReport } from './run-report.js';

/** A format that is one document. */
export interface DocumentFormat {
  readonly kind: 'document';
  /** The purpose of the format in one line, for `--help`. */
  readonly describe: string;
  /** An example of a file name. */
  readonly example: string;
  readonly render: DocumentRenderer;
}

/** A format that is several pages, which link to each other. */
export interface PagesFormat {
  readonly kind: 'pages';
  /** The purpose of the format in one line, for `--help`. */
  readonly describe: string;
  /** The page to open first, relative to the root. */
  readonly example: string;
  readonly render: (run: RunReport) => Page[];
}

/** A format of a whole run. */
export type ReportFormat = DocumentFormat | PagesFormat;

/**
 * Every format by its name. To add one, write its file in `formats/`, add a row here, and describe it in
 * docs/reports.md. The options of the command line and the names that `renderReport` accepts come from this table.
 * Tests fail if the row or the section is missing.
 */
export const REPORT_FORMATS = {
  markdown: {
    kind: 'document',
    describe: 'a page of tables for people',
    example: 'baseline.md',
    render: renderMarkdown,
  } satisfies DocumentFormat as DocumentFormat,
  html: {
    kind: 'pages',
    describe: 'pages with charts, an index and one for each benchmark',
    example: 'report/index.html',
    render: renderHtml,
  } satisfies PagesFormat as PagesFormat,
  json: {
    kind: 'document',
    describe: 'the whole run for programs, by the schema docs/run.schema.json',
    example: 'run.json',
    render: renderJson,
  } satisfies DocumentFormat as DocumentFormat,
  csv: {
    kind: 'document',
    describe: 'a row for each benchmark, for spreadsheets',
    example: 'run.csv',
    render: renderCsv,
  } satisfies DocumentFormat as DocumentFormat,
  junit: {
    kind: 'document',
    describe: 'test results in XML: failures, regressions and missed targets',
    example: 'junit.xml',
    render: renderJunit,
  } satisfies DocumentFormat as DocumentFormat,
  bmf: {
    kind: 'document',
    describe: 'Bencher Metric Format, for `bencher run --adapter json`',
    example: 'bencher.json',
    render: renderBmf,
  } satisfies DocumentFormat as DocumentFormat,
  github: {
    kind: 'document',
    describe: 'JSON for github-action-benchmark’s tool customSmallerIsBetter',
    example: 'benchmark-data.json',
    render: renderGithub,
  } satisfies DocumentFormat as DocumentFormat,
  bencher: {
    kind: 'document',
    describe: 'a line for each benchmark, as Rust’s libtest prints it',
    example: 'bench.txt',
    render: renderBencher,
  } satisfies DocumentFormat as DocumentFormat,
};

/** The name of a report format, such as `markdown`. */
export type ReportFormatName = keyof typeof REPORT_FORMATS;

/** The result of `renderReport`: the text of a document, or the pages. */
export type RenderedReport<Name extends ReportFormatName> = ReturnType<(typeof REPORT_FORMATS)[Name]['render']>;

/**
 * Renders a finished run.
 *
 * @param format - The name of the format, such as `markdown`, `json` or `html`.
 * @param run - The finished run, from `runSuites`.
 * @returns The whole text; for `html`, the index page followed by one page for each benchmark.
 * @throws OptionError if there is no such format.
 * @throws ZodError from `json` if a figure is not finite; it names the field.
 */
export function renderReport<Name extends ReportFormatName>(format: Name, run: RunReport): RenderedReport<Name> {
  // JavaScript may pass anything.
  if (!isReportFormatName(format)) {
    throw new OptionError('format', format, `choose from ${Object.keys(REPORT_FORMATS).join(', ')}`);
  }
  return REPORT_FORMATS[format].render(run) as RenderedReport<Name>;
}

/** Whether `name` names a report format. */
export function isReportFormatName(name: unknown): name is ReportFormatName {
  return typeof name === 'string' && Object.hasOwn(REPORT_FORMATS, name);
}
