// Tests of the JavaScript values that functions of components take and return, through a guest in C.
import test from 'ava';
import { fixture } from '#guests';
import { ComponentError, Engine, MiB } from '../../../src/index.js';
import { failure } from '../failure.js';

const component = await new Engine().compileComponent(fixture('guests/c/types.wasm'));
const instances = {
  direct: component.instantiateSync({ limits: { memoryBytes: 64 * MiB } }),
  fiber: component.instantiateSync({ limits: { memoryBytes: 64 * MiB, timeoutMs: 600_000 } }),
};
const { direct } = instances;

const person = { firstName: 'Ada', nickName: undefined, homeAddress: { streetName: 'x', zipCode: 1 } };

/** What goes in and comes back the same. */
const same: Record<string, readonly unknown[]> = {
  'echo-bool': [true, false],
  'echo-s8': [0, -0 + 0, 127, -128],
  'echo-u8': [0, 255],
  'echo-s16': [32_767, -32_768],
  'echo-u16': [65_535],
  'echo-s32': [2 ** 31 - 1, -(2 ** 31)],
  'echo-u32': [0, 2 ** 31, 2 ** 32 - 1],
  'echo-s64': [0n, 2n ** 63n - 1n, -(2n ** 63n)],
  'echo-u64': [0n, 2n ** 63n, 2n ** 64n - 1n],
  'echo-f32': [0, -0, 0.5, Infinity, -Infinity, NaN, Math.fround(0.1)],
  'echo-f64': [0, -0, 0.1, Number.MAX_VALUE, Number.MIN_VALUE, NaN],
  'echo-char': ['a', '\0', 'ü', '😀', '\ud7ff', '\ue000', '\u{10ffff}', '\ufffd'],
  'echo-point': [{ x: 1, y: 0.5 }],
  'echo-person': [person, { ...person, nickName: '' }, { ...person, nickName: 'A' }],
  'echo-tuple': [[1, 'a']],
  'echo-shape': [
    { tag: 'circle', val: 1 },
    { tag: 'rectangle', val: [1, 2] },
    { tag: 'empty', val: undefined },
  ],
  'echo-scalar': [
    { tag: 'whole', val: -(2n ** 63n) },
    { tag: 'real', val: NaN },
    { tag: 'text', val: 'ü' },
    { tag: 'none', val: undefined },
  ],
  'echo-color': ['red', 'green', 'dark-blue'],
  'echo-option-string': [undefined, '', 'undefined'],
  'echo-option-option-u32': [
    { tag: 'none', val: undefined },
    { tag: 'some', val: undefined },
    { tag: 'some', val: 0 },
  ],
  'echo-option-result': [undefined, { tag: 'ok', val: 5 }, { tag: 'err', val: '' }],
  'echo-permissions': [
    { read: false, write: false, execute: false },
    { read: true, write: false, execute: true },
  ],
};

for (const [path, instance] of Object.entries(instances)) {
  for (const [name, values] of Object.entries(same)) {
    test(`${name} returns what it was passed (${path})`, (t) => {
      for (const value of values) t.deepEqual(instance.call(name, [value]), value);
    });
  }

  test(`seventeen parameters go through memory (${path})`, (t) => {
    const numbers = Array.from({ length: 17 }, (_, index) => 10 ** (index % 10));
    t.is(instance.call('sum-many', numbers), BigInt(numbers.reduce((sum, number) => sum + number)));
  });
}

/** What goes in and comes back as something else. */
const other: readonly [name: string, given: unknown, expected: unknown][] = [
  ['echo-f32', 0.1, Math.fround(0.1)],
  ['echo-f32', 1e300, Infinity],
  ['echo-s32', -0, 0],
  ['echo-option-string', null, undefined],
  ['echo-shape', { tag: 'empty' }, { tag: 'empty', val: undefined }],
  ['echo-shape', { tag: 'circle', val: 1, more: 2 }, { tag: 'circle', val: 1 }],
  ['echo-point', { x: 1, y: 2, z: 3 }, { x: 1, y: 2 }],
  [
    'echo-point',
    new (class {
      x = 1;
      get y(): number {
        return 2;
      }
    })(),
    { x: 1, y: 2 },
  ],
  ['echo-permissions', {}, { read: false, write: false, execute: false }],
  ['echo-permissions', { write: true, read: undefined }, { read: false, write: true, execute: false }],
  ['echo-option-option-u32', { tag: 'some' }, { tag: 'some', val: undefined }],
];

for (const [index, [name, given, expected]] of other.entries()) {
  test(`${name} accepts every form of a value (${index})`, (t) => {
    t.deepEqual(direct.call(name, [given]), expected);
  });
}

test('all flags of each width are returned unchanged', (t) => {
  for (const [name, letter, count] of [
    ['echo-twelve', 'f', 12],
    ['echo-thirty-two', 'b', 32],
  ] as const) {
    const names = Array.from({ length: count }, (_, index) => `${letter}${index}`);
    for (const only of names) {
      const flags = Object.fromEntries(names.map((flag) => [flag, flag === only]));
      t.deepEqual(direct.call(name, [{ [only]: true }]), flags);
    }
    const all = Object.fromEntries(names.map((flag) => [flag, true]));
    t.deepEqual(direct.call(name, [all]), all);
  }
});

/** What is rejected, and the path and expectation that the message begins with. */
const rejected: readonly [name: string, value: unknown, message: string][] = [
  ['echo-bool', 1, "argument 1 'value': expected a boolean, got 1"],
  ['echo-bool', 'true', "argument 1 'value': expected a boolean, got the string"],
  ['echo-s8', 128, "argument 1 'value': expected s8, got 128"],
  ['echo-s8', -129, "argument 1 'value': expected s8, got -129"],
  ['echo-u8', 256, "argument 1 'value': expected u8, got 256"],
  ['echo-u8', -1, "argument 1 'value': expected u8, got -1"],
  ['echo-u8', 0.5, "argument 1 'value': expected u8, got 0.5"],
  ['echo-s16', 32_768, "argument 1 'value': expected s16"],
  ['echo-u16', 65_536, "argument 1 'value': expected u16"],
  ['echo-s32', 2 ** 31, "argument 1 'value': expected s32, got 2147483648"],
  ['echo-s32', NaN, "argument 1 'value': expected s32, got NaN"],
  ['echo-s32', '1', "argument 1 'value': expected s32, got the string"],
  ['echo-u32', 2 ** 32, "argument 1 'value': expected u32, got 4294967296"],
  ['echo-u32', -1, "argument 1 'value': expected u32, got -1"],
  ['echo-s64', 1, "argument 1 'value': expected s64 as a bigint, got 1"],
  ['echo-s64', 2n ** 63n, "argument 1 'value': expected s64 as a bigint, got bigint 9223372036854775808n"],
  ['echo-u64', -1n, "argument 1 'value': expected u64 as a bigint, got bigint -1n"],
  ['echo-u64', 2n ** 64n, "argument 1 'value': expected u64 as a bigint"],
  ['echo-f64', 1n, "argument 1 'value': expected f64, got bigint 1n"],
  ['echo-f32', null, "argument 1 'value': expected f32, got null"],
  ['echo-char', '', "argument 1 'value': expected a string of one Unicode scalar value"],
  ['echo-char', 'ab', "argument 1 'value': expected a string of one Unicode scalar value"],
  ['echo-char', 97, "argument 1 'value': expected a string of one Unicode scalar value"],
  ['echo-string', 5, "argument 1 'value': expected a string, got 5"],
  ['echo-string', new String('a'), "argument 1 'value': expected a string, got an object"],
  ['echo-string', Symbol('a'), "argument 1 'value': expected a string, got a symbol"],
  ['echo-point', { x: 1.5, y: 0 }, "argument 1 'value', field 'x': expected s32, got 1.5"],
  ['echo-point', { x: 1 }, "argument 1 'value', field 'y': expected f64, got undefined"],
  ['echo-point', null, "argument 1 'value': expected an object with 'x', 'y' (record), got null"],
  ['echo-point', [1, 2], "argument 1 'value': expected an object with 'x', 'y' (record), got an array of 2"],
  ['echo-point', () => 1, "argument 1 'value': expected an object with 'x', 'y' (record), got a function"],
  [
    'echo-person',
    { ...person, homeAddress: { streetName: 's', zipCode: -1 } },
    "argument 1 'value', field 'homeAddress', field 'zipCode': expected u32, got -1",
  ],
  ['echo-person', { ...person, nickName: 5 }, "argument 1 'value', field 'nickName': expected a string, got 5"],
  [
    'echo-person',
    { 'first-name': 'a', homeAddress: person.homeAddress },
    "argument 1 'value', field 'firstName': expected a string, got undefined",
  ],
  ['echo-tuple', [1], "argument 1 'value': expected an array of 2 (tuple), got an array of 1"],
  ['echo-tuple', [1, 'a', 2], "argument 1 'value': expected an array of 2 (tuple), got an array of 3"],
  ['echo-tuple', { 0: 1, 1: 'a' }, "argument 1 'value': expected an array of 2 (tuple), got an object"],
  ['echo-tuple', [1, 2], "argument 1 'value', index 1: expected a string, got 2"],
  [
    'echo-shape',
    'empty',
    "argument 1 'value': expected { tag, val } with tag 'circle' | 'rectangle' | 'empty' (variant)",
  ],
  ['echo-shape', {}, "argument 1 'value': expected { tag, val } with tag 'circle' | 'rectangle' | 'empty' (variant)"],
  ['echo-shape', { tag: '__proto__' }, "argument 1 'value': expected { tag, val } with tag"],
  ['echo-shape', { tag: 'circle' }, "argument 1 'value', case 'circle': expected f64, got undefined"],
  ['echo-shape', { tag: 'empty', val: 1 }, "argument 1 'value', case 'empty': expected no val, got 1"],
  ['echo-shape', { tag: 'rectangle', val: [1, '2'] }, "argument 1 'value', case 'rectangle', index 1: expected f64"],
  [
    'echo-color',
    'darkBlue',
    "argument 1 'value': expected 'red' | 'green' | 'dark-blue' (enum), got the string \"darkBlue\"",
  ],
  ['echo-color', 0, "argument 1 'value': expected 'red' | 'green' | 'dark-blue' (enum), got 0"],
  ['echo-option-string', 5, "argument 1 'value': expected a string"],
  ['echo-option-option-u32', undefined, "argument 1 'value': expected { tag: 'none' } or { tag: 'some', val }"],
  ['echo-option-option-u32', 5, "argument 1 'value': expected { tag: 'none' } or { tag: 'some', val }"],
  ['echo-option-option-u32', { tag: 'some', val: -1 }, "argument 1 'value', some: expected u32, got -1"],
  [
    'echo-result',
    { tag: 'Ok', val: 1 },
    "argument 1 'value': expected { tag: 'ok', val } or { tag: 'err', val } (result)",
  ],
  ['echo-result', { tag: 'err', val: 1 }, "argument 1 'value', err: expected a string, got 1"],
  ['echo-result-empty', { tag: 'ok', val: 1 }, "argument 1 'value', ok: expected no val, got 1"],
  ['echo-permissions', { read: 1 }, "argument 1 'value', field 'read': expected a boolean, got 1"],
  [
    'echo-permissions',
    { read: true, delete: false },
    "argument 1 'value': expected an object of booleans named 'read', 'write', 'execute' (flags), got the unknown flag 'delete'",
  ],
  ['echo-permissions', ['read'], "argument 1 'value': expected an object of booleans"],
  ['echo-permissions', undefined, "argument 1 'value': expected an object of booleans"],
];

for (const [index, [name, value, message]] of rejected.entries()) {
  test(`${name} rejects a wrong value with the path to it (${index})`, (t) => {
    const error = failure(t, 'BAD_VALUE', () => direct.call(name, [value]));
    t.true(error instanceof TypeError);
    t.is(error.message.slice(0, message.length), message);
  });
}

// N-API replaces the surrogate, and U+FFFD is a character that may be passed.
test('a lone surrogate is rejected as a char, which it is not', (t) => {
  for (const lone of ['\ud800', '\udfff']) failure(t, 'BAD_VALUE', () => direct.call('echo-char', [lone]));
});

// Records read inherited properties; flags count own ones only, so that all of these are silently false.
test('flags are read as records are, also from a getter of a class', (t) => {
  const flags = new (class {
    get read(): boolean {
      return true;
    }
  })();
  t.deepEqual(direct.call('echo-permissions', [flags]), { read: true, write: false, execute: false });
});

test('the number of arguments is checked with both numbers', (t) => {
  t.regex(failure(t, 'BAD_VALUE', () => direct.call('echo-s32')).message, /expected 1 argument, got 0/);
  t.regex(failure(t, 'BAD_VALUE', () => direct.call('echo-s32', [1, undefined])).message, /expected 1 argument, got 2/);
  t.regex(
    failure(t, 'BAD_VALUE', () => direct.call('sum-many', new Array(18).fill(1))).message,
    /expected 17 arguments, got 18/,
  );
  t.regex(failure(t, 'BAD_VALUE', () => direct.call('nothing', [1])).message, /expected 0 arguments, got 1/);
});

test('the position and name of a wrong argument are those of its parameter', (t) => {
  const args = [...new Array<number>(16).fill(1), 'x'];
  t.is(
    failure(t, 'BAD_VALUE', () => direct.call('sum-many', args)).message,
    'argument 17 \'q\': expected s32, got the string "x"',
  );
  t.regex(failure(t, 'BAD_VALUE', () => direct.call('join', [[], 5])).message, /^argument 2 'separator': /);
});

test('the ok side of a result at the top is returned, the err side thrown with its payload', (t) => {
  t.is(direct.call('echo-result', [{ tag: 'ok', val: 7 }]), 7);
  const error = failure(t, 'RESULT', () => direct.call('echo-result', [{ tag: 'err', val: 'too bad' }]));
  t.true(error instanceof ComponentError);
  t.is(error.payload, 'too bad');
  t.regex(error.message, /'echo-result'.*too bad/);
});

test('a result without types returns undefined or throws without a payload', (t) => {
  t.is(direct.call('echo-result-empty', [{ tag: 'ok' }]), undefined);
  const error = failure(t, 'RESULT', () => direct.call('echo-result-empty', [{ tag: 'err' }]));
  t.true(error instanceof ComponentError);
  t.is(error.payload, undefined);
});

test('an instance remains usable after the error of a result', (t) => {
  for (let round = 0; round < 3; round += 1) {
    t.is(failure(t, 'RESULT', () => direct.call('acme:calc/ops#divide', [1, 0])).payload, 'division by zero');
    t.is(direct.call('acme:calc/ops#divide', [6, 3]), 2);
  }
});

test('a guest keeps no arguments and results, also after errors', (t) => {
  for (let round = 0; round < 100; round += 1) {
    direct.call('echo-person', [person]);
    direct.call('echo-list-string', [['a', 'b', 'c']]);
    failure(t, 'RESULT', () => direct.call('echo-result', [{ tag: 'err', val: 'too bad' }]));
    failure(t, 'BAD_VALUE', () => direct.call('echo-list-string', [['a', 5]]));
  }
  t.is(direct.call('live-bytes'), 0);
});
