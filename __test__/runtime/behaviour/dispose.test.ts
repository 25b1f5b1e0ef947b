// Tests of disposal, and of use after disposal.
import test from 'ava';
import { fixture } from '#guests';
import { Engine, MiB } from '../../../src/index.js';
import { failure, rejection } from '../failure.js';

const limits = { memoryBytes: MiB };
const wat = '(module (memory (export "memory") 1) (func (export "f") (result i32) (i32.const 7)))';

test('everything may be disposed of twice', async (t) => {
  const engine = new Engine();
  const module = await engine.compileModule(wat);
  const component = await engine.compileComponent(fixture('minimal.wat'));
  const instances = [module.instantiateSync({ limits }), component.instantiateSync({ limits })];
  for (const object of [...instances, module, component, engine]) {
    t.notThrows(() => object.dispose());
    t.notThrows(() => object.dispose());
    t.notThrows(() => object[Symbol.dispose]());
  }
});

test('an instance returns its last metrics at each disposal', async (t) => {
  const module = await new Engine().compileModule(wat);
  const instance = module.instantiateSync({ limits });
  instance.call('f');
  const last = instance.metrics();
  t.deepEqual(instance.dispose(), last);
  t.deepEqual(instance.dispose(), last);
});

test('every method of a disposed instance throws DISPOSED', async (t) => {
  const engine = new Engine();
  const core = (await engine.compileModule(wat)).instantiateSync({ limits });
  const component = (await engine.compileComponent(fixture('minimal.wat'))).instantiateSync({ limits });
  const { f, memory } = core.exports;
  const { add } = component.exports;
  core.dispose();
  component.dispose();
  for (const use of [
    () => f(),
    () => add(1, 2),
    () => memory.byteLength,
    () => core.call('f'),
    () => component.call('add', [1, 2]),
    () => core.metrics(),
    () => component.metrics(),
    () => core.exports,
    () => component.exports,
  ]) {
    t.regex(failure(t, 'DISPOSED', use).message, /instance/);
  }
});

test('exports first accessed after disposal throw DISPOSED', async (t) => {
  const instance = (await new Engine().compileModule(wat)).instantiateSync({ limits });
  instance.dispose();
  failure(t, 'DISPOSED', () => instance.exports);
  failure(t, 'DISPOSED', () => instance.call('f'));
});

test('a disposed module or component throws DISPOSED', async (t) => {
  const engine = new Engine();
  for (const compiled of [await engine.compileModule(wat), await engine.compileComponent(fixture('minimal.wat'))]) {
    compiled.dispose();
    for (const use of [
      () => compiled.instantiateSync({ limits }),
      () => compiled.serialize(),
      () => compiled.imports,
      () => compiled.codeBytes,
    ]) {
      t.regex(failure(t, 'DISPOSED', use).message, /component|module/);
    }
  }
});

test('a disposed engine throws DISPOSED', async (t) => {
  const engine = new Engine();
  const bytes = (await engine.compileModule(wat)).serialize();
  engine.dispose();
  await rejection(t, 'DISPOSED', () => engine.compileModule(wat));
  await rejection(t, 'DISPOSED', () => engine.compileComponent(wat));
  failure(t, 'DISPOSED', () => engine.unsafeDeserializeModule(bytes));
  failure(t, 'DISPOSED', () => engine.unsafeDeserializeComponent(bytes));
  t.regex(failure(t, 'DISPOSED', () => engine.liveInstances).message, /engine/);
});

test('instances continue without their module and engine', async (t) => {
  const engine = new Engine();
  const module = await engine.compileModule(wat);
  const instance = module.instantiateSync({ limits });
  module.dispose();
  engine.dispose();
  t.is(instance.call('f'), 7);
});

test('a module remains usable without its engine', async (t) => {
  const engine = new Engine({ interruption: 'epoch' });
  const module = await engine.compileModule(fixture('calculator.wat'));
  engine.dispose();
  failure(t, 'TIMEOUT', () => module.instantiateSync({ limits: { memoryBytes: MiB, timeoutMs: 20 } }).call('infinite'));
});

test('an engine may be disposed of while it compiles, and queued compilations continue', async (t) => {
  const engine = new Engine({ limits: { concurrentCompilations: 1 } });
  const compiling = Array.from({ length: 5 }, () => engine.compileModule(wat));
  engine.dispose();
  for (const module of await Promise.all(compiling)) t.is(module.instantiateSync({ limits }).call('f'), 7);
});

test('using disposes at the end of the block', async (t) => {
  const engine = new Engine();
  {
    using module = await engine.compileModule(wat);
    using instance = module.instantiateSync({ limits });
    t.is(engine.liveInstances, 1);
    t.is(instance.call('f'), 7);
  }
  t.is(engine.liveInstances, 0);
});
