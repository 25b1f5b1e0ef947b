import test from 'ava';

import { type Comparison, judge } from '../../../src/baseline/compare.js';
import { CHANGE_FILE, ESTIMATES_FILE, fromEstimatesFile } from '../../../src/baseline/files/schema.js';
import { DEFAULT_OPTIONS } from '../../../src/bench/options.js';
import { benchmarkLines, type Measurement } from '../../../src/report/text/benchmark.js';
import { createColours } from '../../../src/report/text/colours.js';
import { countOutliers, tukeyFences } from '../../../src/stats/outliers.js';
import { averages, BENCHMARKS, golden, type GoldenSample, goldenText } from '../../stats/golden.js';

const plain = createColours(false);

/** What Criterion measured, in our types; nothing is computed but the outliers. */
function measured(id: string, directory: string, baseline: 'a' | 'b', comparison?: Comparison): Measurement {
  const estimates = fromEstimatesFile(ESTIMATES_FILE.parse(golden(`${directory}/${baseline}/estimates.json`)));
  const values = averages(golden<GoldenSample>(`${directory}/${baseline}/sample.json`));
  return {
    title: id,
    estimates,
    typical: estimates.slope ?? estimates.mean,
    outliers: countOutliers(values, tukeyFences(values)),
    sampleSize: values.length,
    throughput: id === 'memory/fill/fill_memory' ? { bytes: 40_000 } : undefined,
    comparison,
  };
}

function goldenComparison(directory: string, p: number): Comparison {
  const { mean, median } = CHANGE_FILE.parse(golden(`${directory}/change/estimates.json`));
  const estimates = ESTIMATES_FILE.parse({ ...golden<object>(`${directory}/b/estimates.json`), mean, median });
  const change = fromEstimatesFile(estimates);
  return { baseline: 'a', p, change, verdict: judge(p, change.mean.confidenceInterval, DEFAULT_OPTIONS) };
}

// Criterion ends each group with an empty line.
function text(measurements: Measurement[]): string {
  const group = ({ title }: Measurement) => title.split('/')[0];
  const lines = measurements.flatMap((measurement, i) => {
    const next = measurements[i + 1];
    const isLast = next === undefined || group(next) !== group(measurement);
    return [...benchmarkLines(measurement, DEFAULT_OPTIONS, plain), ...(isLast ? [''] : [])];
  });
  return `${lines.join('\n')}\n`;
}

test('a run is printed byte for byte as Criterion printed it', (t) => {
  t.is(text(BENCHMARKS.map(({ id, directory }) => measured(id, directory, 'a'))), goldenText('a.txt'));
});

// Criterion estimated anew before it compared, so the bounds of times differ from its files by bootstrap error.
function withoutTimeBounds(printed: string): string {
  return printed.replaceAll(/\[\d\S+ (\S+) (\S+ \S+) \S+ (\S+)\]/g, '[… $1 $2 … $3]');
}

test('a comparison is printed byte for byte as Criterion printed it, but for the bounds it estimated anew', (t) => {
  const measurements = BENCHMARKS.map(({ id, directory, p }) =>
    measured(id, directory, 'b', goldenComparison(directory, p)),
  );
  t.is(withoutTimeBounds(text(measurements)), withoutTimeBounds(goldenText('b-against-a.txt')));
});

function verdictLine(verdict: Comparison['verdict']): string | undefined {
  const [first] = BENCHMARKS;
  const comparison = { ...goldenComparison(first.directory, first.p), verdict };
  return benchmarkLines(measured(first.id, first.directory, 'b', comparison), DEFAULT_OPTIONS, plain)[3]?.trim();
}

test('each verdict has its words', (t) => {
  t.is(verdictLine('improved'), 'Performance has improved.');
  t.is(verdictLine('within noise'), 'Change within noise threshold.');
  t.is(verdictLine('undecided'), 'No verdict: fewer than 10 samples.');
});

test('exact metrics stand below the verdict, each with its change', (t) => {
  const [first] = BENCHMARKS;
  const comparison = goldenComparison(first.directory, first.p);
  const measurement = {
    ...measured(first.id, first.directory, 'b', comparison),
    metrics: { peakMemoryBytes: 65_536, fuelPerIteration: 1205n },
    previousMetrics: { peakMemoryBytes: 65_536, fuelPerIteration: 1204 },
  };
  const lines = benchmarkLines(measurement, DEFAULT_OPTIONS, plain);
  t.deepEqual(lines.slice(4, 6), [
    `${' '.repeat(24)}peak memory 64 KiB (no change)`,
    `${' '.repeat(24)}fuel per iteration 1,204 → 1,205 (+1)`,
  ]);
});

test('a title of 23 bytes shares its line, one of 24 stands alone', (t) => {
  const [first] = BENCHMARKS;
  const lines = (title: string) =>
    benchmarkLines({ ...measured(first.id, first.directory, 'a'), title }, DEFAULT_OPTIONS, plain);
  t.true(lines('x'.repeat(23))[0]?.startsWith(`${'x'.repeat(23)} time:   [`));
  t.is(lines('x'.repeat(24))[0], 'x'.repeat(24));
  t.is(lines(`${'x'.repeat(22)}µ`)[0], `${'x'.repeat(22)}µ`);
});

test('colours change nothing but escapes', (t) => {
  const [first] = BENCHMARKS;
  const measurement = measured(first.id, first.directory, 'b', goldenComparison(first.directory, first.p));
  const coloured = benchmarkLines(measurement, DEFAULT_OPTIONS, createColours(true)).join('\n');
  t.true(coloured.includes('\u001B[32m'));
  t.is(coloured.replaceAll(/\u001B\[\d+m/g, ''), benchmarkLines(measurement, DEFAULT_OPTIONS, plain).join('\n'));
});
