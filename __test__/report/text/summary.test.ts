import test from 'ava';

import { createColours } from '../../../src/report/text/colours.js';
import { latencyClasses } from '../../../src/report/text/latency.js';
import { renderSummary } from '../../../src/report/text/summary.js';
import { finishedRun } from '../run.js';

const plain = createColours(false);

test('the summary holds classes with rates, derived rows, targets with status, and the sample size', (t) => {
  const text = renderSummary(finishedRun(), plain);
  t.regex(text, /^Sub-microsecond \(below 1 µs\)\n {2}execution\/add\/core\|call +[\d.]+ ns +[\d,]+\/s\n/);
  t.regex(text, /^Sub-millisecond \(below 1 ms\)\n {2}runtime\/engine_creation +[\d.]+ µs +[\d,]+\/s\n/m);
  t.regex(text, /^Derived\n {2}execution\/ratio +0\.98 × +R² 0\.999\n/m);
  t.regex(text, /^ {2}a +< 10\.000 ms +2\.3500 µs +met +<10ms$/m);
  t.regex(text, /^ {2}b +≥ 98 % +61\.5 % +MISSED$/m);
  t.regex(text, /^ {2}c +≤ 512 KiB +— +—$/m);
  t.true(text.endsWith("30 samples; Criterion's default is 100.\n"));
  t.notRegex(text, / $/m);
});

test('failures are named with their reason', (t) => {
  const run = finishedRun({
    failures: [{ id: 'x/y', error: new Error('broken\nsecond line') }],
    derivedFailures: [{ id: 'x/row', error: 'odd' }],
  });
  t.regex(renderSummary(run, plain), /^2 failed\n {2}x\/y: broken\n {2}x\/row: odd\n/m);
});

test('a run of nothing has an empty summary', (t) => {
  t.is(renderSummary(finishedRun({ results: [], derived: [], targets: [] }), plain), '');
});

test('a time belongs to the smallest class that it lies below', (t) => {
  const classes = latencyClasses([0.5, 1, 999, 1000, 4999, 1e6, 1e9], (ns) => ns);
  t.deepEqual(
    classes.map(({ name, members }) => [name, members]),
    [
      ['sub-nanosecond', [0.5]],
      ['sub-microsecond', [1, 999]],
      ['sub-millisecond', [1000, 4999]],
      ['sub-second', [1e6]],
      ['seconds', [1e9]],
    ],
  );
});
