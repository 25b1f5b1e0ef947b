// Tests that memory is released, in child processes whose memory is measured.
import test from 'ava';
import { fixture } from '#guests';
import { child } from '../child.js';
import { callsHost } from '../host-guest.js';

const setUp = `
  const engine = new wasm.Engine();
  const module = await engine.compileModule('(module (memory (export "memory") 2) (func (export "f") (result i32) (i32.store (i32.const 70000) (i32.const 1)) (i32.const 7)))');
  const component = await engine.compileComponent(new URL(${JSON.stringify(fixture('calculator-component.wat').href)}));
  const limits = { memoryBytes: wasm.MiB };
  const cycle = (count) => { for (let n = 0; n < count; n++) {
    const one = (n % 2 ? module : component).instantiateSync({ limits });
    n % 2 ? one.call('f') : one.call('fill', [16000]);
    one.dispose(); } };
  const residentMiB = () => { gc(); gc(); return process.memoryUsage.rss() / wasm.MiB; };`;

test('ten thousand instances created and disposed of leave none alive, and the resident set does not grow', async (t) => {
  const { stdout, code, stderr } = await child(
    `${setUp}
    cycle(20_000); await new Promise(setImmediate); const before = residentMiB();
    cycle(10_000); await new Promise(setImmediate); const after = residentMiB();
    console.log(JSON.stringify({ live: engine.liveInstances, grownMiB: after - before }));`,
    { flags: ['--expose-gc'] },
  );
  t.is(code, 0, stderr);
  const { live, grownMiB } = JSON.parse(stdout) as { live: number; grownMiB: number };
  t.is(live, 0);
  t.true(grownMiB < 16, `${grownMiB} MiB more`);
});

test('unreferenced instances are collected', async (t) => {
  const { stdout, code, stderr } = await child(
    `${setUp}
    (() => { for (let n = 0; n < 500; n++) (n % 2 ? module : component).instantiateSync({ limits }).exports; })();
    const made = engine.liveInstances;
    for (let n = 0; n < 20 && engine.liveInstances > 0; n++) { gc(); await new Promise((resolve) => setTimeout(resolve, 10)); }
    console.log(made, engine.liveInstances);`,
    { flags: ['--expose-gc'] },
  );
  t.is(code, 0, stderr);
  t.is(stdout, '500 0\n');
});

test('an exported function keeps its instance alive', async (t) => {
  const { stdout, code, stderr } = await child(
    `${setUp}
    const f = (() => module.instantiateSync({ limits }).exports.f)();
    for (let n = 0; n < 10; n++) { gc(); await new Promise((resolve) => setTimeout(resolve, 5)); }
    console.log(engine.liveInstances, f());`,
    { flags: ['--expose-gc'] },
  );
  t.is(code, 0, stderr);
  t.is(stdout, '1 7\n');
});

test('two thousand engines created and disposed of leave the resident set about flat', async (t) => {
  const { stdout, code, stderr } = await child(
    `${setUp}
    const engines = (count) => { for (let n = 0; n < count; n++) new wasm.Engine({ interruption: n % 2 ? 'epoch' : 'fuel' }).dispose(); };
    const settle = async () => { for (let n = 0; n < 5; n++) { gc(); await new Promise(setImmediate); } };
    engines(500); await settle(); const before = residentMiB(); engines(2000); await settle();
    console.log(residentMiB() - before);`,
    { flags: ['--expose-gc'] },
  );
  t.is(code, 0, stderr);
  t.true(Number(stdout) < 60, `${stdout} MiB more`);
});

for (const code of [0, 7]) {
  test(`a process with live instances and a compilation in progress exits with ${code} on process.exit`, async (t) => {
    const ending = await child(`${setUp}
      globalThis.kept = Array.from({ length: 100 }, () => module.instantiateSync({ limits }));
      new wasm.Engine({ interruption: 'epoch' });
      engine.compileModule(new URL(${JSON.stringify(fixture('guests/c/algorithms.wasm').href)}));
      process.exit(${code});`);
    t.like(ending, { code, signal: null, stderr: '' });
  });
}

test('a process with live instances and epochs ends by itself', async (t) => {
  const ending = await child(`${setUp}
    globalThis.kept = [module.instantiateSync({ limits }), new wasm.Engine({ interruption: 'epoch' })];`);
  t.like(ending, { code: 0, signal: null, stderr: '' });
});

const asyncSetUp = `
  const engine = new wasm.Engine();
  const module = await engine.compileModule(${JSON.stringify(callsHost)});
  const component = await engine.compileComponent(new URL(${JSON.stringify(fixture('calculator-component.wat').href)}));
  const limits = { memoryBytes: wasm.MiB };
  const turns = async (count) => { for (let turn = 0; turn < count; turn++) await new Promise(setImmediate); };
  const collected = async (alive) => { for (let n = 0; n < 50 && engine.liveInstances > alive; n++) { gc(); await turns(3); } };
  const residentMiB = async () => { for (let n = 0; n < 5; n++) { gc(); await turns(2); } return process.memoryUsage.rss() / wasm.MiB; };
  const instantiate = (f) => module.instantiate({ limits, imports: { env: { f } } });`;

test('unreferenced asynchronous instances are collected, also those whose host functions hold them', async (t) => {
  const { stdout, stderr } = await child(
    `${asyncSetUp}
    await (async () => {
      for (let n = 0; n < 100; n++) {
        const one = await instantiate((value) => one ? value : 0);
        await one.call('call', [1]);
        one.exports;
        const two = await instantiate(async (value) => { await turns(1); return two ? value : 0; });
        await two.exports.countThenCall(n % 10 ? 1 : 100_000, 1);
        await (await component.instantiate({ limits })).call('add', [1, 2]);
        const sync = module.instantiateSync({ limits, imports: { env: { f: (value) => value ? sync.call('call', [value - 1]) : 0 } } });
        sync.call('call', [3]); sync.measure('ok');
        const { exports } = module.instantiateSync({ limits, imports: { env: { f: () => exports.ok() } } });
        exports.call(1);
      }
    })();
    const made = engine.liveInstances;
    await collected(0);
    console.log(made > 0, engine.liveInstances);`,
    { flags: ['--expose-gc'] },
  );
  t.is(stderr, '');
  t.is(stdout, 'true 0\n');
});

test('instances whose calls ended in every way are collected', async (t) => {
  const { stdout, stderr } = await child(
    `${asyncSetUp}
    const never = () => new Promise(() => {});
    const end = (call) => call.then(() => 'OK', (error) => error?.code ?? 'other');
    const codes = await (async () => {
      const ends = [];
      for (let n = 0; n < 20; n++) {
        const controller = new AbortController();
        const call = async (f, ...args) => end((await instantiate(f)).call(...args));
        const calls = [
          call(never, 'call', [1], { timeoutMs: 10 }),
          call(never, 'call', [1], { signal: controller.signal }),
          call(never, 'spin', [], { signal: controller.signal }),
          call(() => { throw 1 }, 'call', [1]),
          call(() => Promise.reject(1), 'countThenCall', [100_000, 1]),
          call(() => 'x', 'call', [1]),
          call(never, 'unreachable'),
        ];
        await turns(1); controller.abort();
        ends.push(...await Promise.all(calls));
      }
      return [...new Set(ends)];
    })();
    await collected(0);
    console.log(codes.join(), engine.liveInstances);`,
    { flags: ['--expose-gc'] },
  );
  t.is(stderr, '');
  t.is(stdout, 'TIMEOUT,ABORTED,other,BAD_VALUE,TRAP 0\n');
});

test('a call in progress keeps its instance and its host functions alive', async (t) => {
  const { stdout, stderr } = await child(
    `${asyncSetUp}
    let open; const gate = new Promise((resolve) => { open = resolve; });
    const later = async (n) => { await gate; return n; };
    // In arrays, which are not awaited.
    const call = await (async () => [(await instantiate(later)).call('callThenCount', [1, 100_000])])();
    const queued = await (async () => { const one = await instantiate(later); one.call('call', [1]); return [one.call('call', [2])]; })();
    for (let n = 0; n < 20; n++) { gc(); await turns(2); }
    const alive = engine.liveInstances;
    open();
    console.log(alive, await call[0], await queued[0]);`,
    { flags: ['--expose-gc'] },
  );
  t.is(stderr, '');
  t.is(stdout, '2 100000 2\n');
});

test('ten thousand calls and ten thousand instances leave the resident set about flat', async (t) => {
  const { stdout, stderr } = await child(
    `${asyncSetUp}
    const round = async (count) => {
      const one = await instantiate(async (n) => n);
      for (let n = 0; n < count; n++) await one.call('call', [n]);
      for (let n = 0; n < count; n++) await one.call('ok', [], { signal: new AbortController().signal });
      await one.dispose();
      for (let n = 0; n < count; n++) {
        const each = await instantiate((value) => each ? value : 0);
        await each.call('call', [n]);
        if (n % 20 === 0) await each.call('count', [50_000]);
        await each.dispose();
      }
    };
    // What leaks grows in each round; what a busy machine lets lie about does not.
    const sizes = [];
    for (let n = 0; n < 4; n++) { await round(5_000); sizes.push(await residentMiB()); }
    const grown = sizes.slice(1).map((size, n) => size - sizes[n]);
    console.log(JSON.stringify({ live: engine.liveInstances, grownMiB: Math.min(...grown) }));`,
    { flags: ['--expose-gc'] },
  );
  t.is(stderr, '');
  const { live, grownMiB } = JSON.parse(stdout) as { live: number; grownMiB: number };
  t.is(live, 0);
  t.true(grownMiB < 48, `${grownMiB} MiB more`);
});

test('a frame of context for each call piles nothing up', async (t) => {
  const { stdout, stderr } = await child(
    `${asyncSetUp}
    const one = await instantiate((n) => n);
    // Each call is made in the context of the one before it.
    const chain = async (left) => { for (; left > 0; left--) await one.call('call', [1]); };
    await chain(20_000); const before = await residentMiB();
    await chain(40_000);
    console.log((await residentMiB()) - before);`,
    { flags: ['--expose-gc'] },
  );
  t.is(stderr, '');
  t.true(Number(stdout) < 32, `${stdout} MiB more`);
});
