// Tests of asynchronous calls: same results as synchronous ones, without blocking the event loop.
import { scheduler } from 'node:timers/promises';
import test from 'ava';
import { fixture } from '#guests';
import { Engine, Instance, MiB, type Measurement, WasmError } from '../../../src/index.js';
import { failure, rejection } from '../failure.js';
import { asynchronous, interruptions, LONG, timed, turns } from '../host-guest.js';

/** Of some 80 in 400 ms: on a busy machine there are fewer, where a guest holds the loop up one at most. */
const TICKS = 5;

/** Ticks of a timer of 5 ms while `work` is in progress. */
async function ticksDuring(work: Promise<unknown>): Promise<number> {
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 5);
  try {
    await work;
  } catch {
    // How it ends is not asked here.
  }
  clearInterval(timer);
  return ticks;
}

for (const interruption of interruptions) {
  test.serial(`many calls that each end at once leave the event loop its turns (${interruption})`, async (t) => {
    const module = await new Engine({ interruption }).compileModule(`(module (func (export "f") (local i32)
      (loop (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 9000))))))`);
    const instance = await module.instantiate({ limits: timed(interruption, 60_000) });
    const calls = async (): Promise<void> => {
      for (let i = 0; i < 10_000; i++) await instance.exports.f();
    };
    t.true((await ticksDuring(calls())) >= 1);
  });

  test.serial(`a call that spins for 400 ms leaves the event loop to others (${interruption})`, async (t) => {
    const instance = await asynchronous((n: number) => n, timed(interruption, 400), { interruption });
    const ticks = await ticksDuring(instance.call('spin'));
    t.true(ticks >= TICKS, `${ticks} ticks`);
  });

  test.serial(`an instantiation that spins leaves the event loop to others (${interruption})`, async (t) => {
    const module = await new Engine({ interruption }).compileModule('(module (func $s (loop (br 0))) (start $s))');
    const made = module.instantiate({ limits: timed(interruption, 400) });
    t.true((await ticksDuring(made)) >= TICKS);
    await rejection(t, 'TIMEOUT', () => made);
  });

  test.serial(`a guest that calls its host endlessly does not block the event loop (${interruption})`, async (t) => {
    const instance = await asynchronous(() => 1, timed(interruption, 400), { interruption });
    t.true((await ticksDuring(instance.call('each', [0]))) >= TICKS);
  });

  test.serial(`calls that end at once are ended before anything else has its turn (${interruption})`, async (t) => {
    const module = await new Engine({ interruption }).compileModule(fixture('calculator.wat'));
    const instance = await module.instantiate({ limits: timed(interruption) });
    let hasTurned = false;
    setImmediate(() => (hasTurned = true));
    let sum = 0;
    for (let n = 0; n < 100; n += 1) sum += (await instance.call('add', [n, 1])) as number;
    t.is(sum, 5050);
    t.false(hasTurned);
  });

  test.serial(`long and short calls return and cost the same (${interruption})`, async (t) => {
    const module = await new Engine({ interruption }).compileModule(fixture('calculator.wat'));
    const sync = module.instantiateSync({ limits: timed(interruption) });
    const instance = await module.instantiate({ limits: timed(interruption) });
    for (const rounds of [1, 1000, LONG]) {
      const one = sync.measure('fib', [rounds]);
      const other = await instance.measure('fib', [rounds]);
      t.is(other.value, one.value);
      t.is(other.fuelConsumed, one.fuelConsumed);
      t.is(other.fuelConsumed === 0n, interruption === 'epoch');
    }
    t.is(sync.metrics().fuelConsumed, instance.metrics().fuelConsumed);
    t.is(instance.metrics().execution, 'fiber');
  });

  test.serial(
    `many endless calls are each ended in their time, and a short one among them is not starved (${interruption})`,
    async (t) => {
      const module = await new Engine({ interruption }).compileModule(fixture('calculator.wat'));
      const limits = timed(interruption, 600);
      const endless = await Promise.all(Array.from({ length: 20 }, () => module.instantiate({ limits })));
      const short = await module.instantiate({ limits: timed(interruption) });
      let ended = 0;
      const calls = endless.map(async (instance) => {
        await rejection(t, 'TIMEOUT', () => instance.call('infinite'));
        ended += 1;
      });
      t.is(typeof (await short.call('fib', [200_000])), 'number');
      t.true(ended < 20, 'the short one had its turns among theirs');
      await Promise.all(calls);
    },
  );
}

test.serial('a guest that waits endlessly for its host does not block the event loop', async (t) => {
  const instance = await asynchronous(async () => 1, timed('epoch', 400), { interruption: 'epoch' });
  t.true((await ticksDuring(instance.call('each', [0]))) > 0);
});

test.serial('every error is the same on asynchronous instances', async (t) => {
  const module = await new Engine().compileModule(fixture('calculator.wat'));
  const sync = module.instantiateSync({ limits: { memoryBytes: MiB, fuel: 50_000 } });
  const instance = await module.instantiate({ limits: { memoryBytes: MiB, fuel: 50_000 } });
  for (const [name, ...args] of [
    ['div', 1, 0],
    ['oob'],
    ['recurse'],
    ['unreachable'],
    ['infinite'],
    ['grow', 1000],
    ['fill', 20_000],
    ['add', 1],
    ['add', 1, 'x'],
    ['add', 1, 2, 3],
    ['add', 1n, 2],
    ['nothing'],
  ] as const) {
    const data = (error: WasmError): object => error.toJSON();
    let expected: object = {};
    try {
      sync.call(name, args);
    } catch (error) {
      expected = data(error as WasmError);
    }
    const error = await t.throwsAsync(() => instance.call(name, args), { instanceOf: WasmError }, name);
    t.deepEqual(error && data(error), expected, name);
  }
  t.is(sync.metrics().fuelConsumed, instance.metrics().fuelConsumed);
  t.is(sync.metrics().traps, instance.metrics().traps);
});

test.serial('invalid names and arguments reject the promise and do not throw synchronously', async (t) => {
  const instance = await asynchronous((n: number) => n);
  for (const name of ['', 'nothing', 'memory', '__proto__', 'constructor']) {
    await rejection(t, 'UNKNOWN_EXPORT', () => instance.call(name));
  }
  for (const name of [undefined, null, 1, {}, Symbol('s'), 1n]) {
    let call: Promise<unknown> | undefined;
    t.notThrows(() => (call = instance.call(name as never)));
    await rejection(t, 'BAD_VALUE', () => call as Promise<unknown>);
  }
  for (const args of [1, 'ab', {}, { length: 1 }, null, new Set([1])]) {
    await rejection(t, 'BAD_VALUE', () => instance.call('call', args as never));
  }
  // A length that lies is not asked twice.
  await rejection(t, 'BAD_VALUE', () => instance.call('call', new Array(100)));
});

test.serial('an exception of an argument’s getter rejects the promise, and no call begins', async (t) => {
  const instance = await asynchronous((n: number) => n);
  const error = new Error('getter');
  const args = [1];
  Object.defineProperty(args, 0, {
    get() {
      throw error;
    },
  });
  const { calls } = instance.metrics();
  await t.throwsAsync(() => instance.call('call', args), { is: error });
  t.is(instance.metrics().calls, calls);
  t.is(await instance.call('call', [3]), 3);
});

test.serial('a getter among the arguments may call the instance itself', async (t) => {
  const module = await new Engine().compileModule(
    '(module (func (export "ok") (result i32) (i32.const 42)) (func (export "call") (param i32) (result i32) (local.get 0)))',
  );
  const instance = await module.instantiate({ limits: timed('fuel') });
  let inner: Promise<unknown> | undefined;
  const args = [1];
  Object.defineProperty(args, 0, {
    get() {
      inner = instance.call('ok');
      return 5;
    },
  });
  t.is(await instance.call('call', args), 5);
  t.is(await inner, 42);
});

test.serial('metrics during a call are those of its beginning', async (t) => {
  const instance = await asynchronous((n: number) => n);
  await instance.call('ok');
  const before = instance.metrics();
  const call = instance.call('count', [LONG]);
  t.deepEqual(instance.metrics(), before);
  await turns();
  t.deepEqual(instance.metrics(), before);
  await call;
  t.is(instance.metrics().calls, before.calls + 1);
  t.true(instance.metrics().fuelConsumed > before.fuelConsumed);
});

test.serial('memory is inaccessible during a call and accessible after it', async (t) => {
  const instance = await asynchronous((n: number) => n);
  const { memory } = instance.exports;
  const call = instance.call('count', [LONG]);
  failure(t, 'REENTRANT', () => memory.read(0, 1));
  failure(t, 'REENTRANT', () => memory.write(0, new Uint8Array(1)));
  failure(t, 'REENTRANT', () => memory.byteLength);
  await call;
  t.is(memory.read(0, 1)[0], 0);
});

test.serial('an export is first called while another call is in progress', async (t) => {
  const module = await new Engine().compileModule(fixture('calculator.wat'));
  const instance = await module.instantiate({ limits: timed('fuel') });
  const long = instance.call('spin', [LONG]);
  try {
    t.is(await instance.call('add', [1, 2]), 3);
  } finally {
    await long;
  }
});

test.serial('the exports are first accessed while a call is in progress', async (t) => {
  const module = await new Engine().compileModule(fixture('calculator.wat'));
  const instance = await module.instantiate({ limits: timed('fuel') });
  const long = instance.call('spin', [LONG]);
  try {
    t.is(await instance.exports['add'](1, 2), 3);
  } finally {
    await long;
  }
});

test.serial('an export is first called with options while another call is in progress', async (t) => {
  const module = await new Engine().compileModule(fixture('calculator.wat'));
  const instance = await module.instantiate({ limits: timed('fuel') });
  const long = instance.call('spin', [LONG]);
  try {
    t.is(await instance.call('add', [1, 2], { timeoutMs: 10_000 }), 3);
  } finally {
    await long;
  }
});

/** What a caller sees of an error's stack. */
async function namedCaller(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return 'nothing was thrown';
  } catch (error) {
    return (error as Error).stack ?? '';
  }
}

test.serial('the stack of an error shows who awaits the call, whether it ended at once or later', async (t) => {
  const instance = await asynchronous((n: number) => n);
  for (const run of [
    () => instance.call('unreachable'),
    () => instance.exports['unreachable'](),
    () => instance.call('call', ['x']),
    () => instance.call('spin', [], { timeoutMs: 20 }),
  ]) {
    t.regex(await namedCaller(async () => await run()), /at (async )?namedCaller/);
  }
});

test.serial('values of every kind are the same as on a synchronous instance', async (t) => {
  const component = await new Engine().compileComponent(fixture('guests/c/types.wasm'));
  const limits = { memoryBytes: 16 * MiB };
  const sync = component.instantiateSync({ limits });
  const instance = await component.instantiate({ limits });
  const numbers = [0, 1, 2, 127];
  const samples: readonly unknown[] = [
    true, 'ä€😀\0', '', 0, -1, 255, 1.5, 2n ** 40n, -1n, 'x', [], numbers,
    new Uint8Array(numbers), new Float64Array([1.5, NaN]), ['a', ''], { x: 1, y: 2 }, { tag: 'none' }, undefined,
    { tag: 'some', val: 1 }, { tag: 'ok', val: 1 }, { tag: 'err', val: 'e' }, [1, 'a'], [[1], []], ['red'], 'red', {},
    { read: true }, [undefined, 1],
  ]; // prettier-ignore
  let equal = 0;
  for (const [name, f] of Object.entries(sync.exports)) {
    if (typeof f !== 'function' || f.length > 0) continue;
    for (const sample of [...samples.map((value) => [value]), [], samples.slice(0, 2), samples.slice(3, 5)]) {
      const outcome = async (run: () => unknown): Promise<object> => {
        try {
          return { value: await run() };
        } catch (error) {
          return (error as WasmError).toJSON();
        }
      };
      const expected = await outcome(() => f(...sample));
      t.deepEqual(await outcome(() => instance.exports[name](...sample)), expected, name);
      t.deepEqual(await outcome(() => instance.call(name, sample)), expected, name);
      equal += 'value' in expected ? 1 : 0;
      // A trap poisons a component: all the later comparisons would be of the same refusal.
      if (name === 'trap') break;
    }
    if (name === 'trap') break;
  }
  t.true(equal > 20, `${equal} values were compared`);
  for (const name of ['acme:calc/ops#add', 'ops#divide']) {
    t.is(await instance.call(name, [6, 3]), sync.call(name, [6, 3]));
  }
});

test.serial('the error side of a result has its payload, called and measured', async (t) => {
  const component = await new Engine().compileComponent(fixture('guests/c/types.wasm'));
  const instance = await component.instantiate({ limits: { memoryBytes: 16 * MiB } });
  const sync = component.instantiateSync({ limits: { memoryBytes: 16 * MiB } });
  const expected = failure(t, 'RESULT', () => sync.call('divide', [1, 0]));
  for (const run of [
    () => instance.call('divide', [1, 0]),
    () => instance.exports['divide'](1, 0) as Promise<unknown>,
    () => instance.measure('divide', [1, 0]),
    () => instance.call('divide', [1, 0], { signal: new AbortController().signal }),
  ]) {
    const error = await rejection(t, 'RESULT', run);
    t.is(error.name, 'ComponentError');
    t.deepEqual(error.payload, expected.payload);
    t.is(error.message, expected.message);
  }
  t.is(instance.metrics().traps, 0);
});

test.serial('a trap of a component poisons it asynchronously too', async (t) => {
  const component = await new Engine().compileComponent(fixture('calculator-component.wat'));
  const instance = await component.instantiate({ limits: { memoryBytes: MiB } });
  await rejection(t, 'TRAP', () => instance.call('div', [1, 0]));
  t.regex((await rejection(t, 'POISONED', () => instance.call('add', [1, 2]))).message, /TRAP/);
});

test.serial('arguments are copied before the call returns', async (t) => {
  const component = await new Engine().compileComponent(fixture('guests/c/types.wasm'));
  const instance = await component.instantiate({ limits: { memoryBytes: 64 * MiB } });
  const name =
    Object.keys(instance.exports).find((key) => /echo.*(bytes|u8)/i.test(key) && /list|bytes/i.test(key)) ?? '';
  t.not(name, '');
  const large = (): Uint8Array<ArrayBuffer> => new Uint8Array(4 * MiB).fill(7);
  const check = async (source: Uint8Array<ArrayBuffer>, change: () => void, length = 4 * MiB): Promise<void> => {
    const calls = [instance.call(name, [source]), instance.exports[name](source), instance.call(name, [source])];
    change();
    for (const given of (await Promise.all(calls)) as Uint8Array[]) {
      t.is(given.length, length);
      t.true(given.every((byte) => byte === 7));
    }
  };
  const changed = large();
  await check(changed, () => changed.fill(1));
  const detached = large();
  await check(detached, () => structuredClone(detached.buffer, { transfer: [detached.buffer] }));
  t.is(detached.length, 0);
  const Resizable = ArrayBuffer as unknown as new (size: number, options: object) => ArrayBuffer;
  const buffer = new Resizable(4 * MiB, { maxByteLength: 8 * MiB });
  const resized = new Uint8Array(buffer).fill(7);
  await check(resized, () => (buffer as unknown as { resize(size: number): void }).resize(16));
  t.is(resized.length, 16);
});

test.serial('many instances are created at once, each independent', async (t) => {
  const engine = new Engine();
  const module = await engine.compileModule(
    '(module (global $n (mut i32) (i32.const 0)) (func (export "next") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))',
  );
  const limits = { memoryBytes: MiB };
  const instances = await Promise.all(Array.from({ length: 200 }, () => module.instantiate({ limits })));
  t.true(instances.every((instance) => instance instanceof Instance));
  for (const expected of [1, 2]) {
    const values = await Promise.all(instances.map((instance) => instance.call('next')));
    t.deepEqual(new Set(values), new Set([expected]));
  }
  await Promise.all(instances.map((instance) => instance.dispose()));
  t.is(engine.liveInstances, 0);
});

test.serial('an invalid instantiation rejects its promise', async (t) => {
  const engine = new Engine({ limits: { instances: 1 } });
  const module = await engine.compileModule('(module (func (export "f")))');
  await rejection(t, 'BAD_OPTION', () => module.instantiate(undefined as never));
  await rejection(t, 'BAD_OPTION', () => module.instantiate({} as never));
  await rejection(t, 'BAD_OPTION', () => module.instantiate({ limits: { memoryBytes: 0 } }));
  await rejection(t, 'BAD_OPTION', () => module.instantiate({ limits: { memoryBytes: MiB, queuedCalls: -1 } }));
  const instance = await module.instantiate({ limits: { memoryBytes: MiB } });
  await rejection(t, 'INSTANCE_LIMIT', () => module.instantiate({ limits: { memoryBytes: MiB } }));
  await instance.dispose();
  t.is(engine.liveInstances, 0);
  const trapping = await engine.compileModule('(module (func $s unreachable) (start $s))');
  await rejection(t, 'TRAP', () => trapping.instantiate({ limits: { memoryBytes: MiB } }));
  t.is(engine.liveInstances, 0);
});

test.serial('disposing of an engine does not end a call in progress', async (t) => {
  const engine = new Engine();
  const module = await engine.compileModule(fixture('calculator.wat'));
  const instance = await module.instantiate({ limits: timed('fuel') });
  const call = instance.call('fib', [LONG]);
  engine.dispose();
  module.dispose();
  t.is(typeof (await call), 'number');
  await instance.dispose();
});

test.serial('a call that waits for a promise does not block other instances', async (t) => {
  const slow = await asynchronous(() => scheduler.wait(50).then(() => 1));
  const fast = await asynchronous((n: number) => n);
  const order: string[] = [];
  await Promise.all([
    slow.call('call', [1]).then(() => order.push('slow')),
    fast.call('call', [1]).then(() => order.push('fast')),
  ]);
  t.deepEqual(order, ['fast', 'slow']);
});

test.serial('a measured call reports the value, exact fuel, memory and time', async (t) => {
  for (const interruption of ['fuel', 'both'] as const) {
    const instance = await asynchronous(async (n: number) => turns().then(() => n), {}, { interruption });
    for (const [name, ...args] of [['ok'], ['call', 3], ['count', LONG], ['countThenCall', 1_000_000, 2]] as const) {
      const before = instance.metrics().fuelConsumed;
      const outcome: Measurement = await instance.measure(name, args);
      t.true(outcome.fuelIsExact);
      t.is(outcome.fuelConsumed, instance.metrics().fuelConsumed - before, name);
      t.is(outcome.peakMemoryBytes, 65_536);
      t.true(outcome.elapsedNs > 0);
    }
    t.like(await instance.measure('call', [7]), { value: 7 });
  }
});
