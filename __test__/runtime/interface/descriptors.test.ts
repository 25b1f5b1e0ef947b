// Tests of import and export descriptors.
import test from 'ava';
import { fixture } from '#guests';
import { Engine, type ExportDescriptor } from '../../../src/index.js';

const engine = new Engine({ proposals: { memory64: true, exceptions: true } });

test('a module lists its imports, in order and with types', async (t) => {
  const { imports, exports } = await engine.compileModule(`(module
    (import "env" "log" (func (param i32 f64) (result i64)))
    (import "env" "memory" (memory 1 2))
    (import "" "table" (table 1 funcref))
    (import "env" "g" (global (mut f32)))
    (import "env" "e" (tag)))`);
  t.deepEqual(exports, []);
  t.deepEqual(imports, [
    {
      module: 'env',
      name: 'log',
      kind: 'function',
      type: 'func(i32, f64) -> (i64)',
      params: [{ type: 'i32' }, { type: 'f64' }],
      results: ['i64'],
    },
    { module: 'env', name: 'memory', kind: 'memory', type: 'memory 1 2' },
    { module: '', name: 'table', kind: 'table', type: 'table 1 funcref' },
    { module: 'env', name: 'g', kind: 'global', type: 'global (mut f32)' },
    { module: 'env', name: 'e', kind: 'tag', type: 'tag' },
  ]);
});

test('a module lists its exports, in order and with types', async (t) => {
  const { exports } = await engine.compileModule(`(module
    (memory (export "m") i64 1) (global (export "g") i32 (i32.const 1)) (table (export "t") 2 5 externref)
    (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0)) (func (export "ref") (param externref v128)))`);
  t.deepEqual(
    exports.map(({ name, kind, type }) => [name, kind, type]),
    [
      ['m', 'memory', 'memory i64 1'],
      ['g', 'global', 'global i32'],
      ['t', 'table', 'table 2 5 externref'],
      ['swap', 'function', 'func(i32, i64) -> (i64, i32)'],
      ['ref', 'function', 'func(reference, v128) -> ()'],
    ],
  );
});

test('a component lists functions with the names and types of WIT', async (t) => {
  const { exports } = await engine.compileComponent(fixture('guests/c/types.wasm'));
  const found = (name: string): ExportDescriptor | undefined => exports.find((item) => item.name === name);
  t.deepEqual(found('join'), {
    name: 'join',
    kind: 'function',
    type: 'func(parts: list<string>, separator: string) -> string',
    params: [
      { name: 'parts', type: 'list<string>' },
      { name: 'separator', type: 'string' },
    ],
    results: ['string'],
  });
  t.like(found('nothing'), { params: [], results: [] });
  t.like(found('divide'), { results: ['result<s32, string>'] });
});

test('a component lists an interface with its exports', async (t) => {
  const { exports } = await engine.compileComponent(fixture('guests/c/types.wasm'));
  const ops = exports.find(({ kind }) => kind === 'instance');
  t.is(ops?.name, 'acme:calc/ops');
  t.deepEqual(
    ops?.exports?.filter(({ kind }) => kind === 'function').map(({ name }) => name),
    ['add', 'divide', 'scale'],
  );
});

test('a component lists its imports', async (t) => {
  const { imports } = await engine.compileComponent(`(component
    (import "acme:host/log" (instance (export "info" (func (param "message" string))))))`);
  t.like(imports[0]!, { name: 'acme:host/log', kind: 'instance' });
  t.like(imports[0]?.exports?.[0] ?? {}, { name: 'info', kind: 'function', type: 'func(message: string)' });
});

test('each reader gets new descriptors', async (t) => {
  const module = await engine.compileModule('(module (memory (export "m") 1))');
  (module.exports as unknown[]).length = 0;
  t.is(module.exports.length, 1);
});

test('the machine code of a larger guest is larger', async (t) => {
  const small = await engine.compileModule('(module (func))');
  const large = await engine.compileModule(fixture('guests/c/algorithms.wasm'));
  t.true(small.codeBytes > 0 && large.codeBytes > 10 * small.codeBytes);
});
