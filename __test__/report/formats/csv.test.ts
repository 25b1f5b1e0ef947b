// Tests of the CSV format.
import test from 'ava';
import { parse } from 'csv-parse/sync';

import type { Comparison } from '../../../src/baseline/compare.js';
import { renderCsv } from '../../../src/report/formats/csv.js';
import type { ReportedResult } from '../../../src/report/run-report.js';
import { NASTY, wholeRun } from '../golden-run.js';
import { finishedRun } from '../fake-run.js';

function rowsOf(text: string): Record<string, string>[] {
  return parse(text, { columns: true, record_delimiter: '\r\n' });
}

test('each benchmark has a row, failed ones with their error', (t) => {
  const run = wholeRun();
  const rows = rowsOf(renderCsv(run));
  t.is(rows.length, run.results.length + run.failures.length);
  t.deepEqual(
    rows.filter(({ error }) => error !== '').map(({ id, error, typicalNs }) => [id, error, typicalNs]),
    [['nasty/<failed>', String.raw`broken: <b>\u{0} "&" ]]>`, '']],
  );
});

test('names with any characters are read back unchanged', (t) => {
  const names = rowsOf(renderCsv(wholeRun())).map((row) => row['function']);
  const harmless = NASTY.filter((name) => !/^[=+\-@]/.test(name));
  t.deepEqual(harmless, ['<script>alert("x")</script>', ...NASTY.slice(3)]);
  // In UTF-8, a lone surrogate becomes U+FFFD.
  for (const name of harmless) t.true(names.includes(Buffer.from(name).toString()), name);
});

test('text that a spreadsheet would evaluate as a formula has a leading apostrophe', (t) => {
  const names = rowsOf(renderCsv(wholeRun())).map((row) => row['function']);
  const dangerous = NASTY.filter((name) => /^[=+\-@]/.test(name));
  t.is(dangerous.length, 2);
  for (const name of dangerous) t.true(names.includes(`'${name}`), name);
});

test('figures are written in full, negative ones as numbers', (t) => {
  const run = wholeRun();
  const rows = rowsOf(renderCsv(run));
  const slow = rows[4] as Record<string, string>;
  const { analysis, comparison } = run.results[4] as ReportedResult;
  t.is(Number(slow['typicalNs']), analysis.typical.pointEstimate);
  t.is(Number(slow['change']), (comparison as Comparison).change.mean.pointEstimate);
  t.true(Number(slow['change']) < 0);
  t.deepEqual([slow['slopeNs'], slow['verdict'], slow['baseline'], slow['samples']], ['', 'unchanged', 'a', '10']);
});

test('exact metrics have a column each, and bigints keep all digits', (t) => {
  const rows = rowsOf(renderCsv(wholeRun()));
  t.is(rows[0]?.['metric.peakMemoryBytes'], '65536');
  t.is(rows.find(({ id }) => id === 'nasty/__proto__')?.['metric.fuelPerIteration'], '18446744073709551622');
  t.is(rows.find(({ id }) => id === 'nasty/__proto__')?.['metric.own "6" <metric>'], '6.5');
});

test('an empty run has only the header, and every line ends as RFC 4180 requires', (t) => {
  const text = renderCsv(finishedRun({ results: [] }));
  t.regex(text, /^id,group,function,value,side,samples,[\w,]+,target,error\r\n$/);
  t.is(renderCsv(finishedRun()).split('\r\n').length, 4);
});
