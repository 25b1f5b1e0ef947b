// Tests of what the package exports.
import { createRequire } from 'node:module';
import test from 'ava';
import * as index from '../src/index.js';
import * as self from 'airssys-wasm';

test('the package exports these names', (t) => {
  t.deepEqual(Object.keys(index).sort(), [
    'Component',
    'ComponentError',
    'Engine',
    'GiB',
    'Instance',
    'KiB',
    'Memory',
    'MiB',
    'Module',
    'SyncInstance',
    'WasmError',
  ]);
});

test('the package is found by its own name', (t) => {
  t.is(self.Engine, index.Engine);
});

test('the package has its version', (t) => {
  const { version } = createRequire(import.meta.url)('airssys-wasm/package.json') as { version: string };
  t.regex(version, /^\d+\.\d+\.\d+/);
});

test('sizes are powers of two', (t) => {
  t.deepEqual([index.KiB, index.MiB, index.GiB], [2 ** 10, 2 ** 20, 2 ** 30]);
});

test('ten lines run a component and a core module under limits', async (t) => {
  const engine = new index.Engine();
  const component = await engine.compileComponent(new URL('../../fixtures/minimal.wat', import.meta.url));
  const module = await engine.compileModule(
    '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))',
  );
  const limits = { memoryBytes: 16 * index.MiB, fuel: 10_000_000n, timeoutMs: 100 };
  for (const compiled of [component, module]) {
    using instance = compiled.instantiateSync<{ add(a: number, b: number): number }>({ limits });
    t.is(instance.exports.add(42, 42), 84);
    t.is(instance.call('add', [42, 42]), 84);
  }
});
