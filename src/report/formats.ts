// In which forms can a finished run be written?
import { renderBencher } from './formats/bencher.js';
import { renderBmf } from './formats/bmf.js';
import { renderCsv } from './formats/csv.js';
import { renderGithub } from './formats/github.js';
import { type Page, renderHtml } from './html/html.js';
import { renderJson } from './formats/json.js';
import { renderJunit } from './formats/junit.js';
import { renderMarkdown } from './formats/markdown.js';
import type { Format, RunReport } from './run-report.js';

/** A form of a whole run: one document, or pages that link to each other. */
export type ReportFormat =
  | {
      readonly kind: 'document';
      /** For whom it is, in one line. */
      readonly describe: string;
      /** What a file of it may be called. */
      readonly example: string;
      readonly render: Format;
    }
  | {
      readonly kind: 'pages';
      readonly describe: string;
      /** The page to open first, relative to the root. */
      readonly example: string;
      readonly render: (run: RunReport) => Page[];
    };

export type FormatName = 'markdown' | 'html' | 'json' | 'csv' | 'junit' | 'bmf' | 'github' | 'bencher';

/** Every form by the name that people give it. */
export const FORMATS: Readonly<Record<FormatName, ReportFormat>> = {
  markdown: document('a page of tables for people', 'baseline.md', renderMarkdown),
  html: {
    kind: 'pages',
    describe: 'pages with charts, an index and one for each benchmark',
    example: 'report/index.html',
    render: renderHtml,
  },
  json: document('the whole run for programs, by the schema docs/run.schema.json', 'run.json', renderJson),
  csv: document('a row for each benchmark, for spreadsheets', 'run.csv', renderCsv),
  junit: document('test results in XML: failures, regressions and missed targets', 'junit.xml', renderJunit),
  bmf: document('Bencher Metric Format, for `bencher run --adapter json`', 'bencher.json', renderBmf),
  github: document('github-action-benchmark’s tool customSmallerIsBetter', 'benchmark-data.json', renderGithub),
  bencher: document('a line for each benchmark, as of Rust’s libtest', 'bench.txt', renderBencher),
};

/** Whether `name` is one of the forms. */
export function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}

function document(describe: string, example: string, render: Format): ReportFormat {
  return { kind: 'document', describe, example, render };
}
