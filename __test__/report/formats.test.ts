import test from 'ava';

import { FORMATS, isFormatName } from '../../src/report/formats.js';
import type { RunReport } from '../../src/report/run-report.js';
import { wholeRun } from './compared.js';
import { finishedRun, reported } from './run.js';

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

for (const [name, format] of Object.entries(FORMATS)) {
  for (const [edge, run] of Object.entries(EDGES)) {
    test(`${name} writes a run of ${edge} without a figure that is none`, (t) => {
      const texts = format.kind === 'document' ? [format.render(run)] : format.render(run).map(({ text }) => text);
      t.true(texts.length > 0);
      for (const text of texts) t.notRegex(text, /\bNaN\b|\bInfinity\b|\[object|\bundefined\b/);
    });
  }
}

test('formats are found by their own names alone', (t) => {
  t.true(isFormatName('bmf'));
  t.false(isFormatName('toString'));
  t.false(isFormatName('xml'));
  for (const { describe, example } of Object.values(FORMATS)) t.true(describe !== '' && example !== '');
});
