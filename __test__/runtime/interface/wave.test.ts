// Tests of parsed calls: names and WAVE arguments.
import test, { type ExecutionContext } from 'ava';
import { fixture } from '#guests';
import { type Component, Engine, type ErrorCode, MiB, type Module, WasmError } from '../../../src/index.js';

const engine = new Engine();
const types = await engine.compileComponent(fixture('guests/c/types.wasm'));
const calculator = await engine.compileModule(fixture('calculator.wat'));
const limits = { memoryBytes: 16 * MiB };

const ECHOES: [text: string, returned: unknown][] = [
  ['echo-bool(true)', true],
  ['echoS8(-128)', -128],
  ['echo-u64(18446744073709551615)', 18_446_744_073_709_551_615n],
  ['echo-f32(-0.5)', -0.5],
  ['echo-f64(-inf)', -Infinity],
  ["echo-char('☃')", '☃'],
  ['echo-string("a \\"quote\\"")', 'a "quote"'],
  ['echo-list-u8([1, 2, 3])', new Uint8Array([1, 2, 3])],
  ['echo-list-string(["a", ""])', ['a', '']],
  ['echo-list-point([{x: 1, y: 2.5}])', [{ x: 1, y: 2.5 }]],
  [
    'echo-person({first-name: "Ada", home-address: {street-name: "way", zip-code: 7}})',
    { firstName: 'Ada', nickName: undefined, homeAddress: { streetName: 'way', zipCode: 7 } },
  ],
  ['echo-tuple((1, "a"))', [1, 'a']],
  ['echo-shape(rectangle((1, 2)))', { tag: 'rectangle', val: [1, 2] }],
  ['echo-scalar(%none)', { tag: 'none', val: undefined }],
  ['echo-color(dark-blue)', 'dark-blue'],
  ['echo-option-string(none)', undefined],
  ['echo-option-option-u32(some(none))', { tag: 'some', val: undefined }],
  ['echo-result(ok(1))', 1],
  ['echo-permissions({read, execute})', { read: true, write: false, execute: true }],
  ['nothing()', undefined],
  ['acme:calc/ops#add(40, 2)', 42],
  ['ops#scale({x: 1, y: 2}, 0.5)', { x: 0.5, y: 1 }],
];

for (const [text, returned] of ECHOES) {
  test(`${text} calls the component's function with its arguments`, (t) => {
    using instance = types.instantiateSync({ limits });
    const { name, args } = types.parseCall(text);
    t.deepEqual(instance.call(name, args), returned);
  });
}

test('a call of a core module has numbers, and 64-bit integers as bigints', async (t) => {
  const module = await engine.compileModule(`(module
    (func (export "of") (param i32 i64 f32 f64)) (func (export "odd (name)") (param i32)))`);
  t.deepEqual(module.parseCall('of(-1, 9007199254740993, nan, -inf)'), {
    name: 'of',
    args: [-1, 9_007_199_254_740_993n, NaN, -Infinity],
  });
  t.deepEqual(module.parseCall('"odd (name)"(3)'), { name: 'odd (name)', args: [3] });
  t.deepEqual(module.parseCall('of (\n 1, 2, 3, 4, )').args, [1, 2n, 3, 4]);
});

function rejected(t: ExecutionContext, guest: Component | Module, text: string): WasmError {
  const error = t.throws(() => guest.parseCall(text)) as unknown as WasmError;
  t.true(error instanceof WasmError);
  return error;
}

const REFUSED: [guest: Component | Module, text: string, code: ErrorCode, message: RegExp][] = [
  [types, 'missing(1)', 'UNKNOWN_EXPORT', /^no exported function 'missing'; exported functions: echo-bool, /],
  [types, 'ops(1)', 'UNKNOWN_EXPORT', /^'ops' is an interface, not a function; /],
  [types, 'ops#add#add(1)', 'UNKNOWN_EXPORT', /'ops#add#add'/],
  [calculator, 'memory()', 'UNKNOWN_EXPORT', /^'memory' is a memory, not a function; exported functions: add, /],
  [types, 'sum', 'BAD_VALUE', /^cannot read the call "sum": write a name and arguments, as in add\(1, 2\)$/],
  [types, '(1, 2)', 'BAD_VALUE', /^cannot read the call "\(1, 2\)"/],
  [types, '', 'BAD_VALUE', /^cannot read the call ""/],
  [types, 'ops#add(1 2)', 'BAD_VALUE', /^cannot read the arguments '\(1 2\)': at character 4, unexpected '2'$/],
  [types, 'ops#add(1, 2', 'BAD_VALUE', /it ends too early/],
  [types, 'ops#add(1)', 'BAD_VALUE', /^expected 2 arguments, got 1: the function is func\(a: s32, b: s32\) -> s32$/],
  [types, 'ops#add(1, "x")', 'BAD_VALUE', /^argument 2 'b': expected s32 .*, got "x"$/],
  [types, 'echo-point({x: 1})', 'BAD_VALUE', /^argument 1 'value', field 'y': expected f64, got nothing$/],
  [calculator, 'add(1, 2.5)', 'BAD_VALUE', /^argument 2: expected i32 .*, got 2\.5$/],
];

for (const [guest, text, code, message] of REFUSED) {
  test(`'${text}' is rejected with ${code}: ${message.source}`, (t) => {
    const error = rejected(t, guest, text);
    t.is(error.code, code);
    t.regex(error.message, message);
    t.is(error instanceof TypeError, code === 'BAD_VALUE');
  });
}

test('a function of references is unsupported, and a value that is not a string is rejected', async (t) => {
  const module = await engine.compileModule('(module (func (export "f") (param externref)))');
  t.is(rejected(t, module, 'f(1)').code, 'UNSUPPORTED');
  t.is(rejected(t, module, 3 as unknown as string).code, 'BAD_VALUE');
});

test('a guest that was disposed of reads no calls', async (t) => {
  const module = await engine.compileModule('(module (func (export "f")))');
  module.dispose();
  t.is(rejected(t, module, 'f()').code, 'DISPOSED');
});
