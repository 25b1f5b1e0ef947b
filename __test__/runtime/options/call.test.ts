// Tests of call options: the bounds of a single call.
import test from 'ava';
import { fixture } from '#guests';
import { type CallOptions, Engine, type EngineOptions, type Limits, MiB } from '../../../src/index.js';
import { failure, rejection } from '../failure.js';
import { asynchronous, interruptions, LONG, SANE_MS, synchronous, timed } from '../host-guest.js';

/** A call on either kind of instance of the calculator. */
type Call = (name: string, args?: readonly unknown[], options?: CallOptions) => Promise<unknown>;

async function both(
  options: EngineOptions,
  limits: Partial<Limits> = {},
): Promise<[kind: string, call: () => Promise<Call>][]> {
  const engine = new Engine(options);
  const module = await engine.compileModule(fixture('calculator.wat'));
  const component = await engine.compileComponent(fixture('calculator-component.wat'));
  const all = { limits: { memoryBytes: MiB, ...limits } };
  const synchronousOf = (of: typeof module | typeof component) => async (): Promise<Call> => {
    const instance = of.instantiateSync(all);
    return async (...args) => instance.call(...args);
  };
  const asynchronousOf = (of: typeof module | typeof component) => async (): Promise<Call> => {
    const instance = await of.instantiate(all);
    return (...args) => instance.call(...args);
  };
  return [
    ['module, synchronous', synchronousOf(module)],
    ['module, asynchronous', asynchronousOf(module)],
    ['component, synchronous', synchronousOf(component)],
    ['component, asynchronous', asynchronousOf(component)],
  ];
}

for (const interruption of interruptions) {
  test(`a timeout of the call alone ends it, and poisons (${interruption})`, async (t) => {
    for (const [kind, make] of await both({ interruption })) {
      const call = await make();
      t.is(await call('add', [1, 2], { timeoutMs: SANE_MS }), 3, kind);
      const more = interruption === 'epoch' ? {} : { fuel: 'unlimited' as const };
      const error = await rejection(t, 'TIMEOUT', () => call('infinite', [], { timeoutMs: 25, ...more }), kind);
      t.regex(error.message, /25 ms/, kind);
      await rejection(t, 'POISONED', () => call('add', [1, 2]), kind);
    }
  });

  test(`a timeout of the instance ends its calls (${interruption})`, async (t) => {
    for (const [kind, make] of await both({ interruption }, timed(interruption, 150))) {
      const error = await rejection(t, 'TIMEOUT', async () => (await make())('infinite'), kind);
      t.regex(error.message, /150 ms/, kind);
    }
  });

  test(`a call may have more time than its instance (${interruption})`, async (t) => {
    for (const [kind, make] of await both({ interruption }, timed(interruption, 100))) {
      for (const timeoutMs of [SANE_MS, 'unlimited', 2 ** 31 - 1] as const) {
        const call = await make();
        t.is(await call('spin', [LONG * 5], { timeoutMs }), undefined, kind);
        t.is(await call('spin', [LONG / 2], { timeoutMs }), undefined, kind);
      }
    }
  });

  test(`an invalid limit is rejected by name, and no call begins (${interruption})`, async (t) => {
    for (const [kind, make] of await both({ interruption })) {
      const call = await make();
      const bad: readonly [string, unknown][] = [
        ...[0, -1, 1.5, NaN, Infinity, 2 ** 31, 2 ** 53, '5', 1n, null, {}, true, 'none'].map(
          (value) => ['timeoutMs', value] as const,
        ),
        ...[0, 0n, -1, -1n, 1.5, NaN, 2n ** 64n, 2 ** 53, '5', null, {}, true, 'none'].map(
          (value) => ['fuel', value] as const,
        ),
      ].map(([name, value]) => [name, value]);
      for (const [name, value] of bad) {
        const error = await rejection(
          t,
          'BAD_OPTION',
          () => call('add', [1, 2], { [name]: value }),
          `${kind} ${name} ${String(value)}`,
        );
        t.is(error.option, name, `${kind} ${error.message}`);
      }
      for (const options of [null, 1, 'x', [], () => 1]) {
        await rejection(t, 'BAD_OPTION', () => call('add', [1, 2], options as never), kind);
      }
      t.is((await rejection(t, 'BAD_OPTION', () => call('add', [1, 2], { timeOut: 1 } as never))).option, 'timeOut');
      t.is(await call('add', [1, 2], { fuel: undefined, timeoutMs: undefined, signal: undefined }), 3);
    }
  });
}

test('fuel of the call alone ends it, and the next has the instance’s again', async (t) => {
  for (const interruption of ['fuel', 'both'] as const) {
    for (const [kind, make] of await both({ interruption }, { fuel: 100_000_000 })) {
      const call = await make();
      if (kind.startsWith('module')) {
        for (const fuel of [1, 1_000, 1_000n, 123_456]) {
          t.regex(
            (await rejection(t, 'OUT_OF_FUEL', () => call('infinite', [], { fuel }), kind)).message,
            new RegExp(String(fuel)),
          );
        }
      }
      t.is(await call('spin', [1_000_000]), undefined, kind);
      const other = await make();
      await rejection(t, 'OUT_OF_FUEL', () => other('spin', [1_000_000], { fuel: 1_000 }), kind);
    }
  }
});

test('a call may have more fuel than its instance, or unlimited fuel', async (t) => {
  for (const [kind, make] of await both({}, { fuel: 10_000 })) {
    const call = await make();
    for (const fuel of ['unlimited', 2n ** 64n - 1n, 10 ** 12] as const) {
      t.is(await call('spin', [1_000_000], { fuel }), undefined, kind);
    }
    t.is(await call('add', [1, 2]), 3);
    await rejection(t, 'OUT_OF_FUEL', () => call('spin', [1_000_000]), kind);
  }
});

test('an engine that does not count fuel rejects it for a call', async (t) => {
  for (const [kind, make] of await both({ interruption: 'epoch' })) {
    const call = await make();
    t.is((await rejection(t, 'BAD_OPTION', () => call('add', [1, 2], { fuel: 1_000 }), kind)).option, 'fuel');
    t.is(await call('add', [1, 2]), 3);
  }
});

test('fuel and time of a call, whichever is used up first', async (t) => {
  for (const interruption of ['fuel', 'both'] as const) {
    for (const [kind, make] of await both({ interruption })) {
      await rejection(
        t,
        'OUT_OF_FUEL',
        async () => (await make())('infinite', [], { fuel: 10_000, timeoutMs: SANE_MS }),
        kind,
      );
      await rejection(
        t,
        'TIMEOUT',
        async () => (await make())('infinite', [], { fuel: 'unlimited', timeoutMs: 20 }),
        kind,
      );
    }
  }
});

test('the time of a call covers the promise that it waits for', async (t) => {
  for (const interruption of interruptions) {
    const ofInstance = await asynchronous(() => new Promise(() => {}), { timeoutMs: 150 }, { interruption });
    t.regex((await rejection(t, 'TIMEOUT', () => ofInstance.call('call', [1]))).message, /150 ms/);
    await rejection(t, 'POISONED', () => ofInstance.call('ok'));
    for (const name of ['call', 'countThenCall']) {
      const ofCall = await asynchronous(() => new Promise(() => {}), {}, { interruption });
      const args = name === 'call' ? [1] : [LONG / 20, 1];
      await rejection(t, 'TIMEOUT', () => ofCall.call(name, args, { timeoutMs: 60 }), name);
    }
    const longest = await asynchronous(
      () => new Promise((resolve) => setTimeout(resolve, 20, 3)),
      {},
      { interruption },
    );
    t.is(await longest.call('call', [1], { timeoutMs: 2 ** 31 - 1 }), 3);
  }
});

test('asynchronous instances have a timeout by default, also if the guest’s fuel is limited', async (t) => {
  const engine = new Engine();
  const module = await engine.compileModule('(module (import "env" "f" (func $f)) (func (export "call") (call $f)))');
  const imports = { env: { f: () => new Promise(() => {}) } };
  const instance = await module.instantiate({ limits: { memoryBytes: MiB }, imports });
  const call = instance.call('call');
  const timers = (process as unknown as { getActiveResourcesInfo(): string[] }).getActiveResourcesInfo();
  t.true(timers.includes('Timeout'), 'a timer waits for the default of 30 s');
  await Promise.all([instance.dispose(), rejection(t, 'ABORTED', () => call)]);
});

test('a slow host function of a synchronous instance makes its call a TIMEOUT', async (t) => {
  for (const interruption of interruptions) {
    const block = (n: number): number => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
      return n;
    };
    const sync = await synchronous(block, { timeoutMs: 150 }, { interruption });
    failure(t, 'TIMEOUT', () => sync.call('call', [1]));
    failure(t, 'POISONED', () => sync.call('ok'));
    const perCall = await synchronous(block, {}, { interruption });
    t.is(perCall.call('call', [1]), 1);
    failure(t, 'TIMEOUT', () => perCall.call('call', [1], { timeoutMs: 20 }));
    const instance = await asynchronous(block, { timeoutMs: 150 }, { interruption });
    await rejection(t, 'TIMEOUT', () => instance.call('call', [1]));
  }
});

test('a synchronous instance with host functions and unlimited time rejects a timeout', async (t) => {
  const sync = await synchronous((n: number) => n, { timeoutMs: 'unlimited', fuel: 10_000 });
  t.is(sync.metrics().execution, 'direct');
  t.is(failure(t, 'BAD_OPTION', () => sync.call('ok', [], { timeoutMs: 5 })).option, 'timeoutMs');
  t.is(sync.call('call', [3], { fuel: 5_000 }), 3);
});

test('per-call options pass through measure as well', async (t) => {
  const instance = await asynchronous((n: number) => n);
  const sync = await synchronous((n: number) => n);
  await rejection(t, 'OUT_OF_FUEL', () => instance.measure('spin', [], { fuel: 5_000 }));
  failure(t, 'OUT_OF_FUEL', () => sync.measure('spin', [], { fuel: 5_000 }));
  t.like(await instance.measure('ok', [], { fuel: 5_000, timeoutMs: SANE_MS }), { value: 42 });
  t.like(sync.measure('ok', [], { fuel: 5_000, timeoutMs: SANE_MS }), { value: 42 });
  t.is(instance.metrics().fuelConsumed, sync.metrics().fuelConsumed);
});

test('every failing call costs the same on both kinds of instances', async (t) => {
  const sync = await synchronous((n: number) => n, { fuel: 50_000 });
  const instance = await asynchronous((n: number) => n, { fuel: 50_000 });
  for (const name of ['spin', 'unreachable', 'deep']) {
    const before = [sync.metrics().fuelConsumed, instance.metrics().fuelConsumed] as const;
    t.throws(() => sync.call(name));
    await t.throwsAsync(() => instance.call(name));
    t.is(sync.metrics().fuelConsumed - before[0], instance.metrics().fuelConsumed - before[1], name);
    t.is(sync.metrics().fuelIsExact, instance.metrics().fuelIsExact, name);
  }
});
