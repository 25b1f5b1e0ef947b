// Tests of the engine's options and limits.
import test from 'ava';
import { Engine, GiB, KiB, MiB, type EngineOptions } from '../../src/index.js';
import { failure, rejection } from './failure.js';

const limits = { memoryBytes: MiB };
const add = '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))';

async function adds(options: EngineOptions): Promise<number> {
  using engine = new Engine(options);
  const module = await engine.compileModule(add);
  using instance = module.instantiateSync<{ add(a: number, b: number): number }>({ limits });
  return instance.exports.add(40, 2);
}

const accepted: Record<string, EngineOptions> = {
  'no options': {},
  'options that are undefined': { traps: undefined, limits: undefined, proposals: undefined } as never,
  'interruption fuel': { interruption: 'fuel' },
  'interruption epoch': { interruption: 'epoch' },
  'interruption both': { interruption: 'both' },
  signals: { traps: 'signals' },
  'explicit traps': { traps: 'explicit' },
  'explicit traps, both interruptions, pooling': { traps: 'explicit', interruption: 'both', allocation: 'pooling' },
  winch: { compiler: 'winch' },
  'no optimization': { optimization: 'none' },
  speed: { optimization: 'speed' },
  'speed and size': { optimization: 'speed-and-size' },
  'on demand': { allocation: 'on-demand' },
  'the smallest pool': { allocation: 'pooling', limits: { instances: 1, memoryBytes: MiB } },
  'no backtraces': { backtraceFrames: 0 },
  'the longest backtraces': { backtraceFrames: 1000 },
  'the smallest stack': { maxStackBytes: 64 * KiB },
  'no reservation': { memoryReservationBytes: 0 },
  'a small reservation': { memoryReservationBytes: 64 * KiB },
  deterministic: { deterministic: true },
  'no profiler': { profiler: 'none' },
  'no cache': { cache: false },
  'least limits': {
    limits: { memoryBytes: MiB, instances: 1, binaryBytes: 200, concurrentCompilations: 1, threads: 1 },
  },
  'two threads, and compiling itself': { cache: false, limits: { threads: 2 } },
};

for (const [name, options] of Object.entries(accepted)) {
  test(`an engine with ${name} compiles and runs`, async (t) => {
    t.is(await adds(options), 42);
  });
}

const outOfRange: readonly [option: string, options: object][] = [
  ['interruption', { interruption: 'none' }],
  ['interruption', { interruption: 'Fuel' }],
  ['traps', { traps: '' }],
  ['compiler', { compiler: 'llvm' }],
  ['profiler', { profiler: 'vtune' }],
  ['optimization', { optimization: 'speed_and_size' }],
  ['allocation', { allocation: 'pool' }],
  ['backtraceFrames', { backtraceFrames: 1001 }],
  ['backtraceFrames', { backtraceFrames: -1 }],
  ['backtraceFrames', { backtraceFrames: 0.5 }],
  ['backtraceFrames', { backtraceFrames: 2 ** 40 }],
  ['maxStackBytes', { maxStackBytes: 64 * KiB - 1 }],
  ['maxStackBytes', { maxStackBytes: 3 * MiB + 1 }],
  ['maxStackBytes', { maxStackBytes: Number.NaN }],
  ['memoryReservationBytes', { memoryReservationBytes: 2 ** 46 + 1 }],
  ['memoryReservationBytes', { memoryReservationBytes: -1 }],
  ['limits.memoryBytes', { limits: { memoryBytes: 0 } }],
  ['limits.memoryBytes', { limits: { memoryBytes: 2 ** 47 } }],
  ['limits.instances', { limits: { instances: 0 } }],
  ['limits.instances', { limits: { instances: 2 ** 32 } }],
  ['limits.instances', { limits: { instances: Number.POSITIVE_INFINITY } }],
  ['limits.instances', { allocation: 'pooling', limits: { instances: 2001 } }],
  ['limits.binaryBytes', { limits: { binaryBytes: 0 } }],
  ['limits.concurrentCompilations', { limits: { concurrentCompilations: 0 } }],
  ['limits.concurrentCompilations', { limits: { concurrentCompilations: 1.5 } }],
  ['limits.threads', { limits: { threads: 0 } }],
  ['limits.threads', { limits: { threads: 1025 } }],
  ['limits.threads', { limits: { threads: 1.5 } }],
  ['limits.threads', { limits: { threads: 2 ** 40 } }],
  ['proposals.coroutines', { proposals: { coroutines: true } }],
  ['interruption', { compiler: 'winch', interruption: 'epoch' }],
  ['interruption', { compiler: 'winch', interruption: 'both' }],
  ['traps', { compiler: 'winch', traps: 'explicit' }],
  ['deterministic', { compiler: 'winch', deterministic: true }],
  ['proposals.gc', { compiler: 'winch', proposals: { gc: true } }],
  ['proposals.exceptions', { compiler: 'winch', proposals: { exceptions: true } }],
  ['proposals.functionReferences', { compiler: 'winch', proposals: { functionReferences: true } }],
  ['proposals.tailCall', { compiler: 'winch', proposals: { tailCall: true } }],
];

for (const [option, options] of outOfRange) {
  test(`the engine rejects ${JSON.stringify(options)} with a RangeError naming ${option}`, (t) => {
    const error = failure(t, 'BAD_OPTION', () => new Engine(options));
    t.true(error instanceof RangeError);
    t.is(error.option, option);
    t.true(error.message.startsWith(`option '${option}': `), error.message);
  });
}

const wrongType: readonly [option: string, options: unknown][] = [
  ['options', null],
  ['options', []],
  ['options', 'fuel'],
  ['options', () => 1],
  ['interruption', { interruption: 1 }],
  ['traps', { traps: null }],
  ['compiler', { compiler: ['winch'] }],
  ['optimization', { optimization: {} }],
  ['allocation', { allocation: true }],
  ['backtraceFrames', { backtraceFrames: '20' }],
  ['maxStackBytes', { maxStackBytes: 65_536n }],
  ['memoryReservationBytes', { memoryReservationBytes: null }],
  ['deterministic', { deterministic: 1 }],
  ['cache', { cache: 'no' }],
  ['proposals.gc', { proposals: { gc: 'yes' } }],
  ['limits', { limits: 5 }],
  ['limits', { limits: null }],
  ['limits.instances', { limits: { instances: '5' } }],
  ['limits.threads', { limits: { threads: '5' } }],
  ['limits.workers', { limits: { workers: 5 } }],
  ['fuel', { fuel: 5 }],
  ['max_stack_bytes', { max_stack_bytes: 5 }],
];

for (const [index, [option, options]] of wrongType.entries()) {
  test(`the engine rejects a wrong type or name for ${option} with a TypeError (${index})`, (t) => {
    const error = failure(t, 'BAD_OPTION', () => new Engine(options as never));
    t.true(error instanceof TypeError);
    t.is(error.option, option);
  });
}

test('an unknown option that is spelt nearly right names the right one', (t) => {
  const error = failure(t, 'BAD_OPTION', () => new Engine({ max_stack_bytes: 5 } as never));
  t.regex(error.message, /did you mean 'maxStackBytes'/);
});

// Object.entries(null) throws its own TypeError before anything is checked.
test('proposals that are null are rejected with BAD_OPTION', (t) => {
  failure(t, 'BAD_OPTION', () => new Engine({ proposals: null } as never));
});

// The names of a number's own properties are none, so that nothing is checked.
test('proposals that are a number or an array are rejected with BAD_OPTION', (t) => {
  failure(t, 'BAD_OPTION', () => new Engine({ proposals: 5 } as never));
  failure(t, 'BAD_OPTION', () => new Engine({ proposals: [] } as never));
});

// Everywhere else an option that is undefined counts as left out.
test('a proposal that is undefined counts as left out', (t) => {
  t.notThrows(() => new Engine({ proposals: { gc: undefined } } as never));
});

// Wasmtime's own message passes through under the name of an option that does not exist.
test('a pool of larger memories than the reservation is rejected naming an option that exists', (t) => {
  const error = failure(t, 'BAD_OPTION', () => new Engine({ allocation: 'pooling', limits: { memoryBytes: 8 * GiB } }));
  t.not(error.option, 'engine');
});

test('an engine whose options are a frozen object without a prototype works', async (t) => {
  t.is(await adds(Object.freeze(Object.assign(Object.create(null) as object, { interruption: 'epoch' as const }))), 42);
});

test('a fuel engine counts fuel, an epoch engine none', async (t) => {
  const consumed = async (options: EngineOptions): Promise<bigint> => {
    const module = await new Engine(options).compileModule(add);
    using instance = module.instantiateSync({ limits });
    instance.call('add', [1, 2]);
    return instance.metrics().fuelConsumed;
  };
  t.true((await consumed({ interruption: 'fuel' })) > 0n);
  t.true((await consumed({ interruption: 'both' })) > 0n);
  t.is(await consumed({ interruption: 'epoch' }), 0n);
});

test('a deterministic engine returns the canonical NaN', async (t) => {
  const wat = `(module (func (export "bits") (param f64 f64) (result i64)
    (i64.reinterpret_f64 (f64.div (local.get 0) (local.get 1)))))`;
  const module = await new Engine({ deterministic: true }).compileModule(wat);
  using instance = module.instantiateSync({ limits });
  t.is(instance.call('bits', [0, 0]), 0x7ff8_0000_0000_0000n);
  t.is(instance.call('bits', [Number.NaN, 1]), 0x7ff8_0000_0000_0000n);
});

test('a backtrace has at most backtraceFrames frames', async (t) => {
  const wat = '(module (func $r (export "r") (result i32) (i32.add (call $r) (i32.const 1))))';
  const frames = async (backtraceFrames: number): Promise<number | undefined> => {
    const module = await new Engine({ backtraceFrames }).compileModule(wat);
    using instance = module.instantiateSync({ limits });
    return failure(t, 'TRAP', () => instance.call('r')).frames?.length;
  };
  t.is(await frames(7), 7);
  t.is(await frames(0), 0);
});

test('maxStackBytes bounds how deep a guest may recurse', async (t) => {
  const wat = `(module (global $n (mut i32) (i32.const 0)) (func (export "n") (result i32) (global.get $n))
    (func $r (export "r") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (i32.add (call $r) (i32.const 1))))`;
  const depth = async (maxStackBytes: number): Promise<number> => {
    const module = await new Engine({ maxStackBytes }).compileModule(wat);
    using instance = module.instantiateSync({ limits });
    t.is(failure(t, 'TRAP', () => instance.call('r')).trap, 'StackOverflow');
    return instance.call('n') as number;
  };
  const [small, large] = [await depth(64 * KiB), await depth(MiB)];
  t.true(large > 8 * small && small > 100, `${small} and ${large} calls`);
});

test('limits.binaryBytes bounds every kind of source', async (t) => {
  const binaryBytes = 100;
  const engine = new Engine({ limits: { binaryBytes } });
  const error = await rejection(t, 'BINARY_TOO_LARGE', () => engine.compileModule(new Uint8Array(101)));
  t.regex(error.message, /101 bytes, at most 100.*limits\.binaryBytes/);
  await rejection(t, 'BINARY_TOO_LARGE', () => engine.compileModule(`(module ${' '.repeat(100)})`));
  await rejection(t, 'BINARY_TOO_LARGE', () => engine.compileComponent(new URL(import.meta.url)));
  await rejection(t, 'COMPILE', () => engine.compileModule(new Uint8Array(100)));
});

test('limits.memoryBytes is the maximum of an instance’s limit', async (t) => {
  const module = await new Engine({ limits: { memoryBytes: 64 * KiB } }).compileModule('(module (memory 1))');
  t.is(module.instantiateSync({ limits: { memoryBytes: 64 * KiB } }).metrics().memoryBytes, 64 * KiB);
  const error = failure(t, 'BAD_OPTION', () => module.instantiateSync({ limits: { memoryBytes: 64 * KiB + 1 } }));
  t.is(error.option, 'limits.memoryBytes');
  t.regex(error.message, /65536.*limits\.memoryBytes.*65537/);
});

for (const allocation of ['on-demand', 'pooling'] as const) {
  test(`limits.instances bounds live instances, and a disposed one makes room (${allocation})`, async (t) => {
    const engine = new Engine({ allocation, limits: { instances: 3 } });
    const module = await engine.compileModule('(module (memory 1))');
    const instances = [1, 2, 3].map(() => module.instantiateSync({ limits }));
    t.is(engine.liveInstances, 3);
    for (let round = 0; round < 3; round += 1) {
      t.regex(
        failure(t, 'INSTANCE_LIMIT', () => module.instantiateSync({ limits })).message,
        / 3 live instances, .*limits\.instances/,
      );
    }
    t.is(engine.liveInstances, 3);
    instances[0]?.dispose();
    t.is(engine.liveInstances, 2);
    t.notThrows(() => instances.push(module.instantiateSync({ limits })));
    for (const instance of instances) instance.dispose();
    t.is(engine.liveInstances, 0);
  });
}

test('an instantiation that fails does not count as alive', async (t) => {
  const engine = new Engine({ limits: { instances: 1 } });
  const trapping = await engine.compileModule('(module (func $start unreachable) (start $start))');
  const importing = await engine.compileModule('(module (import "a" "b" (func)))');
  const large = await engine.compileModule('(module (memory 100))');
  for (let round = 0; round < 5; round += 1) {
    failure(t, 'TRAP', () => trapping.instantiateSync({ limits }));
    failure(t, 'LINK', () => importing.instantiateSync({ limits }));
    failure(t, 'MEMORY_LIMIT', () => large.instantiateSync({ limits }));
    failure(t, 'BAD_OPTION', () => large.instantiateSync({ limits: { memoryBytes: 0 } }));
  }
  t.is(engine.liveInstances, 0);
});

test('a slot of a pool is cleared between instances', async (t) => {
  const engine = new Engine({ allocation: 'pooling', limits: { instances: 1 } });
  const module = await engine.compileModule(
    '(module (memory (export "memory") 1) (global (export "g") (mut i32) (i32.const 0)))',
  );
  for (let round = 0; round < 3; round += 1) {
    using instance = module.instantiateSync<{ memory: import('../../src/index.js').Memory }>({ limits });
    t.true(instance.exports.memory.read(0, 64 * KiB).every((byte) => byte === 0));
    instance.exports.memory.write(0, new Uint8Array(64 * KiB).fill(255));
  }
});
