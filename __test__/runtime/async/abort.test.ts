// Tests of aborted calls, in every state of a call.
import test from 'ava';
import { Engine, type Instance, WasmError } from '../../../src/index.js';
import { failure, rejection } from '../failure.js';
import { asynchronous, deferred, interruptions, LONG, synchronous, turns } from '../host-guest.js';

/** The error of an aborted call; its reason must be the signal’s. */
async function aborted(
  t: Parameters<typeof rejection>[0],
  call: () => Promise<unknown>,
  reason: unknown,
): Promise<Error> {
  const error = await rejection(t, 'ABORTED', call);
  t.true(Object.is((error as { reason?: unknown }).reason, reason));
  return error;
}

test('a signal that is aborted already begins no call', async (t) => {
  const instance = await asynchronous((n: number) => n);
  const sync = await synchronous((n: number) => n);
  const reason = new Error('changed my mind');
  const signal = AbortSignal.abort(reason);
  const before = instance.metrics();
  t.regex((await aborted(t, () => instance.call('ok', [], { signal }), reason)).message, /changed my mind/);
  await aborted(t, () => instance.measure('ok', [], { signal }), reason);
  await aborted(t, async () => sync.call('ok', [], { signal }), reason);
  await aborted(t, async () => sync.measure('ok', [], { signal }), reason);
  t.deepEqual(instance.metrics(), before);
  t.is(await instance.call('ok'), 42);
  t.is(sync.call('ok'), 42);
});

const reasons: readonly unknown[] = [
  new Error('e'),
  'text',
  0,
  null,
  Symbol('s'),
  { a: 1 },
  Object.freeze({}),
  () => 1,
  1n,
];

test('the error has the signal’s reason, of any type', async (t) => {
  for (const reason of reasons) {
    const instance = await asynchronous(() => new Promise(() => {}));
    const controller = new AbortController();
    const call = instance.call('call', [1], { signal: controller.signal });
    controller.abort(reason);
    await aborted(t, () => call, reason);
  }
});

for (const interruption of interruptions) {
  test.serial(`a call on a thread is aborted, and poisons the instance (${interruption})`, async (t) => {
    const instance = await asynchronous((n: number) => n, {}, { interruption });
    const controller = new AbortController();
    const call = instance.call('spin', [], { signal: controller.signal });
    await turns();
    controller.abort();
    const error = await aborted(t, () => call, controller.signal.reason);
    t.is((controller.signal.reason as Error).name, 'AbortError');
    t.regex(error.message, /aborted/);
    t.regex((await rejection(t, 'POISONED', () => instance.call('ok'))).message, /ABORTED/);
    t.true(instance.metrics().fuelIsExact);
    t.is(instance.metrics().traps, 1);
  });

  test.serial(`an abort right after the call counts (${interruption})`, async (t) => {
    for (let round = 0; round < 30; round += 1) {
      const instance = await asynchronous((n: number) => n, {}, { interruption });
      const controller = new AbortController();
      const call = instance.call('spin', [], { signal: controller.signal });
      controller.abort(round);
      await aborted(t, () => call, round);
      await instance.dispose();
    }
  });
}

test('a call that waits for a promise is aborted at once', async (t) => {
  for (const name of ['call', 'callThenCount']) {
    const instance = await asynchronous(() => new Promise(() => {}), { timeoutMs: 'unlimited' });
    const controller = new AbortController();
    const call = instance.call(name, name === 'call' ? [1] : [1, 1], { signal: controller.signal });
    await turns(1);
    controller.abort('enough');
    await aborted(t, () => call, 'enough');
    await rejection(t, 'POISONED', () => instance.call('ok'));
  }
});

test('a call that waits after its time on a thread is aborted too', async (t) => {
  const waits = deferred<void>();
  const instance = await asynchronous(
    () => {
      waits.resolve();
      return new Promise(() => {});
    },
    { timeoutMs: 'unlimited' },
  );
  const controller = new AbortController();
  const call = instance.call('countThenCall', [LONG, 1], { signal: controller.signal });
  await waits.promise;
  await turns(1);
  controller.abort('enough');
  await aborted(t, () => call, 'enough');
});

test('aborting a queued call affects neither the running call nor the calls behind it', async (t) => {
  const gate = deferred<number>();
  const instance = await asynchronous(() => gate.promise);
  const controllers = Array.from({ length: 5 }, () => new AbortController());
  const first = instance.call('call', [1]);
  const queued = controllers.map(({ signal }) => instance.call('ok', [], { signal }));
  const ends = queued.map((call) => call.catch((error: WasmError) => error.code));
  controllers[1]?.abort();
  controllers[4]?.abort();
  controllers[1]?.abort();
  gate.resolve(7);
  t.is(await first, 7);
  t.deepEqual(await Promise.all(ends), [42, 'ABORTED', 42, 42, 'ABORTED']);
  t.is(await instance.call('ok'), 42);
});

test('a host function aborts its own call, before and after it waits', async (t) => {
  for (const isLate of [false, true]) {
    for (const signalled of ['call', 'countThenCall', 'each']) {
      const controller = new AbortController();
      const instance = await asynchronous(async () => {
        if (isLate) await Promise.resolve();
        controller.abort('inside');
        await turns(1);
        return 1;
      });
      const args = signalled === 'countThenCall' ? [LONG / 10, 1] : [3];
      await aborted(t, () => instance.call(signalled, args, { signal: controller.signal }), 'inside');
      await rejection(t, 'POISONED', () => instance.call('ok'));
    }
  }
  const controller = new AbortController();
  const plain = await asynchronous((n: number) => {
    controller.abort('inside');
    return n;
  });
  await aborted(t, () => plain.call('twice', [1], { signal: controller.signal }), 'inside');
});

test('a getter of an argument aborts the call that it is for', async (t) => {
  for (const [name, more] of [
    ['call', []],
    ['countThenCall', [1]],
  ] as const) {
    const controller = new AbortController();
    const instance = await asynchronous(() => new Promise(() => {}));
    const args: unknown[] = [1, ...more];
    Object.defineProperty(args, 0, {
      get() {
        controller.abort('getter');
        return name === 'call' ? 1 : LONG;
      },
    });
    await aborted(t, () => instance.call(name, args, { signal: controller.signal }), 'getter');
  }
});

test('a getter of a host function’s result aborts the call', async (t) => {
  for (const key of ['constructor', 'then']) {
    const controller = new AbortController();
    const promise = new Promise(() => {});
    void Object.defineProperty(promise, key, {
      get() {
        controller.abort('getter');
        return Reflect.get(Promise.prototype, key) as unknown;
      },
    });
    const returned = key === 'then' ? Object.create(promise) : promise;
    const instance = await asynchronous(() => returned, { timeoutMs: 'unlimited' });
    await aborted(t, () => instance.call('call', [1], { signal: controller.signal }), 'getter');
  }
});

test('an abort after the end changes nothing, and leaves no listener', async (t) => {
  const instance = await asynchronous((n: number) => n);
  const controller = new AbortController();
  let listeners = 0;
  const { signal } = controller;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => ((listeners += 1), add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => ((listeners -= 1), remove(...args));
  for (let round = 0; round < 100; round += 1) t.is(await instance.call('call', [round], { signal }), round);
  await rejection(t, 'TRAP', () => instance.call('unreachable', [], { signal }));
  t.is(listeners, 0);
  const next = instance.call('count', [LONG]);
  controller.abort();
  t.is(await next, LONG);
});

test('an abort of one call leaves the next, which has another signal', async (t) => {
  const gate = deferred<number>();
  const instance = await asynchronous(() => gate.promise);
  const [one, other] = [new AbortController(), new AbortController()];
  const first = instance.call('call', [1], { signal: one.signal });
  const second = instance.call('call', [2], { signal: other.signal });
  gate.resolve(3);
  t.is(await first, 3);
  one.abort();
  t.is(await second, 3);
});

test('one signal aborts all calls that it was passed to', async (t) => {
  const controller = new AbortController();
  const warnings: Error[] = [];
  process.on('warning', (warning) => warnings.push(warning));
  const instances = await Promise.all(Array.from({ length: 30 }, () => asynchronous(() => new Promise(() => {}))));
  const { signal } = controller;
  const calls = instances.flatMap((instance) => [
    instance.call('call', [1], { signal }),
    instance.call('ok', [], { signal }),
    instance.call('spin', [], { signal }),
  ]);
  const ends = calls.map((call) => call.catch((error: WasmError) => error.code));
  await turns();
  controller.abort();
  t.deepEqual(new Set(await Promise.all(ends)), new Set(['ABORTED']));
  await turns();
  t.deepEqual(warnings, []);
});

test('an exception of a host function after an abort is reported as ABORTED', async (t) => {
  const controller = new AbortController();
  const instance = await asynchronous(
    () => new Promise((_, reject) => controller.signal.addEventListener('abort', () => reject(new Error('cleanup')))),
  );
  const call = instance.call('call', [1], { signal: controller.signal });
  await turns(1);
  controller.abort('first');
  const end: unknown = await call.catch((error: unknown) => error);
  // Its own listener may run before the call's.
  t.true(end instanceof WasmError ? end.code === 'ABORTED' : (end as Error).message === 'cleanup');
});

test('signals of AbortSignal.timeout and AbortSignal.any abort calls', async (t) => {
  const instance = await asynchronous((n: number) => n);
  const error = await rejection(t, 'ABORTED', () => instance.call('spin', [], { signal: AbortSignal.timeout(20) }));
  t.is((error as { reason?: Error }).reason?.name, 'TimeoutError');
  const other = await asynchronous((n: number) => n);
  const controller = new AbortController();
  const call = other.call('spin', [], { signal: AbortSignal.any([controller.signal, AbortSignal.timeout(60_000)]) });
  await turns();
  controller.abort('any');
  await aborted(t, () => call, 'any');
});

test('a value that is not a signal is rejected by name', async (t) => {
  const instance = await asynchronous((n: number) => n);
  const sync = await synchronous((n: number) => n);
  for (const signal of [{}, { aborted: true }, null, 1, 'abort', new AbortController(), new EventTarget()]) {
    const error = await rejection(t, 'BAD_OPTION', () => instance.call('ok', [], { signal } as never));
    t.is(error.option, 'signal');
    failure(t, 'BAD_OPTION', () => sync.call('ok', [], { signal } as never));
  }
});

test('a synchronous call that is aborted while it runs throws ABORTED when it ends', async (t) => {
  const controller = new AbortController();
  const sync = await synchronous((n: number) => {
    controller.abort('during');
    return n;
  });
  await aborted(t, async () => sync.call('call', [1], { signal: controller.signal }), 'during');
  t.is(sync.call('ok'), 42);
});

test('ABORTED and BUSY survive JSON and structured cloning', async (t) => {
  const instance: Instance = await asynchronous(() => new Promise(() => {}), { queuedCalls: 0 });
  const controller = new AbortController();
  const call = instance.call('call', [1], { signal: controller.signal });
  const busy = await rejection(t, 'BUSY', () => instance.call('ok'));
  controller.abort(() => 'cannot be cloned');
  const error = await rejection(t, 'ABORTED', () => call);
  for (const each of [busy, error]) {
    for (const copy of [structuredClone(each), JSON.parse(JSON.stringify(each)) as unknown]) {
      const again = WasmError.from(copy);
      t.is(again?.code, each.code);
      t.is(again?.message, each.message);
    }
  }
  t.deepEqual(Object.keys(error).toSorted(), ['code']);
  new Engine().dispose();
});
