// Tests of the queue of an asynchronous instance: order, bound, and deadlock.
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import test from 'ava';
import { type Instance, WasmError } from '../../../src/index.js';
import { rejection } from '../failure.js';
import { asynchronous, compiled, deferred, interruptions, LONG, timed, turns } from '../host-guest.js';

const codeOf = (error: unknown): unknown => (error instanceof WasmError ? error.code : error);

for (const interruption of interruptions) {
  test(`calls run in the order of the calls (${interruption})`, async (t) => {
    const order: number[] = [];
    const instance = await asynchronous(
      (n: number) => {
        order.push(n);
        return n % 3 === 0 ? turns(1).then(() => n) : n;
      },
      {},
      { interruption },
    );
    const calls = Array.from({ length: 60 }, (_, n) =>
      n % 7 === 0 ? instance.call('countThenCall', [LONG / 100, n]) : instance.call('call', [n]),
    );
    const expected = Array.from(calls, (_, n) => n);
    t.deepEqual(await Promise.all(calls), expected);
    t.deepEqual(order, expected);
  });
}

test('as many calls may wait as the limit says, and the next is BUSY', async (t) => {
  for (const queuedCalls of [0, 1, 5]) {
    const gate = deferred<number>();
    const instance = await asynchronous(() => gate.promise, { queuedCalls });
    const calls = Array.from({ length: 1 + queuedCalls }, () => instance.call('call', [1]));
    for (let round = 0; round < 3; round += 1) {
      t.regex((await rejection(t, 'BUSY', () => instance.call('ok'))).message, new RegExp(`\\b${queuedCalls}\\b`));
    }
    gate.resolve(4);
    t.deepEqual(new Set(await Promise.all(calls)), new Set([4]));
    t.is(await instance.call('ok'), 42);
  }
});

test('a thousand may wait by default', async (t) => {
  const gate = deferred<number>();
  const instance = await asynchronous(() => gate.promise);
  const first = instance.call('call', [1]);
  const queued = Array.from({ length: 1_000 }, () => instance.call('ok'));
  await rejection(t, 'BUSY', () => instance.call('ok'));
  gate.resolve(1);
  t.is(await first, 1);
  t.deepEqual(new Set(await Promise.all(queued)), new Set([42]));
});

test('thousands of queued calls end in order, and leave the event loop its turns', async (t) => {
  const instance = await asynchronous((n: number) => n, { queuedCalls: 20_000 });
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 1);
  const first = instance.call('count', [LONG]);
  const ended: number[] = [];
  const calls = Array.from({ length: 10_000 }, (_, n) =>
    instance.call('call', [n]).then((value) => ended.push(value as number)),
  );
  await first;
  await Promise.all(calls);
  clearInterval(timer);
  t.deepEqual(
    ended,
    Array.from(calls, (_, n) => n),
  );
  t.true(ticks > 0);
});

test('a call that fails in the middle does not harm those behind it', async (t) => {
  const gate = deferred<number>();
  const error = new Error('third');
  const instance = await asynchronous((n: number) => {
    if (n === 3) throw error;
    return n === 0 ? gate.promise : n;
  });
  const calls = [
    instance.call('call', [0]),
    instance.call('call', [1]),
    instance.call('unreachable'),
    instance.call('call', [3]),
    instance.call('call', ['x']),
    instance.call('spin', [], { fuel: 1_000 }),
    instance.call('call', [6]),
  ];
  const ends = Promise.all(calls.map((call) => call.catch(codeOf)));
  gate.resolve(0);
  t.deepEqual(await ends, [0, 1, 'TRAP', error, 'BAD_VALUE', 'OUT_OF_FUEL', 6]);
});

test('a call that poisons the instance in the middle ends those behind it', async (t) => {
  const gate = deferred<number>();
  const instance = await asynchronous((n: number) => (n === 0 ? gate.promise : n));
  const calls = [
    instance.call('call', [0]),
    instance.call('ok'),
    instance.call('spin', [], { timeoutMs: 20 }),
    instance.call('ok'),
    instance.call('call', [1]),
  ];
  const ends = Promise.all(calls.map((call) => call.catch(codeOf)));
  gate.resolve(9);
  t.deepEqual(await ends, [9, 42, 'TIMEOUT', 'POISONED', 'POISONED']);
});

test('the time in the queue is not the call’s own', async (t) => {
  const gate = deferred<number>();
  const instance = await asynchronous((n: number) => (n === 0 ? gate.promise : n));
  const first = instance.call('call', [0]);
  const second = instance.call('call', [2], { timeoutMs: 500 });
  await new Promise((resolve) => setTimeout(resolve, 700));
  gate.resolve(1);
  t.is(await first, 1);
  t.is(await second, 2);
});

const ways: Record<string, (instance: () => Instance) => unknown> = {
  directly: (instance) => instance().call('ok'),
  'by an export': (instance) => instance().exports['ok'](),
  measured: (instance) => instance().measure('ok'),
  'after it has waited': async (instance) => {
    await turns(1);
    return instance().call('ok');
  },
  'from a timer': (instance) =>
    new Promise((resolve, reject) => setTimeout(() => instance().call('ok').then(resolve, reject), 1)),
};

for (const [way, call] of Object.entries(ways)) {
  test(`a call that its own host function waits for is REENTRANT, never a deadlock: ${way}`, async (t) => {
    for (const interruption of interruptions) {
      const instance: Instance = await asynchronous(() => call(() => instance), {}, { interruption });
      await rejection(t, 'REENTRANT', () => instance.call('call', [1]));
      await rejection(t, 'REENTRANT', () => instance.call('countThenCall', [LONG / 10, 1]));
      await rejection(t, 'REENTRANT', () => instance.exports['call'](1) as Promise<unknown>);
      // Queued calls are rejected as well, though they begin on another call's stack.
      const calls = [instance.call('count', [LONG / 10]), instance.call('call', [1]), instance.call('call', [2])];
      const ends = await Promise.all(calls.map((each) => each.catch(codeOf)));
      t.deepEqual(ends, [LONG / 10, 'REENTRANT', 'REENTRANT']);
      t.is(await instance.call('ok'), 42);
    }
  });
}

test('a call through another instance that would wait for itself is REENTRANT', async (t) => {
  const one: Instance = await asynchronous(() => two.call('call', [1]));
  const two: Instance = await asynchronous(async () => {
    await turns(1);
    return three.exports['call'](1);
  });
  const three: Instance = await asynchronous(() => one.call('ok'));
  await rejection(t, 'REENTRANT', () => one.call('call', [1]));
  for (const instance of [one, two, three]) t.is(await instance.call('ok'), 42);
});

test('a host function may call other instances, and its own again once its call has ended', async (t) => {
  const other = await asynchronous((n: number) => n + 1);
  const ended = deferred<number>();
  let after: Promise<unknown> | undefined;
  const instance: Instance = await asynchronous(async (n: number) => {
    after = ended.promise.then(() => instance.call('ok'));
    return other.call('call', [n]);
  });
  t.is(await instance.call('call', [1]), 2);
  ended.resolve(0);
  t.is(await after, 42);
});

test('a chain of calls by host functions goes as deep as there are instances', async (t) => {
  const instances: Instance[] = [];
  for (let n = 0; n < 50; n += 1) {
    instances.push(
      await asynchronous(async (depth: number) => (n === 0 ? depth : instances[n - 1]?.call('call', [depth + 1]))),
    );
  }
  t.is(await instances.at(-1)?.call('call', [0]), 49);
});

test('a call made in a separate context inside a host function waits for its turn', async (t) => {
  const outside = new AsyncResource('outside');
  let queued: Promise<unknown> | undefined;
  const instance: Instance = await asynchronous((n: number) => {
    queued = outside.runInAsyncScope(() => instance.call('ok'));
    return n;
  });
  t.is(await instance.call('call', [5]), 5);
  t.is(await queued, 42);
});

test('host functions run in the context of their caller, in every state', async (t) => {
  const storage = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const record = (n: number): number => {
    seen.push(storage.getStore());
    return n;
  };
  const late = async (n: number): Promise<number> => {
    record(n);
    await turns(1);
    record(n);
    return n;
  };
  for (const [f, times] of [
    [record, 1],
    [late, 2],
  ] as const) {
    for (const interruption of interruptions) {
      const instance = await asynchronous(f, {}, { interruption });
      const run = async (name: string, ...args: number[]): Promise<void> => {
        seen.length = 0;
        const calls = name === 'call' || name === 'twice' ? [`${name} 1`, `${name} 2`, `${name} 3`] : [name];
        await Promise.all(
          calls.map((store) =>
            storage.run(store, async () => {
              await instance.call(name, args);
              t.is(storage.getStore(), store, 'after the call');
            }),
          ),
        );
        const each = name === 'twice' || name === 'each' ? 2 : 1;
        t.deepEqual(
          seen,
          calls.flatMap((store) => Array<string>(times * each).fill(store)),
          `${name} ${interruption}`,
        );
      };
      await run('call', 1);
      await run('twice', 1);
      await run('countThenCall', LONG / 10, 1);
      await run('callThenCount', 1, LONG / 10);
      await run('each', 2);
      t.is(storage.getStore(), undefined);
    }
  }
});

test('queued calls see the context of their own callers behind a long one', async (t) => {
  const storage = new AsyncLocalStorage<number>();
  const seen: unknown[] = [];
  const module = await compiled();
  const instance = await module.instantiate({
    limits: timed('fuel'),
    imports: {
      env: {
        f: (n: number) => {
          seen.push([n, storage.getStore()]);
          return n;
        },
      },
    },
  });
  await instance.call('count', [1]);
  await instance.call('call', [0]);
  const first = storage.run(100, () => instance.call('count', [LONG]));
  const calls = [1, 2, 3].map((n) => storage.run(n, () => instance.call('call', [n])));
  await Promise.all([first, ...calls]);
  t.deepEqual(seen, [
    [0, undefined],
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});
