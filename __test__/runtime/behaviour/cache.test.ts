// Tests of the cache of compiled code.
import test from 'ava';
import { fixture } from '#guests';
import { Engine, MiB } from '../../../src/index.js';
import { child, importPackage } from '../child.js';
import { failure, rejection } from '../failure.js';

const limits = { memoryBytes: 16 * MiB };
const calculator = JSON.stringify(fixture('calculator.wat').href);
const types = JSON.stringify(fixture('guests/c/types.wasm').href);

/** What a script prints in a child process, as JSON. */
async function printed(script: string): Promise<unknown> {
  const { stdout, stderr } = await child(script);
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`${stdout}\n${stderr}`);
  }
}

/** Prints what the statistics say after `script`, without sizes. */
const counted = (script: string): Promise<unknown> =>
  printed(`${script}
    const { codeBytes, directoryHits, ...counts } = wasm.Engine.cacheStatistics();
    console.log(JSON.stringify(counts));`);

test('a source is compiled once for all engines of the same options, with any limits', async (t) => {
  const counts = await counted(`
    for (const options of [{}, {}, { limits: { instances: 5 } }])
      for (let n = 0; n < 2; n++) await new wasm.Engine(options).compileModule(new URL(${calculator}));`);
  t.deepEqual(counts, { hits: 5, compilations: 1, entries: 1 });
});

test('sources at once are compiled once', async (t) => {
  const counts = await counted(`
    const engines = Array.from({ length: 4 }, () => new wasm.Engine());
    await Promise.all(engines.map((engine) => engine.compileComponent(new URL(${types}))));`);
  t.deepEqual(counts, { hits: 3, compilations: 1, entries: 1 });
});

test('a second worker compiles nothing', async (t) => {
  const source = `
    const engine = new wasm.Engine();
    const component = await engine.compileComponent(new URL(${types}));
    const instance = component.instantiateSync({ limits: { memoryBytes: wasm.MiB } });
    if (instance.call('echo-string', ['ü']) !== 'ü') throw new Error('wrong');
    (await import('node:worker_threads')).parentPort.postMessage(wasm.Engine.cacheStatistics());`;
  const seen = await printed(`
    import { Worker } from 'node:worker_threads';
    const seen = [];
    for (let n = 0; n < 3; n++) {
      const worker = new Worker(${JSON.stringify(`(async () => { ${importPackage} ${source} })()`)}, { eval: true });
      worker.on('message', (message) => seen.push(message));
      await new Promise((resolve) => worker.on('exit', resolve));
    }
    console.log(JSON.stringify(seen.map(({ hits, compilations }) => [hits, compilations])));`);
  t.deepEqual(seen, [
    [0, 1],
    [1, 1],
    [2, 1],
  ]);
});

test('a pooled engine reuses code that another engine compiled', async (t) => {
  const counts = await counted(`
    const pooled = { allocation: 'pooling', limits: { instances: 2 } };
    for (let n = 0; n < 3; n++) {
      const module = await new wasm.Engine(pooled).compileModule(new URL(${calculator}));
      if (module.instantiateSync({ limits: { memoryBytes: wasm.MiB } }).call('add', [1, 2]) !== 3) throw new Error('wrong');
    }`);
  t.deepEqual(counts, { hits: 2, compilations: 1, entries: 1 });
});

test('an engine with fewer backtrace frames reuses code that another engine compiled', async (t) => {
  const counts = await counted(`
    for (const backtraceFrames of [20, 0]) await new wasm.Engine({ backtraceFrames }).compileModule(new URL(${calculator}));`);
  t.deepEqual(counts, { hits: 1, compilations: 1, entries: 1 });
});

test('without cache every compilation is one', async (t) => {
  const counts = await counted(`
    const engine = new wasm.Engine({ cache: false });
    for (let n = 0; n < 3; n++) await engine.compileModule(new URL(${calculator}));
    await new wasm.Engine().compileModule(new URL(${calculator}));`);
  t.deepEqual(counts, { hits: 0, compilations: 4, entries: 1 });
});

test('disposing of everything does not empty the cache', async (t) => {
  const counts = await counted(`
    for (let n = 0; n < 3; n++) {
      const engine = new wasm.Engine();
      (await engine.compileModule(new URL(${calculator}))).dispose();
      engine.dispose();
    }`);
  t.deepEqual(counts, { hits: 2, compilations: 1, entries: 1 });
});

test('a failed compilation leaves nothing in the cache', async (t) => {
  const counts = await counted(`
    for (let n = 0; n < 3; n++)
      await new wasm.Engine().compileModule('(module (func (result i32)))').then(() => process.exit(1), () => undefined);`);
  t.deepEqual(counts, { hits: 0, compilations: 3, entries: 0 });
});

test('the statistics contain the size of the retained code', async (t) => {
  const module = await new Engine().compileModule(fixture('calculator.wat'));
  const { codeBytes, entries } = Engine.cacheStatistics();
  t.true(codeBytes >= module.codeBytes && entries >= 1);
});

test('a module that shares its code is disposed of alone', async (t) => {
  const [one, two] = await Promise.all([1, 2].map(() => new Engine().compileModule(fixture('calculator.wat'))));
  one?.dispose();
  failure(t, 'DISPOSED', () => one?.instantiateSync({ limits }));
  using instance = two?.instantiateSync({ limits });
  t.is(instance?.call('add', [40, 2]), 42);
});

test('known sources are still bounded by the limits of each engine', async (t) => {
  const engine = new Engine({ limits: { binaryBytes: 100 } });
  await new Engine().compileModule(fixture('calculator.wat'));
  await rejection(t, 'BINARY_TOO_LARGE', () => engine.compileModule(fixture('calculator.wat')));
});

test('bytes that change after they were compiled are another source', async (t) => {
  const engine = new Engine();
  const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 0, 2, 1, 97);
  const sections = async (): Promise<unknown> => (await engine.compileModule(bytes)).exports;
  t.deepEqual(await sections(), []);
  bytes[9] = 200;
  await rejection(t, 'COMPILE', sections);
});
