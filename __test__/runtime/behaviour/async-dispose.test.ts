// Tests of the disposal of asynchronous instances, in every state of a call.
import test from 'ava';
import { Engine, type Instance, MiB, WasmError } from '../../../src/index.js';
import { failure, rejection } from '../failure.js';
import { asynchronous, callsHost, deferred, interruptions, LONG, timed, turns } from '../host-guest.js';

const codeOf = (error: unknown): unknown => (error instanceof WasmError ? error.code : error);

test('disposing of an idle instance returns the last metrics, each time', async (t) => {
  const instance = await asynchronous((n: number) => n);
  await instance.call('call', [1]);
  const metrics = instance.metrics();
  const first = instance.dispose();
  t.is(instance.dispose(), first);
  t.deepEqual(await first, metrics);
  t.deepEqual(await instance.dispose(), metrics);
});

test('a disposed instance rejects every call', async (t) => {
  const instance = await asynchronous((n: number) => n);
  const { ok, memory } = instance.exports;
  await instance.dispose();
  await rejection(t, 'DISPOSED', () => instance.call('ok'));
  await rejection(t, 'DISPOSED', () => instance.measure('ok'));
  await rejection(t, 'DISPOSED', () => ok() as Promise<unknown>);
  failure(t, 'DISPOSED', () => instance.exports);
  failure(t, 'DISPOSED', () => instance.metrics());
  failure(t, 'DISPOSED', () => memory.read(0, 1));
  failure(t, 'DISPOSED', () => memory.write(0, new Uint8Array(1)));
  failure(t, 'DISPOSED', () => memory.byteLength);
});

for (const interruption of interruptions) {
  test.serial(`a disposal ends a call on a thread, and frees the instance (${interruption})`, async (t) => {
    const engine = new Engine({ interruption });
    const module = await engine.compileModule(callsHost);
    for (const isAway of [false, true]) {
      const instance = await module.instantiate({ limits: timed(interruption), imports: { env: { f: () => 1 } } });
      const call = instance.call('spin');
      if (isAway) await turns();
      const [metrics, end] = await Promise.all([instance.dispose(), rejection(t, 'ABORTED', () => call)]);
      t.regex(end.message, /disposed of/);
      t.is(metrics.traps, 1);
      t.is(metrics.calls, 1);
      t.is(engine.liveInstances, 0);
      await rejection(t, 'DISPOSED', () => instance.call('ok'));
    }
  });

  test(`a disposal ends a call that waits for ever (${interruption})`, async (t) => {
    const instance = await asynchronous(() => new Promise(() => {}), { timeoutMs: 'unlimited' }, { interruption });
    const call = instance.call('call', [1]);
    await turns(1);
    const disposed = instance.dispose();
    await rejection(t, 'ABORTED', () => call);
    t.is((await disposed).traps, 1);
  });
}

test('a disposal ends the calls that wait for their turn, the last of them too', async (t) => {
  const gate = deferred<number>();
  const instance = await asynchronous(() => gate.promise);
  const calls = [instance.call('call', [1]), ...Array.from({ length: 100 }, () => instance.call('ok'))];
  const ends = Promise.all(calls.map((call) => call.catch(codeOf)));
  await instance.dispose();
  t.deepEqual(new Set(await ends), new Set(['ABORTED']));
});

test('a host function disposes of the instance that calls it, and may wait for the end', async (t) => {
  for (const isLate of [false, true]) {
    for (const waits of [false, true]) {
      for (const [name, ...args] of [
        ['call', 1],
        ['countThenCall', LONG / 10, 1],
        ['each', 5],
      ] as const) {
        let calls = 0;
        let disposed: Promise<unknown> | undefined;
        const instance: Instance = await asynchronous(async () => {
          calls += 1;
          if (isLate) await turns(1);
          disposed = instance.dispose();
          if (waits) await disposed;
          return 1;
        });
        const end = await rejection(t, 'ABORTED', () => instance.call(name, args));
        t.regex(end.message, /disposed of/);
        t.like(await disposed, { traps: 1 });
        t.is(calls, 1);
      }
    }
  }
});

test('a host function that is not asynchronous disposes of its instance', async (t) => {
  const instance: Instance = await asynchronous((n: number) => {
    void instance.dispose();
    failure(t, 'DISPOSED', () => instance.metrics());
    return n;
  });
  await rejection(t, 'ABORTED', () => instance.call('each', [5]));
  t.like(await instance.dispose(), { traps: 1 });
});

test('a host function that disposes of its instance and then throws ends its call', async (t) => {
  const error = new Error('after');
  const instance: Instance = await asynchronous(() => {
    void instance.dispose();
    throw error;
  });
  const end = await t.throwsAsync(() => instance.call('call', [1]), { any: true });
  t.true(end === error || codeOf(end) === 'ABORTED');
  await instance.dispose();
});

test('a getter of a promise disposes of the instance that waits for it', async (t) => {
  const promise = new Promise(() => {});
  let disposed: Promise<unknown> | undefined;
  const instance: Instance = await asynchronous(() => promise, { timeoutMs: 'unlimited' });
  void Object.defineProperty(promise, 'constructor', {
    get() {
      disposed = instance.dispose();
      return Promise;
    },
  });
  await rejection(t, 'ABORTED', () => instance.call('call', [1]));
  t.like(await disposed, { traps: 1 });
});

test('a getter of an argument disposes of the called instance', async (t) => {
  const instance = await asynchronous((n: number) => n);
  const args = [1];
  Object.defineProperty(args, 0, {
    get() {
      void instance.dispose();
      return 1;
    },
  });
  await rejection(t, 'DISPOSED', () => instance.call('call', args));
});

test('a disposal after TIMEOUT, ABORTED and a trap returns the metrics of the end', async (t) => {
  const instance = await asynchronous((n: number) => n, { timeoutMs: 150 });
  await rejection(t, 'TIMEOUT', () => instance.call('spin'));
  const metrics = instance.metrics();
  t.is(metrics.traps, 1);
  t.deepEqual(await instance.dispose(), metrics);
});

test('Symbol.asyncDispose frees the instance', async (t) => {
  const engine = new Engine();
  const module = await engine.compileModule('(module (func (export "f")))');
  const instance = await module.instantiate({ limits: { memoryBytes: MiB } });
  t.is(engine.liveInstances, 1);
  t.is(await instance[Symbol.asyncDispose](), undefined);
  t.is(engine.liveInstances, 0);
  await instance[Symbol.asyncDispose]();
  t.false(Symbol.dispose in instance);
});

test('disposals of many instances at once, in every state, all end', async (t) => {
  const engine = new Engine();
  const module = await engine.compileModule(callsHost);
  const imports = { env: { f: (n: number) => (n % 2 ? new Promise(() => {}) : n) } };
  const instances = await Promise.all(
    Array.from({ length: 60 }, () => module.instantiate({ limits: timed('fuel'), imports })),
  );
  const states: readonly ((instance: Instance) => Promise<unknown>[])[] = [
    () => [],
    (instance) => [instance.call('spin')],
    (instance) => [instance.call('call', [1])],
    (instance) => [instance.call('call', [2])],
    (instance) => [instance.call('count', [LONG]), instance.call('count', [1])],
  ];
  const ends = instances.map((instance, n) =>
    Promise.all((states[n % states.length]?.(instance) ?? []).map((call) => call.catch(codeOf))),
  );
  await turns(1);
  await Promise.all(instances.map((instance) => instance.dispose()));
  const codes = new Set((await Promise.all(ends)).flat());
  const expected = new Set<unknown>(['ABORTED', 2, LONG, 1]);
  for (const code of codes) t.true(expected.has(code), String(code));
  t.is(engine.liveInstances, 0);
});
