// Tests of the table of report formats.
import { readdir } from 'node:fs/promises';

import test from 'ava';

import { isReportFormatName, renderReport, REPORT_FORMATS } from '../../src/report/formats.js';
import { renderCsv } from '../../src/report/formats/csv.js';
import type { Page } from '../../src/report/html/html.js';
import type { RunReport } from '../../src/report/run-report.js';
import { wholeRun } from './golden-run.js';
import { finishedRun, reported } from './fake-run.js';

const EDGES: Readonly<Record<string, RunReport>> = {
  everything: wholeRun(),
  nothing: finishedRun({ results: [], derived: [], targets: [] }),
  'failures only': finishedRun({
    results: [],
    derived: [],
    targets: [],
    failures: [{ id: 'x/y', error: new Error('broken') }],
    derivedFailures: [{ id: 'x/z', error: null }],
  }),
  'flat samples only': finishedRun({ results: [reported({ samplingMode: 'flat' }, 1e9)] }),
};

for (const [name, format] of Object.entries(REPORT_FORMATS)) {
  for (const [edge, run] of Object.entries(EDGES)) {
    test(`${name} renders a run of ${edge} without NaN, Infinity, undefined or [object`, (t) => {
      const texts = format.kind === 'document' ? [format.render(run)] : format.render(run).map(({ text }) => text);
      t.true(texts.length > 0);
      for (const text of texts) t.notRegex(text, /\bNaN\b|\bInfinity\b|\[object|\bundefined\b/);
    });
  }
}

test('only the names of formats are accepted', (t) => {
  t.true(isReportFormatName('bmf'));
  t.false(isReportFormatName('toString'));
  t.false(isReportFormatName('xml'));
  for (const { describe, example } of Object.values(REPORT_FORMATS)) t.true(describe !== '' && example !== '');
});

test('renderReport renders each format by its name', (t) => {
  const run = wholeRun();
  const text: string = renderReport('csv', run);
  const [index]: Page[] = renderReport('html', run);
  t.is(text, renderCsv(run));
  t.is(index?.path, 'report/index.html');
});

test('renderReport names the formats when asked for an unknown one', (t) => {
  t.throws(() => renderReport('xml' as 'csv', wholeRun()), {
    name: 'OptionError',
    code: 'BAD_OPTION',
    message: "format is 'xml': choose from markdown, html, json, csv, junit, bmf, github, bencher",
  });
});

test('the table lists every renderer in src/report/formats', async (t) => {
  const directory = new URL('../../src/report/formats/', import.meta.url);
  const listed = new Set<unknown>(Object.values(REPORT_FORMATS).map(({ render }) => render));
  const files = (await readdir(directory)).filter((file) => file.endsWith('.js'));
  t.true(files.length > 0);
  for (const file of files) {
    const module = (await import(new URL(file, directory).href)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      if (name.startsWith('render')) t.true(listed.has(value), `${name} of ${file} is not in REPORT_FORMATS`);
    }
  }
});
