import test from 'ava';

import type { Estimate } from '../../../src/stats/estimate.js';
import { bencherLine, renderBencher } from '../../../src/report/formats/bencher.js';
import type { ReportedResult } from '../../../src/report/run-report.js';
import { wholeRun } from '../compared.js';
import { finishedRun, reported } from '../run.js';

function timed(medianNs: number, stdDevNs: number): ReportedResult {
  const result = reported({ group: 'group', function: 'name' }, 100);
  const estimate = (pointEstimate: number): Estimate => ({ ...result.analysis.typical, pointEstimate });
  const estimates = { ...result.analysis.estimates, median: estimate(medianNs), stdDev: estimate(stdDevNs) };
  return { ...result, analysis: { ...result.analysis, estimates } };
}

// Criterion 0.8 prints `test {id} ... bench: {:>11} {}/iter (+/- {})` of median and standard deviation as u64.
test('the line is Criterion’s: median and standard deviation, cut to whole nanoseconds', (t) => {
  t.is(bencherLine(timed(1234.9, 56.7)), 'test group/name ... bench:        1234 ns/iter (+/- 56)');
  t.is(bencherLine(timed(0.4, 0.04)), 'test group/name ... bench:           0 ns/iter (+/- 0)');
  t.is(bencherLine(timed(123_456_789_012, 1e9)), 'test group/name ... bench: 123456789012 ns/iter (+/- 1000000000)');
});

test('an empty line ends each group', (t) => {
  const results = ['a', 'a', 'b'].map((group, i) => reported({ group, function: `f${i}` }, 100));
  const lines = renderBencher(finishedRun({ results })).split('\n');
  t.deepEqual(
    lines.map((line) => line.split(' ')[1]),
    ['a/f0', 'a/f1', undefined, 'b/f2', undefined, undefined],
  );
});

test('no name ends its line or colours it', (t) => {
  const lines = renderBencher(wholeRun()).split('\n').filter(Boolean);
  t.is(lines.length, wholeRun().results.length);
  for (const line of lines) t.regex(line, /^test .+ \.\.\. bench: +\d+ ns\/iter \(\+\/- \d+\)$/);
  t.true(lines.some((line) => line.startsWith('test nasty/line end and nul [31m ...')));
  t.notRegex(lines.join(''), /\p{Cc}/u);
});
