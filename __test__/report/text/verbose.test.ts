import test from 'ava';

import { planSamples } from '../../../src/bench/sampling/plan.js';
import type { ReportedResult } from '../../../src/report/run-report.js';
import { variationAdvice, verboseLines } from '../../../src/report/text/verbose.js';
import { shortfallWarning } from '../../../src/report/text/warning.js';
import { goldenResults } from '../compared.js';
import { reported } from '../run.js';

test('verbose adds the estimates, labelled percentiles, the distribution, the variation with advice, and the sampling', (t) => {
  const lines = verboseLines(reported({}, 100));
  t.regex(lines[0] ?? '', /^slope {2}\[[\d.]+ ns [\d.]+ ns\] R\^2 {12}\[[\d.]+ [\d.]+\]$/);
  t.regex(lines[1] ?? '', /^mean {3}\[[\d.]+ ns [\d.]+ ns\] std\. dev\. {6}\[/);
  t.regex(lines[2] ?? '', /^median \[[\d.]+ ns [\d.]+ ns\] med\. abs\. dev\. \[/);
  t.regex(lines[3] ?? '', /^p95 of batch means [\d.]+ ns, p99 of batch means [\d.]+ ns$/);
  t.regex(lines[4] ?? '', /^batch means █ +▁ 100\.00 ns to 150\.00 ns$/);
  t.regex(lines[5] ?? '', /^ {12}█ +·$/);
  t.regex(lines[6] ?? '', /^variation [\d.]+ % of the mean: usable$/);
  t.regex(lines[7] ?? '', /^sampling linear, \d+ to \d+ iterations a batch; warm-up of 10 iterations$/);
  t.is(lines.length, 8);
});

test('a result read from disk has no warm-up to tell of', (t) => {
  const [kept] = goldenResults() as [ReportedResult];
  t.is(verboseLines(kept).at(-1), 'sampling linear, 2806034 to 84181020 iterations a batch');
});

test('verbose tells the latency of single calls where they were timed', (t) => {
  const latency = { count: 12_345, p50Ns: 800, p95Ns: 1_200, p99Ns: 1_500, p999Ns: 16_000, maxNs: 3e6 };
  const text =
    'single calls p50 800.00 ns, p95 1.2000 µs, p99 1.5000 µs, p99.9 16.000 µs, max 3.0000 ms (12,345 calls)';
  t.is(verboseLines({ ...reported({}, 100), latency }).at(-1), text);
  t.false(verboseLines(reported({}, 100)).some((line) => line.startsWith('single calls')));
});

test('a flat sample has no slope to show', (t) => {
  t.false(verboseLines(reported({}, 1e9)).some((line) => line.startsWith('slope')));
});

test('the advice follows the guide’s thresholds', (t) => {
  t.regex(variationAdvice(0.21), /^21\.0 % of the mean: high; close other applications/);
  t.is(variationAdvice(0.2), '20.0 % of the mean: usable');
  t.is(variationAdvice(0.049), '4.9 % of the mean: ideal');
});

test('a plan short of time is warned of with the numbers that would do', (t) => {
  const warn = (meanNs: number, mode: 'linear' | 'flat') =>
    shortfallWarning(planSamples({ meanNs, targetNs: 5e9, sampleSize: 30, mode }), { measurementTimeS: 5 });
  t.is(warn(1e6, 'linear'), undefined);
  t.is(
    warn(1e8, 'linear'),
    'Warning: Unable to complete 30 samples in 5.0s. You may wish to increase target time to 46.6s, enable flat sampling, or reduce sample count to 9.',
  );
  t.is(
    warn(1e9, 'flat'),
    'Warning: Unable to complete 30 samples in 5.0s. You may wish to increase target time to 30.1s or reduce sample count to 4.',
  );
  t.is(
    warn(4e9, 'flat'),
    'Warning: Unable to complete 30 samples in 5.0s. You may wish to increase target time to 120.1s.',
  );
});
