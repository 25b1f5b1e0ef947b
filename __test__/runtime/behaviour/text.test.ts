// Tests of strings that cross between guest and host.
import test from 'ava';
import { fixture } from '#guests';
import { Engine, GiB, MiB } from '../../../src/index.js';
import { child } from '../child.js';
import { failure } from '../failure.js';

const component = await new Engine().compileComponent(fixture('guests/c/types.wasm'));
const instance = component.instantiateSync({ limits: { memoryBytes: 64 * MiB } });
const echo = (text: string): unknown => instance.call('echo-string', [text]);

const texts: Record<string, string> = {
  'the empty string': '',
  ASCII: 'plain',
  'a NUL': 'a\0b\0',
  'Latin-1': 'äöüß',
  emoji: '👩‍👩‍👧‍👦 😀',
  'every width of UTF-8': 'a\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}',
  'the replacement character': '\ufffd',
  'a byte order mark': '\ufeffa',
  'a rope of pieces': Array.from({ length: 1000 }, (_, index) => `${index}ü`).reduce((text, piece) => text + piece),
};

for (const [name, text] of Object.entries(texts)) {
  test(`${name} is returned unchanged`, (t) => t.is(echo(text), text));
}

test("a megabyte is returned unchanged, in each of V8's representations", (t) => {
  for (const letter of ['a', 'ü', '語', '😀']) t.true(echo(letter.repeat(MiB / 4)) === letter.repeat(MiB / 4), letter);
});

test('lone surrogates become U+FFFD, as in every API of the web', (t) => {
  t.is(echo('a\ud800b'), 'a\ufffdb');
  t.is(echo('\udc00\ud800'), '\ufffd\ufffd');
  t.is(echo('😀\ud83d'), '😀\ufffd');
});

test('strings inside lists are joined by the guest', (t) => {
  t.is(instance.call('join', [['a', 'ü', ''], '·']), 'a·ü·');
});

test('a string too large for the memory ends the call with MEMORY_LIMIT', (t) => {
  using small = component.instantiateSync({ limits: { memoryBytes: 2 * MiB } });
  failure(t, 'MEMORY_LIMIT', () => small.call('echo-string', ['x'.repeat(4 * MiB)]));
});

// V8 refuses strings beyond 2²⁹ − 24 characters; the failure is taken for a pending exception, and there is none.
test('a string longer than V8 can hold is an error, not undefined', async (t) => {
  const { signal, stdout } = await child(`
    const size = 600_000_000;
    const component = await new wasm.Engine().compileComponent(\`(component
      (core module $m (memory (export "m") 9157) (func (export "f") (result i32)
        (i32.store (i32.const 0) (i32.const 65536)) (i32.store (i32.const 4) (i32.const \${size})) (i32.const 0)))
      (core instance $i (instantiate $m))
      (func (export "f") (result string) (canon lift (core func $i "f") (memory (core memory $i "m")))))\`);
    const instance = component.instantiateSync({ limits: { memoryBytes: 2 * ${GiB}, transferBytes: 3 * ${GiB} } });
    try { console.log(typeof instance.call('f')) } catch (error) { console.log(error.code) }`);
  t.is(signal, null);
  t.regex(stdout, /^[A-Z_]+$/m);
});
