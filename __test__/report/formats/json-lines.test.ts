import { Ajv } from 'ajv';
import test from 'ava';

import { benchmarkComplete, groupComplete, jsonLine } from '../../../src/report/formats/json-lines.js';
import type { ReportedResult } from '../../../src/report/run-report.js';
import { wholeRun } from '../compared.js';

// The messages that cargo-criterion's book describes; it allows for further fields.
const INTERVAL = {
  type: 'object',
  properties: {
    estimate: { type: 'number' },
    lower_bound: { type: 'number' },
    upper_bound: { type: 'number' },
    unit: { type: 'string' },
  },
  required: ['estimate', 'lower_bound', 'upper_bound', 'unit'],
};
const NULLABLE_INTERVAL = { anyOf: [INTERVAL, { type: 'null' }] };
const BENCHMARK = {
  type: 'object',
  properties: {
    reason: { const: 'benchmark-complete' },
    id: { type: 'string' },
    report_directory: { type: 'string' },
    iteration_count: { type: 'array', items: { type: 'integer' } },
    measured_values: { type: 'array', items: { type: 'number' } },
    unit: { type: 'string' },
    throughput: {
      type: 'array',
      items: { type: 'object', properties: { per_iteration: { type: 'integer' }, unit: { type: 'string' } } },
    },
    typical: INTERVAL,
    mean: INTERVAL,
    median: INTERVAL,
    median_abs_dev: INTERVAL,
    slope: NULLABLE_INTERVAL,
    change: {
      anyOf: [
        { type: 'null' },
        {
          type: 'object',
          properties: { mean: INTERVAL, median: INTERVAL, change: { enum: ['NoChange', 'Improved', 'Regressed'] } },
          required: ['mean', 'median', 'change'],
        },
      ],
    },
  },
  required: [
    'reason',
    'id',
    'report_directory',
    'iteration_count',
    'measured_values',
    'unit',
    'throughput',
    'typical',
    'mean',
    'median',
    'median_abs_dev',
    'slope',
    'change',
  ],
};

test('every benchmark is one line of cargo-criterion’s form', (t) => {
  const validate = new Ajv({ allowUnionTypes: true }).compile(BENCHMARK);
  for (const result of wholeRun().results) {
    const line = jsonLine(benchmarkComplete(result, 'target/criterion/x/report'));
    t.is(line.indexOf('\n'), line.length - 1);
    t.true(line.startsWith('{"reason":"benchmark-complete",'));
    const message: unknown = JSON.parse(line);
    t.true(validate(message), JSON.stringify(validate.errors));
    t.like(message, { id: result.id, report_directory: 'target/criterion/x/report' });
  }
});

test('a comparison has fractions under the name of per cent, and its verdict in cargo-criterion’s words', (t) => {
  const [first, , , , slow] = wholeRun().results as [ReportedResult, ...ReportedResult[]];
  const { change } = benchmarkComplete(first, '');
  t.is(change?.change, 'Regressed');
  t.is(change?.mean.estimate, first.comparison?.change.mean.pointEstimate);
  t.is(change?.mean.unit, '%');
  t.is(benchmarkComplete(slow as ReportedResult, '').change?.change, 'NoChange');
  const verdicts = ['improved', 'within noise', 'undecided'] as const;
  const words = verdicts.map((verdict) => {
    const comparison = { ...(first.comparison as NonNullable<ReportedResult['comparison']>), verdict };
    return benchmarkComplete({ ...first, comparison }, '').change?.change;
  });
  t.deepEqual(words, ['Improved', 'NoChange', 'NoChange']);
});

test('throughput, slope and change are stated where there are any', (t) => {
  const results = wholeRun().results;
  t.deepEqual(benchmarkComplete(results[3] as ReportedResult, '').throughput, [
    { per_iteration: 40_000, unit: 'bytes' },
  ]);
  const flat = benchmarkComplete(results[4] as ReportedResult, '');
  t.deepEqual([flat.throughput, flat.slope], [[], null]);
  t.is(benchmarkComplete(results[5] as ReportedResult, '').change, null);
});

test('exact metrics go along, whole numbers beyond 2⁵³ as text', (t) => {
  const nasty = wholeRun().results.at(-1) as ReportedResult;
  t.is(benchmarkComplete(nasty, '').metrics['fuelPerIteration'], '18446744073709551622');
});

test('a group is told with the ids in it', (t) => {
  t.deepEqual(JSON.parse(jsonLine(groupComplete('memory/fill', ['memory/fill/a', 'memory/fill/b'], 'target/report'))), {
    reason: 'group-complete',
    group_name: 'memory/fill',
    benchmarks: ['memory/fill/a', 'memory/fill/b'],
    report_directory: 'target/report',
  });
});
