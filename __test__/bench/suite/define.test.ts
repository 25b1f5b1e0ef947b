// Tests of the definition of suites.
import test from 'ava';

import { type Routine, benchmarkId } from '../../../src/bench/suite/definition.js';
import { BenchError } from '../../../src/bench/errors.js';
import { type BenchmarkOptions, defineSuite, parameterized } from '../../../src/bench/suite/define.js';
import { sync } from '../../../src/bench/suite/routine.js';

const setup = () => sync(() => 1);

function suiteOf(benchmark: unknown): unknown {
  return { category: 'parse', benchmarks: [benchmark] };
}

test('an omitted field has its default', (t) => {
  const { benchmarks, ...suite } = defineSuite({ category: 'parse', benchmarks: [{ function: 'small', setup }] });
  t.deepEqual(suite, { category: 'parse', isDefault: true });
  t.like(benchmarks[0], { group: 'parse', function: 'small', description: 'parse/small', side: 'node' });
  t.false('value' in (benchmarks[0] ?? {}));
});

test('given fields stay, and a complete suite is returned unchanged', (t) => {
  const compute = () => 1;
  const given = {
    category: 'parse',
    isDefault: false,
    versions: { parser: '1.2.3' },
    derived: [{ id: 'parse/row', description: 'a row', unit: 'ratio', inputs: ['parse/json/small'], compute }],
    benchmarks: [
      {
        group: 'parse/json',
        function: 'small',
        value: '10',
        description: 'A small text.',
        side: 'engine',
        settings: { mode: 'strict' },
        throughput: { bytes: 10 },
        target: { kind: 'below', ns: 100, reference: 'a tenth of a microsecond' },
        samplingMode: 'flat',
        setup,
      },
    ],
  } as const;
  const again = defineSuite(defineSuite(given));
  const [benchmark] = again.benchmarks;
  t.deepEqual({ ...again, benchmarks: [{ ...benchmark, setup }] }, given as never);
});

test('a benchmark may be measured at several parameters, and all of its fields may depend on them', (t) => {
  const { benchmarks } = defineSuite({
    category: 'sum',
    benchmarks: [
      ...parameterized([10, 1000], (size) => ({ function: 'list', throughput: { elements: size }, setup })),
      ...parameterized({ empty: [], one: [1] }, (list) => ({ function: 'of', description: `${list.length}`, setup })),
    ],
  });
  t.deepEqual(benchmarks.map(benchmarkId), ['sum/list/10', 'sum/list/1000', 'sum/of/empty', 'sum/of/one']);
  t.deepEqual(benchmarks[1]?.throughput, { elements: 1000 });
  t.is(benchmarks[3]?.description, '1');
  const error = t.throws(() => parameterized([[1]] as never, () => ({ function: 'f', setup })), {
    instanceOf: BenchError,
  });
  t.is(error.message, 'a parameter is [ 1 ]: give numbers or strings, or name other values, as in { small: value }');
});

test('setup is called on its benchmark', async (t) => {
  const benchmark: BenchmarkOptions & { readonly seen: Routine } = Object.assign(Object.create({ seen: setup() }), {
    function: 'f',
    setup(this: { readonly seen: Routine }) {
      return this.seen;
    },
  });
  const [defined] = defineSuite({ category: 'c', benchmarks: [benchmark] }).benchmarks;
  t.is(await defined?.setup(), benchmark.seen);
});

const BAD_SUITES: [why: string, suite: unknown, message: string][] = [
  ['nothing', undefined, 'the suite is undefined: give { category, benchmarks }'],
  [
    'no category',
    { benchmarks: [{ function: 'f', setup }] },
    "the suite: category is undefined: give the first part of every group, without '/', such as 'parse'",
  ],
  [
    'no benchmarks',
    { category: 'parse', benchmarks: [] },
    "suite 'parse': benchmarks is []: give a list with at least one benchmark",
  ],
  [
    'a slip',
    { category: 'parse', benchmark: [] },
    "suite 'parse': there is no field 'benchmark': did you mean 'benchmarks'?",
  ],
  [
    'a text for a switch',
    { category: 'parse', isDefault: 'no', benchmarks: [{ function: 'f', setup }] },
    "suite 'parse': isDefault is 'no': give true or false",
  ],
  [
    'a number as a version',
    { category: 'parse', versions: { parser: 1 }, benchmarks: [{ function: 'f', setup }] },
    "suite 'parse': versions is { parser: 1 }: give an object of strings, such as { engine: '1.2.3' }",
  ],
  [
    'a gap among the benchmarks',
    { category: 'parse', benchmarks: Object.assign([], { 1: { function: 'f', setup } }) },
    "benchmark 1 of suite 'parse' is undefined: give { function, setup }",
  ],
  ['a benchmark of null', suiteOf(null), "benchmark 1 of suite 'parse' is null: give { function, setup }"],
  [
    'a benchmark without a name',
    suiteOf({ setup }),
    "benchmark 1 of suite 'parse': function is undefined: give the name of the measured function, such as 'small'",
  ],
  [
    'no setup',
    suiteOf({ function: 'f' }),
    "benchmark 'f' of suite 'parse': setup is undefined: give a function that returns a routine, such as () => sync(() => work())",
  ],
  [
    'a misspelt setup',
    suiteOf({ function: 'f', setUp: setup }),
    "benchmark 'f' of suite 'parse': there is no field 'setUp': did you mean 'setup'?",
  ],
  [
    'half a byte',
    suiteOf({ function: 'f', setup, throughput: { bytes: 0.5 } }),
    "benchmark 'f' of suite 'parse': throughput is { bytes: 0.5 }: give { bytes } or { elements } per iteration, a whole number of at least 1",
  ],
  [
    'two throughputs',
    suiteOf({ function: 'f', setup, throughput: { bytes: 1, elements: 1 } }),
    "benchmark 'f' of suite 'parse': throughput is { bytes: 1, elements: 1 }: give { bytes } or { elements } per iteration, a whole number of at least 1",
  ],
  [
    'a target of 0',
    suiteOf({ function: 'f', setup, target: { ns: 0 } }),
    "benchmark 'f' of suite 'parse': target is { ns: 0 }: give { ns }, a number above 0, and optionally { reference }, the requirement's text",
  ],
  [
    'another side',
    suiteOf({ function: 'f', setup, side: 'browser' }),
    "benchmark 'f' of suite 'parse': side is 'browser': choose from engine, node",
  ],
  [
    'another mode',
    suiteOf({ function: 'f', setup, samplingMode: 'fast' }),
    "benchmark 'f' of suite 'parse': samplingMode is 'fast': choose from auto, linear, flat",
  ],
  [
    'another category',
    suiteOf({ group: 'other', function: 'f', setup }),
    "benchmark 'other/f' is in the suite 'parse': begin its group with 'parse'",
  ],
  [
    'no inputs',
    {
      category: 'parse',
      derived: [{ id: 'parse/row', description: 'd', unit: 'ratio', inputs: [], compute: () => 1 }],
      benchmarks: [{ function: 'f', setup }],
    },
    "derived row 'parse/row' of suite 'parse': inputs is []: give the ids of the benchmarks that the row is computed from",
  ],
  [
    'another unit',
    {
      category: 'parse',
      derived: [{ id: 'parse/row', description: 'd', unit: 'miles', inputs: ['parse/f'], compute: () => 1 }],
      benchmarks: [{ function: 'f', setup }],
    },
    "derived row 'parse/row' of suite 'parse': unit is 'miles': choose from ratio, percent, ns, bytes, count, ns/KB, GB/s",
  ],
];

for (const [why, suite, message] of BAD_SUITES) {
  test(`a suite with ${why} is rejected`, (t) => {
    const error = t.throws(() => defineSuite(suite as never), { instanceOf: BenchError });
    t.is(error.message, message);
    t.is(error.code, 'BAD_DEFINITION');
  });
}

for (const [what, returned, message] of [
  ['nothing', undefined, 'setup returned undefined: return a routine, such as sync(() => work())'],
  ['null, later', Promise.resolve(null), 'setup returned null: return a routine, such as sync(() => work())'],
  [
    'a function',
    function work() {},
    'setup returned [Function: work]: wrap it in sync, as in sync(() => work()), or in async if it returns a promise',
  ],
] as const) {
  test(`a setup that returns ${what} is rejected`, async (t) => {
    const [benchmark] = defineSuite(suiteOf({ function: 'f', setup: () => returned }) as never).benchmarks;
    const error = await t.throwsAsync(async () => benchmark?.setup(), { instanceOf: BenchError });
    t.is(error.message, message);
  });
}
