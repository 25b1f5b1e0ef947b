// Tests of names: which exported function each means.
import test from 'ava';
import { fixture } from '#guests';
import { type Component, Engine, MiB } from '../../../src/index.js';
import { failure } from '../failure.js';

const limits = { memoryBytes: 16 * MiB };
const engine = new Engine();
const instance = (await engine.compileComponent(fixture('guests/c/types.wasm'))).instantiateSync({ limits });

test('functions of a component are found in camelCase and as WIT has them', (t) => {
  t.is(instance.exports['echoS32'](1), 1);
  t.is(instance.exports['echo-s32'](1), 1);
  t.is(instance.call('echoS32', [1]), 1);
  t.is(instance.call('echo-s32', [1]), 1);
  t.true(Object.keys(instance.exports).includes('echoOptionOptionU32'));
  t.false(Object.keys(instance.exports).includes('echo-s32'));
});

test('functions of an interface are found by its full name, its short one, and a path', (t) => {
  t.is(instance.exports['acme:calc/ops'].add(40, 2), 42);
  t.is(instance.exports['ops'].add(40, 2), 42);
  t.is(instance.call('acme:calc/ops#add', [40, 2]), 42);
  t.is(instance.call('ops#add', [40, 2]), 42);
  t.deepEqual(instance.call('acme:calc/ops#scale', [{ x: 1, y: 2 }, 2]), { x: 2, y: 4 });
});

for (const name of [
  '',
  'nope',
  'echo_s32',
  'acme:calc/ops',
  'acme:calc/ops#',
  'acme:calc/ops#nope',
  '#add',
  'add#acme:calc/ops',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty#call',
  'echo-s32\0',
  'echoS32#whatever',
  'echo-s32#',
]) {
  test(`the name ${JSON.stringify(name)} is unknown, and the error lists it and the existing names`, (t) => {
    const { message } = failure(t, 'UNKNOWN_EXPORT', () => instance.call(name, [1, 2]));
    t.true(message.includes(`'${name}'`) && message.includes('echoS32'));
  });
}

test('a path of three parts is unknown', (t) => {
  failure(t, 'UNKNOWN_EXPORT', () => instance.call('nope#add#more', [1, 2]));
});

// What follows the second # is dropped.
test('a path with more names after the function is unknown', (t) => {
  failure(t, 'UNKNOWN_EXPORT', () => instance.call('acme:calc/ops#add#more', [1, 2]));
});

test('a name that is not a string is rejected with BAD_VALUE', (t) => {
  for (const name of [undefined, null, 5, {}, Symbol('add')])
    failure(t, 'BAD_VALUE', () => instance.call(name as never));
});

test('arguments that are not an array are rejected with BAD_VALUE', (t) => {
  for (const args of ['ab', 5, {}, new Set([1]), { length: 1 }]) {
    failure(t, 'BAD_VALUE', () => instance.call('echo-s32', args as never));
  }
});

test('the exports are frozen, the same each time, and inherit nothing', (t) => {
  t.is(instance.exports, instance.exports);
  t.true(Object.isFrozen(instance.exports) && Object.isFrozen(instance.exports['ops']));
  t.is(Object.getPrototypeOf(instance.exports), null);
});

test('exports of a core module have their own names, however odd', async (t) => {
  const names = ['', 'a b', '__proto__', 'constructor', 'ü', '😀', 'a#b', '0', 'a\0b', 'toString'];
  const wat = `(module ${names.map((name, index) => `(func (export ${watString(name)}) (result i32) (i32.const ${index}))`).join('\n')})`;
  const odd = (await engine.compileModule(wat)).instantiateSync({ limits });
  for (const [index, name] of names.entries()) {
    t.is(odd.call(name), index, name);
    t.is((Object.getOwnPropertyDescriptor(odd.exports, name)?.value as () => unknown)(), index);
  }
  t.is(Object.keys(odd.exports).length, names.length);
  failure(t, 'UNKNOWN_EXPORT', () => odd.call('valueOf'));
});

const THENS = [
  ['module', '(module (func (export "then") (result i32) (i32.const 7)) (func (export "f")))'],
  [
    'component',
    `(component (core module $m (func (export "then") (result i32) (i32.const 7))) (core instance $i (instantiate $m))
      (func $then (result s32) (canon lift (core func $i "then"))) (instance $inner (export "then" (func $then)) (export "f" (func $then)))
      (export "then" (func $then)) (export "f" (func $then)) (export "a:b/inner" (instance $inner))
      (export "a:b/then" (instance $inner)) (export "c:d/then" (instance $inner)))`,
  ],
] as const;

for (const [kind, wat] of THENS) {
  test(`the exports of a ${kind} with a function 'then' are not thenable, and call reaches it`, async (t) => {
    const compiled = await (kind === 'module' ? engine.compileModule(wat) : engine.compileComponent(wat));
    await using waiting = await compiled.instantiate({ limits });
    using instance = compiled.instantiateSync({ limits });
    for (const { exports } of [waiting, instance]) {
      t.is(await Promise.resolve<unknown>(exports), exports);
      t.false('then' in exports);
      t.true(Object.keys(exports).includes('f'));
    }
    t.deepEqual([instance.call('then'), instance.call('then', [], {}), await waiting.call('then')], [7, 7, 7]);
    if (kind === 'module') return;
    t.false('then' in instance.exports['inner']);
    t.deepEqual([instance.call('inner#then'), instance.call('c:d/then#then')], [7, 7]);
  });
}

test('one function under two names is called by both', async (t) => {
  const twice = (
    await engine.compileModule('(module (func (export "a") (export "b") (result i32) (i32.const 7)))')
  ).instantiateSync({ limits });
  t.deepEqual([twice.call('a'), twice.call('b')], [7, 7]);
});

test('the error for a module without exports says that it has none', async (t) => {
  const nothing = (await engine.compileModule('(module)')).instantiateSync({ limits });
  t.deepEqual(Object.keys(nothing.exports), []);
  t.regex(
    failure(t, 'UNKNOWN_EXPORT', () => nothing.call('f')).message,
    /^no exported function 'f'; exported functions: none$/,
  );
});

test('a memory is not a function, and is not listed as one', async (t) => {
  const memory = (
    await engine.compileModule('(module (memory (export "m") 1) (func (export "f")) (func (export "")))')
  ).instantiateSync({ limits });
  const { message } = failure(t, 'UNKNOWN_EXPORT', () => memory.call('m'));
  t.is(message, `'m' is a memory, not a function; exported functions: f, ""`);
  t.is(
    failure(t, 'UNKNOWN_EXPORT', () => memory.call('g')).message,
    `no exported function 'g'; exported functions: f, ""`,
  );
});

/** Interfaces of these names, each with a function `add` that returns its place among them, beside `more`. */
async function withInterfaces(names: readonly string[], more = ''): Promise<Component> {
  const parts = names.map((name, i) => {
    return `(core module $m${i} (func (export "f") (result i32) (i32.const ${i}))) (core instance $c${i} (instantiate $m${i}))
      (func $f${i} (result u32) (canon lift (core func $c${i} "f"))) (instance $i${i} (export "add" (func $f${i})))
      (export ${JSON.stringify(name)} (instance $i${i}))`;
  });
  return engine.compileComponent(`(component ${parts.join('\n')} ${more})`);
}

test('a function and an interface of one short name are distinct, for call and for written calls', async (t) => {
  const component = await withInterfaces(['x:y/other', 'a:b/ops'], '(export "ops" (func $f0))');
  using both = component.instantiateSync({ limits });
  await using waiting = await component.instantiate({ limits });
  t.is(both.exports['ops'](), 0);
  t.is(both.call('ops'), 0);
  for (const name of ['ops#add', 'a:b/ops#add']) {
    t.is(both.call(name), 1);
    t.is(both.call(name, [], {}), 1);
    t.is(await waiting.call(name), 1);
    const invocation = component.parseCall(`${name}()`);
    t.is(both.call(invocation.name, invocation.args), 1);
  }
});

test('a short name of several interfaces is rejected everywhere, with the full names', async (t) => {
  const component = await withInterfaces(['a:b/ops', 'c:d/ops@1.0.0', 'c:d/ops@2.0.0']);
  using several = component.instantiateSync({ limits });
  const message = "'ops#add' is ambiguous: use a:b/ops#add or c:d/ops@1.0.0#add or c:d/ops@2.0.0#add";
  const uses = [
    () => several.call('ops#add'),
    () => several.call('ops#add', [], {}),
    () => several.measure('ops#add'),
    () => component.parseCall('ops#add()'),
  ];
  for (const use of uses) t.is(failure(t, 'UNKNOWN_EXPORT', use).message, message);
  const read = failure(t, 'UNKNOWN_EXPORT', () => several.exports['ops']);
  t.is(read.message, "'ops' is ambiguous: use a:b/ops or c:d/ops@1.0.0 or c:d/ops@2.0.0");
  t.regex(failure(t, 'UNKNOWN_EXPORT', () => several.call('ops#sub')).message, /^no exported function 'ops#sub'; /);
  t.is(several.call('c:d/ops@2.0.0#add'), 2);
  t.is(several.exports['c:d/ops@1.0.0'].add(), 1);
});

test('a short name of several words is accepted in either form', async (t) => {
  using instance = (await withInterfaces(['a:b/big-ops@1.0.0'])).instantiateSync({ limits });
  for (const name of ['big-ops', 'bigOps']) {
    t.is(instance.call(`${name}#add`), 0);
    t.is(instance.exports[name].add(), 0);
  }
});

test('an interface is not a function, and its functions are listed', async (t) => {
  using instance = (await withInterfaces(['a:b/ops'])).instantiateSync({ limits });
  for (const name of ['ops', 'a:b/ops']) {
    const { message } = failure(t, 'UNKNOWN_EXPORT', () => instance.call(name));
    t.is(message, `'${name}' is an interface, not a function; exported functions: a:b/ops#add`);
  }
});

test('of many functions twenty are named', async (t) => {
  const functions = Array.from({ length: 30 }, (_, i) => `(func (export "function${i}"))`).join('');
  using many = (await engine.compileModule(`(module ${functions})`)).instantiateSync({ limits });
  const { message } = failure(t, 'UNKNOWN_EXPORT', () => many.call('f'));
  t.regex(message, /exported functions: function0, .*, function19 and 10 more$/);
});

// It would escape the limits, and nothing could end a guest that waits on one.
test('a guest with a shared memory is rejected with LINK, also if threads are on', async (t) => {
  const threads = new Engine({ proposals: { threads: true } });
  const module = await threads.compileModule('(module (memory (export "m") 1 1 shared))');
  t.regex(failure(t, 'LINK', () => module.instantiateSync({ limits })).message, /shared memory/);
});

test('ten thousand exports are found', async (t) => {
  const wat = `(module (func $f (result i32) (i32.const 7)) ${Array.from({ length: 10_000 }, (_, index) => `(export "f${index}" (func $f))`).join('')})`;
  using many = (await engine.compileModule(wat)).instantiateSync({ limits });
  t.is(many.call('f9999'), 7);
});

function watString(text: string): string {
  return `"${[...new TextEncoder().encode(text)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}"`;
}
