// Tests of traps: their names and the guest's frames.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { fixture } from '#guests';
import { Engine, MiB, type EngineOptions } from '../../../src/index.js';
import { failure } from '../failure.js';

const limits = { memoryBytes: MiB };
const proposals = { gc: true, functionReferences: true, exceptions: true, threads: true };

/** Bodies of functions without parameters or results, by the trap that ends them. */
const traps: readonly [trap: string, body: string][] = [
  ['UnreachableCodeReached', 'unreachable'],
  ['IntegerDivisionByZero', '(drop (i32.div_s (i32.const 1) (i32.const 0)))'],
  ['IntegerDivisionByZero', '(drop (i64.rem_u (i64.const 1) (i64.const 0)))'],
  ['IntegerOverflow', '(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))'],
  ['IntegerOverflow', '(drop (i32.trunc_f64_s (f64.const 1e10)))'],
  ['BadConversionToInteger', '(drop (i64.trunc_f32_u (f32.const nan)))'],
  ['MemoryOutOfBounds', '(drop (i32.load (i32.const 65536)))'],
  ['MemoryOutOfBounds', '(i64.store offset=4294967295 (i32.const -1) (i64.const 0))'],
  ['MemoryOutOfBounds', '(memory.fill (i32.const 65535) (i32.const 0) (i32.const 2))'],
  ['MemoryOutOfBounds', '(memory.init $data (i32.const 0) (i32.const 1) (i32.const 9))'],
  ['TableOutOfBounds', '(drop (table.get $table (i32.const 5)))'],
  ['TableOutOfBounds', '(call_indirect (i32.const 5))'],
  ['IndirectCallToNull', '(call_indirect (i32.const 1))'],
  ['BadSignature', '(call_indirect (i32.const 0))'],
  ['StackOverflow', '(call $recurse)'],
  ['HeapMisaligned', '(drop (i32.atomic.load (i32.const 1)))'],
  ['NullReference', '(call_ref $f (ref.null $f))'],
  ['ArrayOutOfBounds', '(drop (array.get_u $array (array.new_default $array (i32.const 1)) (i32.const 1)))'],
  ['CastFailure', '(drop (ref.cast (ref i31) (array.new_default $array (i32.const 1))))'],
  ['UncaughtException', '(throw $tag)'],
];

const wat = `(module (type $f (func)) (type $array (array (mut i8))) (tag $tag) (memory 1) (data $data "x")
  (table $table 2 funcref) (elem (i32.const 0) $number) (func $number (result i32) (i32.const 1))
  (func $recurse (call $recurse))
  ${traps.map(([, body], index) => `(func $trap${index} (export "${index}") ${body})`).join('\n')})`;

const variants: Record<string, EngineOptions> = {
  'by signals': { proposals },
  'by explicit checks': { proposals, traps: 'explicit' },
  'without optimization': { proposals, optimization: 'none' },
  'from a pool': { proposals, allocation: 'pooling', limits: { instances: 1 } },
  'under epochs': { proposals, interruption: 'epoch' },
};

for (const [variant, options] of Object.entries(variants)) {
  test(`every trap has its name, and the instance remains usable (${variant})`, async (t) => {
    const module = await new Engine(options).compileModule(wat);
    using instance = module.instantiateSync({ limits });
    for (const [index, [trap, body]] of traps.entries()) {
      const error = failure(t, 'TRAP', () => instance.call(String(index)), body);
      t.is(error.trap, trap, body);
      t.true(error.message.startsWith('the guest trapped: '), error.message);
      t.true((error.frames?.length ?? 0) >= 1, body);
    }
    t.is(instance.metrics().traps, traps.length);
  });
}

test('every trap has its name on a fiber too', async (t) => {
  const module = await new Engine({ proposals }).compileModule(wat);
  using instance = module.instantiateSync({ limits: { ...limits, timeoutMs: 60_000 } });
  for (const [index, [trap, body]] of traps.entries())
    t.is(failure(t, 'TRAP', () => instance.call(String(index))).trap, trap, body);
});

test('frames have functions, modules and offsets, the innermost first', async (t) => {
  const module = await new Engine().compileModule(
    `(module $guest (func $inner unreachable) (func $middle (call $inner)) (func $outer (export "f") (call $middle)))`,
  );
  using instance = module.instantiateSync({ limits });
  const { frames = [] } = failure(t, 'TRAP', () => instance.call('f'));
  t.deepEqual(
    frames.map((frame) => frame.function),
    ['inner', 'middle', 'outer'],
  );
  t.deepEqual(
    frames.map(({ functionIndex }) => functionIndex),
    [0, 1, 2],
  );
  for (const frame of frames) {
    t.is(frame.module, 'guest');
    t.true((frame.moduleOffset ?? 0) > 0 && frame.file === undefined && frame.line === undefined);
  }
});

const source = readFileSync(fixture('guests/c/debug.c'), 'utf8').split('\n');
const lineOf = (text: string): number => source.findIndex((line) => line.includes(text)) + 1;

const chains: readonly [
  name: string,
  args: readonly number[],
  trap: string,
  mark: string,
  functions: readonly string[],
][] = [
  ['average_plus_two', [1, 0], 'IntegerDivisionByZero', '// trap: division', ['divide', 'average', 'average_plus_two']],
  [
    'read_table',
    [0x100_0000, 0],
    'MemoryOutOfBounds',
    '// trap: out of bounds',
    ['read_cell', 'read_row', 'read_table'],
  ],
  ['give_up', [], 'UnreachableCodeReached', '// trap: unreachable', ['give_up', 'give_up_export']],
];

for (const [name, args, trap, mark, functions] of chains) {
  test(`a guest with DWARF names the file and line of its trap (${name})`, async (t) => {
    const module = await new Engine().compileModule(fixture('guests/c/debug.wasm'));
    using instance = module.instantiateSync({ limits });
    const error = failure(t, 'TRAP', () => instance.call(name, args));
    t.is(error.trap, trap);
    t.deepEqual(
      error.frames?.map((frame) => frame.function),
      functions,
    );
    t.regex(error.frames?.[0]?.file ?? '', /debug\.c$/);
    t.is(error.frames?.[0]?.line, lineOf(mark));
    t.regex(error.message, new RegExp(`${functions[0]} at .*debug\\.c:${lineOf(mark)}`));
  });
}

test('a guest with DWARF that overflows its stack names the recursing line', async (t) => {
  const module = await new Engine().compileModule(fixture('guests/c/debug.wasm'));
  using instance = module.instantiateSync({ limits });
  const error = failure(t, 'TRAP', () => instance.call('descend', [-1]));
  t.is(error.trap, 'StackOverflow');
  t.is(error.frames?.length, 20);
  t.is(error.frames?.[1]?.function, 'descend');
  t.is(instance.call('descend', [100]), 1);
});

test('a function of a very long name does not make a very long message', async (t) => {
  const module = await new Engine().compileModule(`(module (func $${'x'.repeat(90_000)} (export "f") unreachable))`);
  const error = failure(t, 'TRAP', () => module.instantiateSync({ limits }).call('f'));
  t.true(error.message.length < 100_100);
});
