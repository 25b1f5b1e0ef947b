import test from 'ava';

import { type GithubEntry, renderGithub } from '../../../src/report/formats/github.js';
import { wholeRun } from '../compared.js';
import { finishedRun } from '../run.js';

function entriesOf(text: string): GithubEntry[] {
  return JSON.parse(text) as GithubEntry[];
}

test('a benchmark is its time with spread, bounds and change, then its exact metrics', (t) => {
  const run = wholeRun();
  const { analysis } = run.results[0] ?? t.fail();
  const [time, ...metrics] = entriesOf(renderGithub(run)).slice(0, 4);
  t.like(time, { name: 'execution/compute_heavy/fib_10', unit: 'ns/iter', value: analysis.typical.pointEstimate });
  t.regex(time?.range ?? '', /^± \d+\.\d+$/);
  t.regex(
    time?.extra ?? '',
    /^[\d.]+ ns to [\d.]+ ns \(95 % confidence\)\n30 samples\n\+[\d.]+% against a: regressed$/,
  );
  t.deepEqual(metrics, [
    {
      name: 'execution/compute_heavy/fib_10 (fuel per iteration)',
      unit: 'fuel per iteration',
      value: 1204,
      extra: 'no change',
    },
    { name: 'execution/compute_heavy/fib_10 (peak memory)', unit: 'bytes', value: 65_536, extra: 'no change' },
    { name: 'execution/compute_heavy/fib_10 (code)', unit: 'bytes', value: 2048 },
  ]);
});

test('names are told apart, and all values are numbers', (t) => {
  const entries = entriesOf(renderGithub(wholeRun()));
  t.is(new Set(entries.map(({ name }) => name)).size, entries.length);
  t.true(entries.every(({ value }) => Number.isFinite(value)));
});

test('a run of nothing is an empty list', (t) => {
  t.deepEqual(entriesOf(renderGithub(finishedRun({ results: [] }))), []);
});
