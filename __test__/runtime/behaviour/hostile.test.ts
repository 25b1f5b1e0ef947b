// Tests of components that break the canonical ABI: each lies in another way, and only traps.
import test from 'ava';
import { Engine, KiB, MiB } from '../../../src/index.js';
import { failure } from '../failure.js';

const engine = new Engine();
const limits = { memoryBytes: MiB, fuel: 1_000_000n };

/** A component whose function `f` of the type `type` is the body `f`, beside `realloc`. */
function guest(
  type: string,
  f: string,
  { realloc = '(i32.const 1024)', params = '', results = 'i32', more = '', options = '' } = {},
): string {
  return `(component
    (core module $m (memory (export "m") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) ${realloc})
      (func (export "f") ${params && `(param ${params})`} ${results && `(result ${results})`} ${f}) ${more})
    (core instance $i (instantiate $m))
    (func (export "f") ${type}
      (canon lift (core func $i "f") (memory (core memory $i "m")) (realloc (core func $i "realloc")) ${options})))`;
}

/** Returns a list or string of the given number of elements at an address. */
const pointer = (at: number, length: number): string =>
  `(i32.store (i32.const 0) (i32.const ${at})) (i32.store (i32.const 4) (i32.const ${length})) (i32.const 0)`;

const results: Record<string, string> = {
  'a string beyond the memory': guest('(result string)', pointer(65_000, 1000)),
  'a string whose end wraps around': guest('(result string)', pointer(-1, -1)),
  'a string that is not UTF-8': guest(
    '(result string)',
    `(i32.store8 (i32.const 100) (i32.const 0xff)) ${pointer(100, 1)}`,
  ),
  'a string that ends within a character': guest(
    '(result string)',
    `(i32.store8 (i32.const 100) (i32.const 0xc3)) ${pointer(100, 1)}`,
  ),
  'a UTF-16 string at an odd address': guest('(result string)', pointer(101, 2), { options: 'string-encoding=utf16' }),
  'a list of bytes beyond the memory': guest('(result (list u8))', pointer(65_536, 1)),
  'a list whose size overflows': guest('(result (list u64))', pointer(8, 0x2000_0001)),
  'a list that is not aligned': guest('(result (list u32))', pointer(101, 1)),
  'a list of strings beyond the memory': guest('(result (list string))', pointer(65_532, 1)),
  'a result pointer beyond the memory': guest('(result string)', '(i32.const 65533)'),
  'a result pointer that is not aligned': guest('(result string)', '(i32.const 2)'),
  'a character that is a surrogate': guest('(result char)', '(i32.const 0xd800)'),
  'a character that is too large': guest('(result char)', '(i32.const 0x110000)'),
  'an option that is neither': guest('(result (option u32))', '(i32.store8 (i32.const 0) (i32.const 2)) (i32.const 0)'),
  'an unknown case of a result': guest('(result (result))', '(i32.const 9)'),
};

for (const [lie, wat] of Object.entries(results)) {
  test(`${lie} is a trap, and poisons the component`, async (t) => {
    for (const more of [{}, { timeoutMs: 60_000 }]) {
      using instance = (await engine.compileComponent(wat)).instantiateSync({ limits: { ...limits, ...more } });
      const error = failure(t, 'TRAP', () => instance.call('f'));
      t.true((error.trap?.length ?? 0) > 0 && error.message.length > 20, error.message);
      failure(t, 'POISONED', () => instance.call('f'));
    }
  });
}

test('a boolean that is neither 0 nor 1 is true', async (t) => {
  const wat = guest('(result bool)', '(i32.const 7)');
  t.is((await engine.compileComponent(wat)).instantiateSync({ limits }).call('f'), true);
});

test('an integer with more bits than its type is cut to them', async (t) => {
  const wat = guest('(result u8)', '(i32.const 0x1ff)');
  t.is((await engine.compileComponent(wat)).instantiateSync({ limits }).call('f'), 255);
});

const reallocs: Record<string, [realloc: string, code: 'TRAP' | 'OUT_OF_FUEL' | 'MEMORY_LIMIT']> = {
  'gives an address beyond the memory': ['(i32.const 65530)', 'TRAP'],
  'gives the last address': ['(i32.const -1)', 'TRAP'],
  traps: ['unreachable', 'TRAP'],
  'never ends': ['(loop (br 0)) (i32.const 0)', 'OUT_OF_FUEL'],
  'grows without measure': ['(drop (memory.grow (i32.const 1000))) (i32.const 0)', 'MEMORY_LIMIT'],
  recurses: ['(call $deep) (i32.const 0)', 'TRAP'],
};

for (const [what, [realloc, code]] of Object.entries(reallocs)) {
  test(`a realloc that ${what} ends the call with ${code}`, async (t) => {
    const wat = guest('(param "a" string)', '', {
      realloc,
      params: 'i32 i32',
      results: '',
      more: '(func $deep (call $deep))',
    });
    for (const more of [{}, { timeoutMs: 60_000 }]) {
      using instance = (await engine.compileComponent(wat)).instantiateSync({ limits: { ...limits, ...more } });
      failure(t, code, () => instance.call('f', ['x'.repeat(1000)]));
      failure(t, 'POISONED', () => instance.call('f', ['']));
    }
  });
}

for (const [what, body, code] of [
  ['traps', 'unreachable', 'TRAP'],
  ['never ends', '(loop (br 0))', 'OUT_OF_FUEL'],
] as const) {
  test(`a clean-up after the call that ${what} ends it with ${code}`, async (t) => {
    const wat = guest('(result u32)', '(i32.const 7)', {
      more: `(func (export "after") (param i32) ${body})`,
      options: '(post-return (core func $i "after"))',
    });
    using instance = (await engine.compileComponent(wat)).instantiateSync({ limits });
    failure(t, code, () => instance.call('f'));
    failure(t, 'POISONED', () => instance.call('f'));
  });
}

test('a guest brings no more to the host than transferBytes', async (t) => {
  const component = await engine.compileComponent(guest('(result (list u8))', pointer(0, 60_000)));
  t.is(
    (component.instantiateSync({ limits: { ...limits, transferBytes: 64 * KiB } }).call('f') as Uint8Array).length,
    60_000,
  );
  const error = t.throws(() => component.instantiateSync({ limits: { ...limits, transferBytes: 10_000 } }).call('f'));
  t.is((error as { code?: string }).code, 'TRANSFER_LIMIT');
});

test('a guest that exceeds transferBytes has another error than one that traps', async (t) => {
  const component = await engine.compileComponent(guest('(result (list u8))', pointer(0, 60_000)));
  const error = t.throws(() => component.instantiateSync({ limits: { ...limits, transferBytes: 10_000 } }).call('f'));
  t.regex(error?.message ?? '', /limits\.transferBytes/);
});

test('a list of very many empty strings is limited by its cost to the host, not to the guest', async (t) => {
  const component = await engine.compileComponent(guest('(result (list string))', pointer(0, 8000)));
  failure(t, 'TRANSFER_LIMIT', () =>
    component.instantiateSync({ limits: { ...limits, transferBytes: 64 * KiB } }).call('f'),
  );
});
