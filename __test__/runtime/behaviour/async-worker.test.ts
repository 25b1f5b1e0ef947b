// Tests of pending calls when their process or worker ends, in child processes.
import test from 'ava';
import { child, importPackage } from '../child.js';
import { callsHost } from '../host-guest.js';

/** Instances whose host function is `f`, on an engine with `options`. */
const setUp = `
  const make = async (f, { limits = {}, options = {} } = {}) => {
    const engine = new wasm.Engine(options);
    const module = await engine.compileModule(${JSON.stringify(callsHost)});
    const more = options.interruption === 'epoch' ? {} : { fuel: 'unlimited' };
    const all = { memoryBytes: wasm.MiB, timeoutMs: 30_000, ...more, ...limits };
    return { engine, module, all, instance: await module.instantiate({ limits: all, imports: { env: { f } } }) };
  };
  const never = () => new Promise(() => {});
  const turns = async (count = 2) => { for (let turn = 0; turn < count; turn++) await new Promise(setImmediate); };`;

/** A script that runs `source` in workers, round after round two at once, and terminates them at a different time each. */
function terminated(source: string, rounds = 20): string {
  const text = `(async () => { ${importPackage} ${setUp} const { parentPort } = await import('node:worker_threads');
    ${source} })()`;
  return `
    import { Worker } from 'node:worker_threads';
    let ended = 0;
    for (let round = 0; round < ${rounds}; round++) await Promise.all([0, 1].map((which) => new Promise((resolve, reject) => {
      const worker = new Worker(${JSON.stringify(text)}, { eval: true, stderr: false });
      worker.on('error', reject);
      worker.on('exit', () => { ended += 1; resolve(); });
      worker.on('message', () => setTimeout(() => worker.terminate(), (round % 5) * (1 + which)));
    })));
    console.log(ended);`;
}

const states: Record<string, string> = {
  'on a thread': `const { instance } = await make(never); instance.call('spin'); parentPort.postMessage(0);`,
  'in many calls on threads': `
    const made = await Promise.all(Array.from({ length: 30 }, () => make(never)));
    for (const { instance } of made) instance.call('spin');
    parentPort.postMessage(0);`,
  'on a thread, under epochs': `
    const { instance } = await make(never, { options: { interruption: 'epoch' } });
    instance.call('spin'); parentPort.postMessage(0);`,
  'waiting for a promise': `const { instance } = await make(never); instance.call('call', [1]); parentPort.postMessage(0);`,
  'waiting for promises that are settled all the time': `
    const { instance } = await make(async (n) => { await null; return n; });
    parentPort.postMessage(0); for (;;) await instance.call('each', [100]);`,
  'offloaded again and again': `
    const { instance } = await make(async (n) => { await turns(1); return n; });
    parentPort.postMessage(0); for (;;) await instance.call('countThenCall', [50_000, 1]);`,
  'inside a host function': `
    const { instance } = await make(() => { for (;;); });
    parentPort.postMessage(0); instance.call('call', [1]);`,
  'inside a host function, after a time on a thread': `
    const { instance } = await make(() => { for (;;); });
    parentPort.postMessage(0); instance.call('countThenCall', [100_000, 1]);`,
  'inside a host function of a synchronous instance': `
    const { module, all } = await make(never);
    const sync = module.instantiateSync({ limits: all, imports: { env: { f: () => { for (;;); } } } });
    parentPort.postMessage(0); sync.call('call', [1]);`,
  'inside a call back of a synchronous instance': `
    const { module, all } = await make(never);
    const sync = module.instantiateSync({ limits: all, imports: { env: { f: (n) => n ? sync.exports.call(n - 1) : (() => { for (;;); })() } } });
    parentPort.postMessage(0); sync.call('call', [5]);`,
  'with a full queue': `
    const { instance } = await make(never);
    const calls = [instance.call('call', [1])]; for (let n = 0; n < 1000; n++) calls.push(instance.call('call', [1]));
    parentPort.postMessage(0);`,
  'making instances': `
    const { module, all } = await make(never); parentPort.postMessage(0);
    for (;;) await Promise.all(Array.from({ length: 20 }, () => module.instantiate({ limits: all, imports: { env: { f: never } } }).then((each) => { each.call('count', [100_000]); })));`,
  'disposing and aborting': `
    const { module, all } = await make(never); parentPort.postMessage(0);
    for (;;) {
      const one = await module.instantiate({ limits: all, imports: { env: { f: never } } });
      const controller = new AbortController();
      const call = one.call('spin', [], { signal: controller.signal }).catch(() => {});
      await turns(1); controller.abort(); await Promise.all([call, one.dispose()]);
    }`,
};

for (const [state, source] of Object.entries(states)) {
  test.serial(`a worker is terminated ${state}`, async (t) => {
    const { stdout, signal, code, stderr } = await child(terminated(source, 10), { timeoutMs: 120_000 });
    t.is(signal, null, stderr);
    t.is(stderr, '');
    t.is(code, 0);
    t.is(stdout, '20\n');
  });
}

const exits: Record<string, string> = {
  'with calls on threads': `
    const made = await Promise.all(Array.from({ length: 10 }, () => make(never)));
    for (const { instance } of made) instance.call('spin'); await turns();`,
  'with calls that wait': `const { instance } = await make(never); instance.call('call', [1]); await turns();`,
  'with a full queue': `
    const { instance } = await make(never);
    for (let n = 0; n < 1000; n++) instance.call('call', [1]);`,
};

for (const [state, source] of Object.entries(exits)) {
  test(`process.exit ends a process ${state}`, async (t) => {
    for (const code of [0, 5]) {
      t.like(await child(`${setUp} ${source} process.exit(${code});`), { code, signal: null, stderr: '' });
    }
  });
}

const inside: Record<string, string> = {
  'of an asynchronous instance': `const { instance } = await make(() => process.exit(5)); await instance.call('call', [1]);`,
  'after a time on a thread': `const { instance } = await make(() => process.exit(5)); await instance.call('countThenCall', [1_000_000, 1]);`,
  'after it has waited': `const { instance } = await make(async () => { await turns(); process.exit(5); }); await instance.call('call', [1]);`,
  'of a synchronous instance': `
    const { module, all } = await make(never);
    module.instantiateSync({ limits: all, imports: { env: { f: () => process.exit(5) } } }).call('call', [1]);`,
  'of a synchronous instance on the direct path': `
    const { module, all } = await make(never, { options: { interruption: 'epoch' } });
    const sync = module.instantiateSync({ limits: all, imports: { env: { f: (n) => n ? sync.exports.call(n - 1) : process.exit(5) } } });
    sync.call('call', [3]);`,
  'of a start function': `
    const module = await new wasm.Engine().compileModule('(module (import "env" "f" (func $f)) (start $f))');
    const options = { limits: { memoryBytes: wasm.MiB }, imports: { env: { f: () => process.exit(5) } } };
    await module.instantiate(options);`,
};

for (const [where, source] of Object.entries(inside)) {
  test(`a host function ends its process ${where}`, async (t) => {
    t.like(await child(`${setUp} ${source} console.log('not reached');`), {
      code: 5,
      signal: null,
      stderr: '',
      stdout: '',
    });
  });

  test(`a host function ends its worker ${where}`, async (t) => {
    const text = `(async () => { ${importPackage} ${setUp} ${source} console.log('not reached'); })()`;
    const ending = await child(`
      import { Worker } from 'node:worker_threads';
      for (let round = 0; round < 3; round++) {
        await new Promise((resolve) => new Worker(${JSON.stringify(text)}, { eval: true }).on('exit', (code) => resolve(console.log(code))));
      }`);
    t.like(ending, { code: 0, signal: null, stderr: '', stdout: '5\n5\n5\n' });
  });
}

test('an uncaught failure of a host function ends the process as any other', async (t) => {
  const ending = await child(`${setUp}
    const { instance } = await make(() => { throw new Error('uncaught'); });
    instance.call('countThenCall', [1_000_000, 1]);`);
  t.is(ending.code, 1);
  t.is(ending.signal, null);
  t.regex(ending.stderr, /uncaught/);
});

test('a script whose last act is a long call runs to its end', async (t) => {
  for (const interruption of ['fuel', 'epoch', 'both']) {
    const ending = await child(`${setUp}
      const { instance } = await make(never, { options: { interruption: '${interruption}' } });
      console.log(await instance.call('count', [50_000_000]));`);
    t.like(ending, { code: 0, signal: null, stderr: '', stdout: '50000000\n' });
  }
});

test('a script that only waits for a promise that is never settled ends with TIMEOUT', async (t) => {
  for (const [name, args] of [
    ['call', '[1]'],
    ['countThenCall', '[100_000, 1]'],
  ]) {
    const ending = await child(`${setUp}
      const { instance } = await make(never, { limits: { timeoutMs: 300 } });
      try { await instance.call('${name}', ${args}); } catch (error) { console.log(error.code); }`);
    t.like(ending, { code: 0, signal: null, stderr: '', stdout: 'TIMEOUT\n' });
  }
});

test('a process whose calls were stopped ends by itself, long before their time is up', async (t) => {
  for (const stop of ['await instance.dispose()', 'controller.abort()']) {
    for (const args of [`'call', [1]`, `'countThenCall', [100_000, 1]`, `'spin', []`]) {
      const ending = await child(
        `${setUp}
        const { instance } = await make(never, { limits: { timeoutMs: 600_000 } });
        const controller = new AbortController();
        const call = instance.call(${args}, { signal: controller.signal }).catch((error) => console.log(error.code));
        await turns(5); ${stop}; await call;`,
        { timeoutMs: 30_000 },
      );
      t.like(ending, { code: 0, signal: null, stderr: '', stdout: 'ABORTED\n' }, `${stop} ${args}`);
    }
  }
});

test('a process with idle asynchronous instances, held or not, ends by itself', async (t) => {
  const ending = await child(`${setUp}
    globalThis.kept = await Promise.all(Array.from({ length: 50 }, () => make(never)));
    for (const { instance } of kept) await instance.call('count', [1_000_000]);
    await make(never);`);
  t.like(ending, { code: 0, signal: null, stderr: '' });
});

test('deep recursion through host functions in a worker ends in an error, not a crash', async (t) => {
  for (const interruption of ['fuel', 'epoch']) {
    const text = `(async () => { ${importPackage} ${setUp}
      const { module, all } = await make(never, { options: { interruption: '${interruption}' } });
      const sync = module.instantiateSync({ limits: all, imports: { env: { f: (n) => sync.exports.call(n + 1) } } });
      for (const depth of [0, 1000, Infinity]) {
        let isDeep = false;
        const deepen = (left) => {
          try { return left > 0 ? deepen(left - 1) : sync.call('call', [0]); }
          catch (error) { if (isDeep || left < Infinity) throw error; isDeep = true; return sync.call('call', [0]); }
        };
        try { deepen(depth); } catch (error) { console.log(error instanceof Error); }
      }
    })()`;
    const ending = await child(`
      import { Worker } from 'node:worker_threads';
      await new Promise((resolve) => new Worker(${JSON.stringify(text)}, { eval: true }).on('exit', resolve));`);
    t.like(ending, { code: 0, signal: null, stderr: '', stdout: 'true\ntrue\ntrue\n' }, interruption);
  }
});

test('workers with asynchronous calls all get their results', async (t) => {
  const text = `(async () => { ${importPackage} ${setUp}
    const { instance } = await make(async (n) => { await turns(1); return n; });
    for (let n = 1; n < 50; n++) if (await instance.call('countThenCall', [200_000, n]) !== n) throw new Error('wrong');
    console.log('right'); })()`;
  const ending = await child(`
    import { Worker } from 'node:worker_threads';
    await Promise.all([0, 1, 2, 3].map(() => new Promise((resolve) => new Worker(${JSON.stringify(text)}, { eval: true }).on('exit', resolve))));`);
  t.like(ending, { code: 0, signal: null, stderr: '', stdout: 'right\n'.repeat(4) });
});
