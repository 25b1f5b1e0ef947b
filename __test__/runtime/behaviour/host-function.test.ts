// Tests of host functions: served, and isolated from each other's failures.
/* oxlint-disable unicorn/no-thenable -- things like promises are what is tested */
import test from 'ava';
import { type HostFunction, type Instance, MiB, type Memory, type SyncInstance } from '../../../src/index.js';
import { child } from '../child.js';
import { failure, rejection } from '../failure.js';
import { asynchronous, compiled, deferred, interruptions, LONG, synchronous, timed, turns } from '../host-guest.js';

const typesWat = `(module
  (import "env" "i64" (func $i64 (param i64) (result i64)))
  (import "env" "f32" (func $f32 (param f32) (result f32)))
  (import "env" "f64" (func $f64 (param f64) (result f64)))
  (import "env" "many" (func $many (param i32 i64 f32 f64) (result f64 f32 i64 i32)))
  (import "env" "none" (func $none))
  (import "env" "wide" (func $wide (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (func (export "i64") (param i64) (result i64) (call $i64 (local.get 0)))
  (func (export "f32") (param f32) (result f32) (call $f32 (local.get 0)))
  (func (export "f64") (param f64) (result f64) (call $f64 (local.get 0)))
  (func (export "many") (param i32 i64 f32 f64) (result f64 f32 i64 i32)
    (call $many (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func (export "none") (call $none))
  (func (export "wide") (result i32)
    (call $wide (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6) (i32.const 7) (i32.const 8) (i32.const 9) (i32.const 10))))`;

const echo = (value: unknown): unknown => value;
const served = {
  i64: echo,
  f32: echo,
  f64: echo,
  many: (...args: unknown[]) => args.reverse(),
  none: () => {},
  wide: (...args: number[]) => args.reduce((sum, each) => sum + each),
};
const later = Object.fromEntries(
  Object.entries(served).map(([name, f]) => [name, async (...args: never[]) => (f as HostFunction)(...args)]),
);

/** A call on either kind of instance. */
type Call = (name: string, args?: readonly unknown[]) => Promise<unknown>;

async function callers(wat: string, imports: Record<string, HostFunction>): Promise<[string, Call][]> {
  const found: [string, Call][] = [];
  for (const interruption of interruptions) {
    const module = await compiled({ interruption }, wat);
    const options = { limits: timed(interruption), imports: { env: imports } };
    const sync = module.instantiateSync(options);
    const instance = await module.instantiate(options);
    found.push([`${interruption}, synchronous`, async (name, args) => sync.call(name, args)]);
    found.push([`${interruption}, synchronous export`, async (name, args = []) => sync.exports[name](...args)]);
    found.push([`${interruption}, asynchronous`, (name, args) => instance.call(name, args)]);
    found.push([`${interruption}, asynchronous export`, async (name, args = []) => instance.exports[name](...args)]);
  }
  return found;
}

test('numbers of every type reach the host function and are returned unchanged', async (t) => {
  for (const [kind, call] of await callers(typesWat, served)) {
    for (const value of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]) t.is(await call('i64', [value]), value, kind);
    for (const value of [0, -0, 1.5, Infinity, NaN, 16777217]) {
      t.is(await call('f32', [value]), Math.fround(value), kind);
      t.is(await call('f64', [value]), value, kind);
    }
    t.deepEqual(await call('many', [-7, -(2n ** 40n), 0.25, Math.PI]), [Math.PI, 0.25, -(2n ** 40n), -7], kind);
    t.is(await call('none'), undefined, kind);
    t.is(await call('wide'), 55, kind);
  }
});

test('a promise of any result type is awaited', async (t) => {
  const module = await compiled({}, typesWat);
  const instance = await module.instantiate({ limits: timed('fuel'), imports: { env: later } });
  t.is(await instance.call('i64', [-5n]), -5n);
  t.is(await instance.call('f32', [0.5]), 0.5);
  t.is(await instance.call('f64', [Math.E]), Math.E);
  t.deepEqual(await instance.call('many', [1, 2n, 3, 4]), [4, 3, 2n, 1]);
  t.is(await instance.call('none'), undefined);
  t.is(await instance.call('wide'), 55);
});

test('an unexpected result is ignored', async (t) => {
  for (const value of [1, 'x', {}, [], null, () => 1, Symbol('s'), 1n, new Map()]) {
    const module = await compiled({}, typesWat);
    const imports = { env: { ...served, none: () => value } };
    t.is(module.instantiateSync({ limits: timed('fuel'), imports }).call('none'), undefined);
    t.is(await (await module.instantiate({ limits: timed('fuel'), imports })).call('none'), undefined);
  }
});

const wrong: readonly unknown[] = [
  undefined,
  null,
  'x',
  1n,
  1.5,
  NaN,
  2 ** 31,
  true,
  {},
  [],
  [1],
  () => 1,
  Symbol('s'),
  new Proxy([], {}),
  Object(1),
];

test('a result of the wrong type is a BAD_VALUE that names the function, and the instance lives on', async (t) => {
  let result: unknown;
  for (const interruption of interruptions) {
    const sync = await synchronous(() => result, {}, { interruption });
    const instance = await asynchronous(() => result, {}, { interruption });
    const promised = await asynchronous(async () => result, {}, { interruption });
    for (result of wrong) {
      for (const run of [
        async () => sync.call('call', [1]),
        () => instance.call('call', [1]),
        () => promised.call('call', [1]),
      ]) {
        const error = await rejection(t, 'BAD_VALUE', run, typeof result);
        t.true(error instanceof TypeError);
        t.regex(error.message, /'env\.f' must return i32/);
      }
    }
    result = 5;
    t.is(sync.call('call', [1]), 5);
    t.is(await instance.call('call', [1]), 5);
    t.is(await promised.call('call', [1]), 5);
  }
});

test('several results are an array of as many, each of its type', async (t) => {
  let result: unknown;
  const throwing = [1, 2, 3, 4];
  Object.defineProperty(throwing, 2, {
    get() {
      throw new Error('from a getter');
    },
  });
  for (const [kind, call] of await callers(typesWat, { ...served, many: () => result })) {
    for (result of [
      [],
      [1, 2, 3n],
      [1, 2, 3n, 4, 5],
      [1, 2, 3, 4],
      ['1', 2, 3n, 4],
      1,
      undefined,
      'four',
      { length: 4 },
    ]) {
      const error = await rejection(t, 'BAD_VALUE', () => call('many', [1, 2n, 3, 4]), kind);
      t.regex(error.message, /'env\.many' must return/);
    }
    result = throwing;
    await t.throwsAsync(() => call('many', [1, 2n, 3, 4]), { message: 'from a getter' }, kind);
    result = [1, 2, 3n, 4];
    t.deepEqual(await call('many', [1, 2n, 3, 4]), result, kind);
  }
});

test('a synchronous instance rejects a promise with the name of the function', async (t) => {
  const sync = await synchronous(async () => 1);
  const { message } = failure(t, 'BAD_VALUE', () => sync.call('call', [1]));
  t.regex(message, /'env\.f' returned a promise.*'instantiate'/);
  t.is(sync.call('ok'), 42);
});

test('a disallowed promise that rejects later does not end the process', async (t) => {
  const { code, stdout } = await child(`
    const module = await new wasm.Engine().compileModule('(module (import "env" "f" (func)) (export "f" (func 0)))');
    const imports = { env: { f: async () => { throw new Error('no such account'); } } };
    const instance = module.instantiateSync({ limits: { memoryBytes: wasm.MiB }, imports });
    try { instance.exports.f(); } catch (error) { console.log(error.code); }
    await new Promise(setImmediate);
    console.log('continues');`);
  t.deepEqual([code, stdout], [0, 'BAD_VALUE\ncontinues\n']);
});

const thenThrows = { then: () => undefined };
Object.defineProperty(thenThrows, 'then', {
  get() {
    throw new Error('no then');
  },
});
const revoked = Proxy.revocable({}, {});
revoked.revoke();

const exceptions: readonly [string, unknown][] = [
  ['an error', new Error('e')],
  ['a frozen object', Object.freeze({ a: 1 })],
  ['undefined', undefined],
  ['null', null],
  ['a symbol', Symbol('s')],
  ['a string', 'text'],
  ['zero', 0],
  ['a bigint', 1n],
  ['a proxy', new Proxy({}, {})],
  ['a revoked proxy', revoked.proxy],
  ['a function', () => 1],
  ['a promise', Promise.resolve(1)],
  ['what throws when it is asked for then', thenThrows],
  ['an object without a prototype', Object.create(null)],
];

for (const [name, exception] of exceptions) {
  test(`the caller receives the thrown value itself: ${name}`, async (t) => {
    const fail = (): never => {
      throw exception;
    };
    const caught = async (run: () => unknown): Promise<{ exception: unknown }> => {
      try {
        await run();
      } catch (thrown) {
        return { exception: thrown };
      }
      return { exception: 'nothing was thrown' };
    };
    for (const interruption of interruptions) {
      const sync = await synchronous(fail, {}, { interruption });
      const instance = await asynchronous(fail, {}, { interruption });
      const rejecting = await asynchronous(() => Promise.reject(exception), {}, { interruption });
      for (const run of [
        () => sync.call('call', [1]),
        () => sync.exports['call'](1),
        () => sync.measure('call', [1]),
        () => instance.call('call', [1]),
        () => instance.exports['call'](1),
        () => instance.call('call', [1], { signal: new AbortController().signal }),
        () => instance.call('countThenCall', [LONG / 10, 1]),
        () => rejecting.call('call', [1]),
        () => rejecting.exports['call'](1),
        () => rejecting.call('countThenCall', [LONG / 10, 1]),
      ]) {
        t.true(Object.is((await caught(run)).exception, exception), interruption);
      }
      // It is no trap of the guest's.
      t.is(sync.metrics().traps, 0);
      t.is(instance.metrics().traps, 0);
      t.is(sync.call('ok'), 42);
      t.is(await instance.call('ok'), 42);
      t.is(await rejecting.call('ok'), 42);
    }
  });
}

test('a thenable is awaited', async (t) => {
  const twice = { then: (resolve: (value: number) => void) => (resolve(1), resolve(2)) };
  const both = {
    then: (resolve: (value: number) => void, reject: (reason: unknown) => void) => (resolve(1), reject(2)),
  };
  const late = { then: (resolve: (value: number) => void) => void setTimeout(resolve, 5, 1) };
  const throwsAfter = {
    then(resolve: (value: number) => void) {
      resolve(1);
      throw new Error('too late');
    },
  };
  const own = Object.assign(Promise.resolve(1), { then: (resolve: (value: number) => void) => resolve(9) });
  for (const [result, value] of [
    [twice, 1],
    [both, 1],
    [late, 1],
    [throwsAfter, 1],
    [own, 1],
    [Object.assign(() => 1, twice), 1],
  ] as const) {
    const instance = await asynchronous(() => result);
    t.is(await instance.call('call', [1]), value);
  }
});

test('an exception of a thenable’s getter rejects the call', async (t) => {
  const error = new Error('from inside');
  const thrower = (): never => {
    throw error;
  };
  const constructed = Object.defineProperty(Promise.resolve(1), 'constructor', { get: thrower });
  const getter = Object.defineProperty({}, 'then', { get: thrower });
  for (const result of [{ then: thrower }, getter, constructed]) {
    for (const name of ['call', 'twice']) {
      const instance = await asynchronous(() => result);
      await t.throwsAsync(() => instance.call(name, [1]), { is: error });
      t.is(await instance.call('ok'), 42);
    }
  }
});

test('a thenable that settles in its getter does not lose its call', async (t) => {
  const eager = { then: (resolve: (value: number) => void) => resolve(3) };
  const instance = await asynchronous((n: number) => (n % 2 ? eager : Promise.resolve(1)));
  t.is(await instance.call('each', [100]), 200);
});

for (const interruption of interruptions) {
  test(`a host function of a synchronous instance calls the guest back (${interruption})`, async (t) => {
    const seen: number[] = [];
    const sync: SyncInstance = await synchronous(
      (n: number) => {
        seen.push(n);
        if (n === 0) return sync.call('ok');
        return (sync.exports['call'](n - 1) as number) + 1;
      },
      {},
      { interruption },
    );
    t.is(sync.call('call', [10]), 52);
    t.deepEqual(seen, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    t.is(sync.call('call', [3], { timeoutMs: 10_000 }), 45);
    t.is(sync.metrics().calls, 2);
  });

  test(`a host function of a synchronous instance reads and writes memory (${interruption})`, async (t) => {
    const sync: SyncInstance = await synchronous(
      (address: number) => {
        const memory = sync.exports['memory'] as Memory;
        const [first = 0] = memory.read(address, 4);
        memory.write(address, Uint8Array.of(first + 1, 0, 0, 0));
        t.is(sync.exports['load'](address), first + 1);
        sync.exports['store'](address, 9);
        t.deepEqual(memory.read(address, 4), Uint8Array.of(9, 0, 0, 0));
        sync.exports['grow'](1);
        failure(t, 'BAD_VALUE', () => memory.read(memory.byteLength, 1));
        return memory.byteLength;
      },
      {},
      { interruption },
    );
    sync.exports['store'](16, 3);
    t.is(sync.call('call', [16]), 131_072);
    t.is(sync.call('load', [16]), 9);
    t.is(sync.call('call', [16]), 196_608);
  });

  test(`host functions of an asynchronous instance reach its memory, before and after they wait (${interruption})`, async (t) => {
    const instance: Instance = await asynchronous(
      async (address: number) => {
        const memory = instance.exports['memory'] as Memory;
        memory.write(address, Uint8Array.of(5));
        t.is(memory.byteLength, 65_536);
        await Promise.resolve();
        t.is(memory.read(address, 1)[0], 5);
        await turns(2);
        memory.write(address, Uint8Array.of(6));
        failure(t, 'BAD_VALUE', () => memory.read(65_536, 1));
        failure(t, 'BAD_VALUE', () => memory.read(-1, 1));
        return memory.read(address, 1)[0];
      },
      {},
      { interruption },
    );
    t.is(await instance.call('call', [8]), 6);
    t.is(await instance.call('countThenCall', [LONG / 10, 12]), 6);
    t.is(await instance.call('load', [8]), 6);
  });

  test(`a host function can catch a trap inside a call back (${interruption})`, async (t) => {
    const sync: SyncInstance = await synchronous(
      (n: number) => {
        t.is(failure(t, 'TRAP', () => sync.call('unreachable')).trap, 'UnreachableCodeReached');
        return n;
      },
      {},
      { interruption },
    );
    t.is(sync.call('call', [7]), 7);
    t.true(sync.metrics().fuelIsExact);
    const uncaught: SyncInstance = await synchronous(() => uncaught.call('unreachable'), {}, { interruption });
    failure(t, 'TRAP', () => uncaught.call('call', [1]));
    t.is(uncaught.call('ok'), 42);
  });

  test(`host functions that call back endlessly exhaust a stack, not the process (${interruption})`, async (t) => {
    const sync: SyncInstance = await synchronous((n: number) => sync.exports['call'](n + 1), {}, { interruption });
    for (let round = 0; round < 3; round += 1) t.throws(() => sync.call('call', [0]), { any: true });
    t.is(sync.call('ok'), 42);
  });
}

test('after a trap inside a call back a call with limited fuel has none left, and its fuel is an upper bound', async (t) => {
  for (const interruption of ['fuel', 'both'] as const) {
    const sync: SyncInstance = await synchronous(
      (n: number) => {
        failure(t, 'TRAP', () => sync.call('load', [-4]));
        return n;
      },
      { fuel: 100_000 },
      { interruption },
    );
    failure(t, 'OUT_OF_FUEL', () => sync.call('callThenCount', [7, 1000]));
    t.is(sync.metrics().fuelConsumed, 100_000n);
    t.false(sync.metrics().fuelIsExact);
    t.is(sync.call('ok'), 42);
  }
});

test('a call back continues with the remaining fuel', async (t) => {
  const sync: SyncInstance = await synchronous((n: number) => sync.call('count', [n]), { fuel: 100_000 });
  t.is(sync.call('call', [10_000]), 10_000);
  failure(t, 'OUT_OF_FUEL', () => sync.call('call', [100_000]));
  failure(t, 'OUT_OF_FUEL', () => sync.call('call', [15_000]) && sync.call('twice', [14_000]));
  t.is(sync.call('ok'), 42);
});

test('inside a host function a synchronous instance is neither disposed of nor measured', async (t) => {
  const sync: SyncInstance = await synchronous((n: number) => {
    failure(t, 'REENTRANT', () => sync.dispose());
    failure(t, 'REENTRANT', () => sync.metrics());
    failure(t, 'REENTRANT', () => sync.measure('ok'));
    return n;
  });
  t.is(sync.call('call', [5]), 5);
  t.is(sync.dispose().calls, 1);
});

test('instances of one module have their own host functions', async (t) => {
  const instances = await Promise.all([1, 2, 3].map((k) => asynchronous(async (n: number) => n * k)));
  t.deepEqual(await Promise.all(instances.map((instance) => instance.call('each', [4]))), [10, 20, 30]);
});

test('the host functions are those of the moment of instantiation', async (t) => {
  const module = await compiled();
  const env = { f: (n: number) => n + 1 };
  const sync = module.instantiateSync({ limits: timed('fuel'), imports: { env } });
  env.f = () => -1;
  t.is(sync.call('call', [1]), 2);
});

test('host functions have no receiver, and getters of the imports run once', async (t) => {
  let gets = 0;
  const receivers: unknown[] = [];
  const env = {
    get f() {
      gets += 1;
      return function (this: unknown, n: number) {
        receivers.push(this);
        return n;
      };
    },
  };
  const module = await compiled();
  const sync = module.instantiateSync({ limits: timed('fuel'), imports: { env } });
  sync.call('call', [1]);
  const instance = await module.instantiate({ limits: timed('fuel'), imports: { env } });
  await instance.call('call', [1]);
  await instance.call('countThenCall', [LONG / 10, 1]);
  t.deepEqual([gets, receivers], [2, [undefined, undefined, undefined]]);
});

test('a start function calls its host, synchronously and by promise', async (t) => {
  const module = await compiled({}, '(module (import "env" "f" (func $f)) (start $f) (func (export "ok")))');
  let calls = 0;
  module.instantiateSync({ limits: timed('fuel'), imports: { env: { f: () => (calls += 1) } } });
  await module.instantiate({ limits: timed('fuel'), imports: { env: { f: () => turns().then(() => (calls += 1)) } } });
  t.is(calls, 2);
  const error = new Error('start');
  const fail = (): never => {
    throw error;
  };
  t.throws(() => module.instantiateSync({ limits: timed('fuel'), imports: { env: { f: fail } } }), { is: error });
  const imports = { env: { f: () => turns().then(fail) } };
  await t.throwsAsync(() => module.instantiate({ limits: timed('fuel'), imports }), { is: error });
  const never = { env: { f: () => new Promise(() => {}) } };
  await rejection(t, 'TIMEOUT', () => module.instantiate({ limits: timed('fuel', 150), imports: never }));
});

test('a promise that settles after its call has no effect', async (t) => {
  const { promise, resolve } = deferred<number>();
  const instance = await asynchronous(() => promise, { timeoutMs: 150 });
  await rejection(t, 'TIMEOUT', () => instance.call('call', [1]));
  resolve(1);
  await turns();
  await rejection(t, 'POISONED', () => instance.call('ok'));
  const other = deferred<number>();
  const called = deferred<number>();
  const disposed = await asynchronous(() => {
    called.resolve(1);
    return other.promise;
  });
  const call = disposed.call('call', [1]);
  await called.promise;
  await disposed.dispose();
  other.reject(new Error('too late'));
  await rejection(t, 'ABORTED', () => call);
  await turns();
});

test('a million calls of a host function need no more memory than one', async (t) => {
  let calls = 0;
  const count = (): number => {
    calls += 1;
    return 1;
  };
  const sync = await synchronous(count);
  const instance = await asynchronous(count);
  t.is(sync.call('each', [300_000]), 300_000);
  t.is(await instance.call('each', [300_000]), 300_000);
  t.is(calls, 600_000);
  t.true(process.memoryUsage.rss() < 4096 * MiB);
});

test('one import under two names and one function for two imports are both fine', async (t) => {
  const module = await compiled(
    {},
    `(module (import "env" "f" (func $one (result i32))) (import "env" "f" (func $two (result i32)))
      (import "other" "f" (func $three (result i32)))
      (func (export "sum") (result i32) (i32.add (call $one) (i32.add (call $two) (call $three)))))`,
  );
  const imports = { env: { f: () => 1 }, other: { f: () => 10 } };
  t.is(module.instantiateSync({ limits: timed('fuel'), imports }).call('sum'), 12);
  t.is(await (await module.instantiate({ limits: timed('fuel'), imports })).call('sum'), 12);
});
