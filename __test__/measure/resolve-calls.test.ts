// Tests of the resolution of calls.
import test from 'ava';

import { resolveCalls } from '../../src/measure/resolve-calls.js';
import { MeasureError } from '../../src/measure/errors.js';
import type { GuestBinary } from '../../src/measure/guest-file.js';
import { native } from '../../src/native.js';

const component: GuestBinary = {
  isComponent: true,
  binary: native.parseText(`(component
    (core module $m (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
    (core instance $i (instantiate $m))
    (func $add (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $i "add")))
    (export "add-all" (func $add))
    (instance $math (export "add" (func $add)))
    (export "acme:calc/math@1.2.0" (instance $math)))`),
};
const nothing: GuestBinary = { isComponent: false, binary: native.parseText('(module (memory (export "memory") 1))') };

test('a function of an interface is found by the full or short name of the interface', async (t) => {
  const calls = await resolveCalls(
    component,
    [' math#add(1, 2)', 'acme:calc/math@1.2.0#add(1, 2)', 'addAll(1,\n2)'],
    {},
  );
  t.deepEqual(calls, [
    { text: 'math#add(1, 2)', value: 'math#add(1, 2)', path: ['acme:calc/math@1.2.0', 'add'], args: '(1, 2)' },
    {
      text: 'acme:calc/math@1.2.0#add(1, 2)',
      value: 'acme:calc_math@1.2.0#add(1, 2)',
      path: ['acme:calc/math@1.2.0', 'add'],
      args: '(1, 2)',
    },
    { text: 'addAll(1,\n2)', value: 'addAll(1, 2)', path: ['add-all'], args: '(1,\n2)' },
  ]);
});

const slashed: GuestBinary = {
  isComponent: false,
  binary: native.parseText('(module (func (export "a/b")) (func (export "a_b")))'),
};
const nameless: GuestBinary = { isComponent: false, binary: native.parseText('(module (func (export "")))') };
const twoOfAName: GuestBinary = {
  isComponent: true,
  binary: native.parseText(`(component
    (core module $m (func (export "add")))
    (core instance $i (instantiate $m))
    (func $add (canon lift (core func $i "add")))
    (instance $ops (export "add" (func $add)))
    (export "a:b/ops" (instance $ops)) (export "c:d/ops" (instance $ops)))`),
};

const REJECTED: [guest: GuestBinary, texts: string[], message: string][] = [
  [
    component,
    ['maths#add(1, 2)'],
    "cannot call maths#add(1, 2): no exported function 'maths#add'; exported functions: add-all, acme:calc/math@1.2.0#add; did you mean math#add?",
  ],
  [
    component,
    ['multiply(1, 2)'],
    "cannot call multiply(1, 2): no exported function 'multiply'; exported functions: add-all, acme:calc/math@1.2.0#add",
  ],
  [nothing, ['f()'], "cannot call f(): no exported function 'f'; exported functions: none"],
  [nothing, ['memory()'], "cannot call memory(): 'memory' is a memory, not a function; exported functions: none"],
  [nameless, ['f()'], `cannot call f(): no exported function 'f'; exported functions: ""`],
  [twoOfAName, ['ops#add()'], "cannot call ops#add(): 'ops#add' is ambiguous: use a:b/ops#add or c:d/ops#add"],
  [
    component,
    ['add-all(1)'],
    'cannot call add-all(1): expected 2 arguments, got 1: the function is func(a: s32, b: s32) -> s32',
  ],
  [
    component,
    ['add-all(1, true)'],
    "cannot call add-all(1, true): argument 2 'b': expected s32 (-2147483648 to 2147483647), got true",
  ],
  [component, ['add-all(1, 2)', 'add-all(1,  2)'], 'add-all(1,  2) is given twice: give each call once'],
  [
    slashed,
    ['a/b()', 'a_b()'],
    'a/b() and a_b() would both be measured as a_b(): measure one of them in another run, with another --name',
  ],
];

for (const [guest, texts, message] of REJECTED) {
  test(`${texts.join(' and ')}: ${message}`, async (t) => {
    const error = await t.throwsAsync(resolveCalls(guest, texts, {}), { instanceOf: MeasureError, message });
    t.is(error.code, 'BAD_CALL');
  });
}

test('a binary that the engine rejects is reported in one line', async (t) => {
  const broken = { isComponent: false, binary: nothing.binary.slice(0, 12) };
  const error = await t.throwsAsync(resolveCalls(broken, [], {}), { instanceOf: MeasureError });
  t.is(error.code, 'BAD_GUEST');
  t.regex(error.message, /^cannot compile: [^\n]*$/);
});
