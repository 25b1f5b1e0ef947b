// Tests of derived rows and targets.
import test from 'ava';

import type { DerivedDefinition } from '../../src/bench/suite/definition.js';
import { deriveRows, targetRows } from '../../src/bench/derived.js';
import { type BenchmarkResult, runBenchmarks } from '../../src/bench/run-benchmarks.js';
import { benchmark, fakeMachine, quickOptions } from './fake.js';

const machine = fakeMachine();
const fast = benchmark({
  function: 'fast',
  setup: () => machine.routine(100),
  target: { kind: 'below', ns: 101, reference: 'quick' },
});
const slow = benchmark({ function: 'slow', setup: () => machine.routine(300), target: { kind: 'below', ns: 300 } });
const OPTIONS = quickOptions({ sampleSize: 4, warmUpTimeS: 1e-6, measurementTimeS: 1e-5 });

async function measure(...benchmarks: (typeof fast)[]): Promise<readonly BenchmarkResult[]> {
  return (await runBenchmarks(benchmarks, { options: OPTIONS, clock: machine.clock, failFast: false })).results;
}

const INPUTS = ['fake/group/slow', 'fake/group/fast'];
const ratio: DerivedDefinition = {
  id: 'fake/ratio',
  description: 'slow over fast',
  unit: 'ratio',
  inputs: INPUTS,
  compute: (of) => ({
    value: of('fake/group/slow').typicalNs / of('fake/group/fast').typicalNs,
    detail: 'as it should be',
  }),
  target: { comparison: '<=', value: 3 },
  reference: 'at most 3 ×',
};

test('a derived row is computed from the estimates of its inputs', async (t) => {
  const { rows, failures } = deriveRows([ratio], await measure(fast, slow));
  t.deepEqual(failures, []);
  t.is(rows.length, 1);
  t.like(rows[0], { id: 'fake/ratio', unit: 'ratio', detail: 'as it should be' });
  t.true(Math.abs((rows[0]?.value ?? 0) - 3) < 1e-9);
});

test('a derived row is skipped unless all its inputs were measured', async (t) => {
  t.deepEqual(deriveRows([ratio], await measure(fast)), { rows: [], failures: [] });
});

test('a row that throws, returns no number or reads an unnamed input fails by name', async (t) => {
  const results = await measure(fast, slow);
  const broken: DerivedDefinition[] = [
    {
      ...ratio,
      id: 'throws',
      compute: () => {
        throw new Error('broken');
      },
    },
    { ...ratio, id: 'infinite', compute: () => 1 / 0 },
    { ...ratio, id: 'unnamed', inputs: ['fake/group/slow'] },
  ];
  const { rows, failures } = deriveRows(broken, results);
  t.deepEqual(rows, []);
  t.deepEqual(
    failures.map(({ id }) => id),
    ['throws', 'infinite', 'unnamed'],
  );
  t.regex((failures[2]?.error as Error).message, /'fake\/group\/fast' is not among the inputs/);
});

for (const [returned, message] of [
  [undefined, 'the computed value is undefined: return a finite number'],
  [5n, 'the computed value is 5n: return a finite number'],
  ['3', "the computed value is '3': return a finite number"],
  [Promise.resolve(3), 'the computed value is Promise { 3 }: return a finite number'],
  [{ value: 1, id: 'another', unit: 'ns' }, "the computed value has a field 'id': return only { value, detail }"],
  [{ value: 1, detail: 7 }, 'the detail of the computed value is 7: return a string'],
] as const) {
  test(`a row is rejected: ${message}`, async (t) => {
    const row: DerivedDefinition = { ...ratio, compute: () => returned as never };
    const { rows, failures } = deriveRows([row], await measure(fast, slow));
    t.deepEqual(rows, []);
    t.like(failures, [{ id: 'fake/ratio', error: { message } }]);
  });
}

test('targets are met, missed or unknown', async (t) => {
  const results = await measure(fast, slow);
  const { rows } = deriveRows([ratio], results);
  const targets = targetRows([fast, slow], [ratio], results, rows);
  t.deepEqual(
    targets.map(({ id, status, reference }) => [id, status, reference]),
    [
      ['fake/group/fast', 'met', 'quick'],
      ['fake/group/slow', 'missed', undefined],
      ['fake/ratio', 'met', 'at most 3 ×'],
    ],
  );
});

test('a target whose benchmark failed, or whose other input was not run, is unknown', async (t) => {
  const results = await measure(fast);
  const targets = targetRows([fast, slow], [ratio], results, []);
  t.deepEqual(
    targets.map(({ actual, status }) => [actual === null, status]),
    [
      [false, 'met'],
      [true, 'unknown'],
      [true, 'unknown'],
    ],
  );
});

test('targets of unselected benchmarks are omitted', async (t) => {
  t.deepEqual(targetRows([], [ratio], [], []), []);
});
