// Tests of the benchmarks of any guest.
import test from 'ava';
import { fixture } from '#guests';
import { fileURLToPath } from 'node:url';

import { type BenchmarkDefinition, benchmarkId } from '../../src/bench/suite/definition.js';
import { validateSuites } from '../../src/bench/suite/validate-suites.js';
import { MeasureError } from '../../src/measure/errors.js';
import { type GuestBinary, readGuest } from '../../src/measure/guest-file.js';
import { type MeasureOptions, measureSuite } from '../../src/measure/guest-suite.js';
import { native } from '../../src/native.js';

const MiB = 1024 ** 2;

function options(given: Partial<MeasureOptions> = {}): MeasureOptions {
  return { name: 'mine', calls: [], isFresh: false, engine: {}, limits: { memoryBytes: 64 * MiB }, ...given };
}

const guest = (name: string): Promise<GuestBinary> => readGuest(fileURLToPath(fixture(name)), '/');
const text = (wat: string): GuestBinary => ({
  binary: native.parseText(wat),
  isComponent: wat.startsWith('(component'),
});

const found = (benchmarks: readonly BenchmarkDefinition[], id: string): BenchmarkDefinition => {
  return benchmarks.find((benchmark) => benchmarkId(benchmark) === id) as BenchmarkDefinition;
};

const calculator = await guest('calculator.wat');

const COUNTER = text(`(module (memory 1) (global $n (mut i32) (i32.const 0))
  (func (export "next") (result i32)
    (if (i32.eqz (global.get $n)) (then (drop (memory.grow (i32.const 1)))))
    (global.set $n (i32.add (global.get $n) (i32.const 1)))
    (global.get $n)))`);

test('without calls, compilation and instantiation are measured', async (t) => {
  const { suite, calls } = await measureSuite(await guest('minimal.wat'), options());
  t.deepEqual(suite.benchmarks.map(benchmarkId), ['mine/compile', 'mine/instantiate_cold', 'mine/instantiate_warm']);
  t.deepEqual(calls, []);
  validateSuites([suite]);
});

test('each call is a benchmark named after its text, and its result is reported', async (t) => {
  const texts = ['ops#scale({x: 1,\n y: 2}, 0.5)', 'acme:calc/ops#divide(7, 2)', 'join(["a//b"], "")', 'nothing()'];
  const { suite, calls } = await measureSuite(await guest('guests/c/types.wasm'), options({ calls: texts }));
  validateSuites([suite]);
  t.deepEqual(suite.benchmarks.slice(3).map(benchmarkId), [
    'mine/call/ops#scale({x: 1, y: 2}, 0.5)',
    'mine/call/acme:calc_ops#divide(7, 2)',
    'mine/call/join(["a__b"], "")',
    'mine/call/nothing()',
  ]);
  t.deepEqual(
    calls.map(({ result }) => result),
    ['{x: 0.5, y: 1}', 'ok(3)', '"a//b"', '()'],
  );
});

test('every benchmark runs and has exact metrics', async (t) => {
  const { suite } = await measureSuite(calculator, options({ calls: ['fib(10)'] }));
  for (const benchmark of suite.benchmarks) {
    const routine = await benchmark.setup();
    t.true(Number(await routine.run(3)) > 0, benchmarkId(benchmark));
    const metrics = await routine.metrics?.();
    t.is(metrics?.['binaryBytes'], calculator.binary.length);
    t.true((metrics?.codeBytes ?? 0) > 0);
  }
  const metrics = await (await found(suite.benchmarks, 'mine/call/fib(10)').setup()).metrics?.();
  t.is(metrics?.peakMemoryBytes, 65_536);
  t.true(BigInt(metrics?.fuelPerIteration ?? 0) > 10n);
});

test('fuel is that of a call on a warm instance, or of the first call with fresh instances', async (t) => {
  const fuel = async (isFresh: boolean): Promise<bigint> => {
    const { suite } = await measureSuite(COUNTER, options({ calls: ['next()'], isFresh }));
    const routine = await found(suite.benchmarks, 'mine/call/next()').setup();
    await routine.run(5);
    const before = await routine.metrics?.();
    await routine.run(50);
    t.deepEqual(await routine.metrics?.(), before);
    return BigInt(before?.fuelPerIteration ?? 0);
  };
  t.true((await fuel(true)) > (await fuel(false)));
});

test('an engine that does not count fuel reports none', async (t) => {
  for (const interruption of ['none', 'epoch'] as const) {
    const { suite } = await measureSuite(COUNTER, options({ calls: ['next()'], engine: { interruption } }));
    const routine = await found(suite.benchmarks, 'mine/call/next()').setup();
    t.false('fuelPerIteration' in ((await routine.metrics?.()) ?? {}), interruption);
  }
});

test('every benchmark records the settings', async (t) => {
  const engine = { interruption: 'both', traps: 'explicit', allocation: 'pooling' } as const;
  const limits = { memoryBytes: MiB, fuel: 10_000n, timeoutMs: 500 };
  const { suite } = await measureSuite(COUNTER, options({ calls: ['next()'], isFresh: true, engine, limits }));
  const stated = {
    interruption: 'both',
    traps: 'explicit',
    allocation: 'pooling',
    memoryBytes: '1048576',
    fuel: '10000',
    timeoutMs: '500',
  };
  t.deepEqual(found(suite.benchmarks, 'mine/compile').settings, stated);
  t.deepEqual(found(suite.benchmarks, 'mine/call/next()').settings, { ...stated, instance: 'fresh' });
  t.deepEqual(Object.keys(suite.versions ?? {}), ['wasmtime', 'airssys-wasm']);
});

test('only calls have a profile, which names the functions', async (t) => {
  const { suite } = await measureSuite(calculator, options({ calls: ['spin(1000000)'] }));
  t.is((await found(suite.benchmarks, 'mine/compile').setup({ profiler: 'guest' })).profile, undefined);
  const routine = await found(suite.benchmarks, 'mine/call/spin(1000000)').setup({ profiler: 'guest' });
  const profile = await routine.profile?.(0.05);
  t.true((profile?.samples ?? 0) > 0);
  const json = JSON.parse(Buffer.from(profile?.json ?? []).toString()) as {
    threads: { samples: { length: number } }[];
  };
  t.is(json.threads[0]?.samples.length, profile?.samples);
});

const IMPORTING = text('(module (import "env" "log" (func (param i32))) (func (export "f")))');
const IMPORTING_COMPONENT = text('(component (import "acme:host/log" (func (param "text" string))))');
const CALLS: [what: string, guest: GuestBinary, call: string, given: Partial<MeasureOptions>, message: RegExp][] = [
  ['a trap', calculator, 'div(1, 0)', {}, /^div\(1, 0\) fails with TRAP: .*integer divide by zero/],
  [
    'too little fuel',
    calculator,
    'infinite()',
    { limits: { memoryBytes: MiB, fuel: 100n } },
    /^infinite\(\) fails with OUT_OF_FUEL: /,
  ],
  [
    'too little time',
    calculator,
    'infinite()',
    { engine: { interruption: 'epoch' }, limits: { memoryBytes: MiB, timeoutMs: 20 } },
    /^infinite\(\) fails with TIMEOUT: /,
  ],
  ['imports', IMPORTING, 'f()', {}, /^the guest fails with LINK: .*imports 'env\.log' \(func\(i32\) -> \(\)\)/],
];

for (const [what, guest, call, given, message] of CALLS) {
  test(`a guest that fails by ${what} is found before anything is measured`, async (t) => {
    const error = await t.throwsAsync(measureSuite(guest, options({ calls: [call], ...given })), {
      instanceOf: MeasureError,
      message,
    });
    t.is(error.code, 'GUEST_FAILED');
    t.false(error.message.includes('\n'));
  });
}

test('a component with imports is rejected by their names', async (t) => {
  const message = /^the guest fails with LINK: .*acme:host\/log/;
  await t.throwsAsync(measureSuite(IMPORTING_COMPONENT, options()), { instanceOf: MeasureError, message });
});

test('incompatible settings are rejected as options', async (t) => {
  const engine = { compiler: 'winch', interruption: 'epoch' } as const;
  await t.throwsAsync(measureSuite(COUNTER, options({ engine })), { code: 'BAD_OPTION' });
  const limits = { memoryBytes: MiB, fuel: 5n };
  const unmetered = options({ engine: { interruption: 'none' }, limits });
  await t.throwsAsync(measureSuite(COUNTER, unmetered), { code: 'BAD_OPTION', message: /limits\.fuel/ });
});
