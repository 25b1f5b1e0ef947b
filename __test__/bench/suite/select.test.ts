// Tests of the selection by filters.
import test from 'ava';

import { BenchError } from '../../../src/bench/errors.js';
import { benchmarkId, type Suite } from '../../../src/bench/suite/definition.js';
import { selectBenchmarks } from '../../../src/bench/suite/select.js';
import { benchmark, fakeMachine } from '../fake.js';

function suite(category: string, isDefault: boolean, ...names: string[]): Suite {
  const setup = () => fakeMachine().routine(1);
  const benchmarks = names.map((name) => benchmark({ setup, group: `${category}/group`, function: name }));
  return { category, isDefault, benchmarks };
}

const SUITES = [
  suite('execution', true, 'add', 'memory_intensive'),
  suite('memory', true, 'grow', 'normal_execution'),
  suite('crash_handling', true, 'trap'),
  suite('limits', false, 'fuel_overhead'),
];

function select(filters: string[], flags: { all?: boolean; exact?: boolean } = {}): string[] {
  return selectBenchmarks(SUITES, { filters, all: false, exact: false, ...flags }).map(benchmarkId);
}

const MEMORY = ['memory/group/grow', 'memory/group/normal_execution'];

test('no filter selects the default suites', (t) => {
  t.deepEqual(select([]), [
    'execution/group/add',
    'execution/group/memory_intensive',
    ...MEMORY,
    'crash_handling/group/trap',
  ]);
});

test('all includes the other suites', (t) => {
  t.is(select([], { all: true }).at(-1), 'limits/group/fuel_overhead');
});

test('a category selects only itself, not ids that contain its name', (t) => {
  t.deepEqual(select(['memory']), MEMORY);
  t.deepEqual(select(['execution']), ['execution/group/add', 'execution/group/memory_intensive']);
});

test('the first word of a category selects it', (t) => {
  t.deepEqual(select(['crash']), ['crash_handling/group/trap']);
});

test('any other filter is a regular expression over ids', (t) => {
  t.deepEqual(select(['memory_']), ['execution/group/memory_intensive']);
  t.deepEqual(select(['^memory/.*grow$']), ['memory/group/grow']);
});

test('a suite that is not run by default is selected by name', (t) => {
  t.deepEqual(select(['limits']), ['limits/group/fuel_overhead']);
  t.deepEqual(select(['fuel']), ['limits/group/fuel_overhead']);
});

test('several filters select the union, each benchmark once, in the suites’ order', (t) => {
  t.deepEqual(select(['trap', 'memory', 'grow']), [...MEMORY, 'crash_handling/group/trap']);
});

test('exact treats filters as exact ids', (t) => {
  t.deepEqual(select(['execution/group/add'], { exact: true }), ['execution/group/add']);
  t.throws(() => select(['execution'], { exact: true }), {
    instanceOf: BenchError,
    message: /no benchmark has the id 'execution'/,
  });
});

test('a filter that selects nothing is rejected with the categories, even beside one that does', (t) => {
  const error = t.throws(() => select(['memory', 'nowhere']), { instanceOf: BenchError });
  t.is(error?.code, 'NO_MATCH');
  t.is(
    error?.message,
    "no benchmark matches 'nowhere': choose from the categories execution, memory, crash_handling, limits, or see --list",
  );
});

test('a filter that is not a regular expression is rejected', (t) => {
  t.throws(() => select(['fib(']), { instanceOf: BenchError, message: /'fib\(' is not a regular expression/ });
});
