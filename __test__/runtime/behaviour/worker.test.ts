// Tests in worker threads, and of their end.
import test from 'ava';
import { fixture } from '#guests';
import { child, importPackage } from '../child.js';

const calculator = JSON.stringify(fixture('calculator.wat').href);

/** A script that runs `source` in workers, `rounds` times `count` at once, and prints how they end. */
function workers(source: string, { count = 4, rounds = 1, terminateAfterMs = -1 } = {}): string {
  const text = `(async () => { ${importPackage} ${source} })()`;
  return `
    import { Worker } from 'node:worker_threads';
    for (let round = 0; round < ${rounds}; round++) {
      const endings = await Promise.all(Array.from({ length: ${count} }, () => new Promise((resolve) => {
        const worker = new Worker(${JSON.stringify(text)}, { eval: true });
        worker.on('error', (error) => resolve(String(error)));
        worker.on('exit', resolve);
        if (${terminateAfterMs} >= 0) setTimeout(() => worker.terminate(), ${terminateAfterMs});
      })));
      console.log(endings.join());
    }`;
}

const busy = `
  const engine = new wasm.Engine({ interruption: 'both' });
  const module = await engine.compileModule(new URL(${calculator}));
  const kept = globalThis.kept = Array.from({ length: 50 }, () => module.instantiateSync({ limits: { memoryBytes: wasm.MiB } }));
  for (const instance of kept) for (let n = 0; n < 100; n++) {
    if (instance.call('add', [n, 1]) !== n + 1) throw new Error('wrong sum');
    try { instance.call('oob'); throw new Error('no trap') } catch (error) { if (error.trap !== 'MemoryOutOfBounds') throw error }
  }`;

test('concurrent workers, each with an engine and traps, end with live instances', async (t) => {
  const { stdout, signal, stderr } = await child(workers(busy, { rounds: 3 }));
  t.is(signal, null, stderr);
  t.is(stdout, '0,0,0,0\n'.repeat(3));
});

test('a worker may exit in the middle', async (t) => {
  const { stdout, signal, stderr } = await child(workers(`${busy}\n process.exit(3);`, { rounds: 2 }));
  t.is(signal, null, stderr);
  t.is(stdout, '3,3,3,3\n'.repeat(2));
});

test('a worker in an endless call under epochs is terminated once its time is up', async (t) => {
  const source = `
    const module = await new wasm.Engine({ interruption: 'epoch' }).compileModule(new URL(${calculator}));
    for (;;) try { module.instantiateSync({ limits: { memoryBytes: wasm.MiB, timeoutMs: 100 } }).call('infinite') } catch {}`;
  const { stdout, signal, stderr } = await child(workers(source, { count: 2, terminateAfterMs: 500 }));
  t.is(signal, null, stderr);
  // Node itself gives 0 or 1, by whether JavaScript ran already.
  t.regex(stdout, /^[01],[01]\n$/);
});

test('a worker that is terminated while it compiles ends', async (t) => {
  const source = `
    const engine = new wasm.Engine({ cache: false });
    for (;;) await Promise.all(Array.from({ length: 4 }, () => engine.compileModule(new URL(${JSON.stringify(fixture('guests/c/algorithms.wasm').href)}))));`;
  const { stdout, signal, code, stderr } = await child(workers(source, { count: 2, rounds: 3, terminateAfterMs: 300 }));
  t.is(signal, null, stderr);
  t.is(code, 0);
  // Node itself gives 0 or 1, by whether JavaScript ran at that moment.
  t.regex(stdout, /^([01],[01]\n){3}$/);
});

test('an error crosses from a worker with its data', async (t) => {
  const source = `
    const module = await new wasm.Engine().compileModule(new URL(${calculator}));
    try { module.instantiateSync({ limits: { memoryBytes: wasm.MiB } }).call('div', [1, 0]) }
    catch (error) { (await import('node:worker_threads')).parentPort.postMessage(error) }`;
  const { stdout, stderr } = await child(`
    import { Worker } from 'node:worker_threads';
    const worker = new Worker(${JSON.stringify(`(async () => { ${importPackage} ${source} })()`)}, { eval: true });
    worker.on('message', (clone) => { const error = wasm.WasmError.from(clone); console.log(error.code, error.trap, error.frames.length); });`);
  t.is(stdout, 'TRAP IntegerDivisionByZero 1\n', stderr);
});

// Node unloads a library with the last environment that loaded it; threads and thread-local destructors outlive that.
test('a process of which only workers load the package lives when they end', async (t) => {
  const script = workers('new wasm.Engine()', { count: 1, rounds: 5 });
  const { stdout, signal, code } = await child(script, { importsPackage: false });
  t.is(signal, null);
  t.is(code, 0);
  t.is(stdout, '0\n'.repeat(5));
});
