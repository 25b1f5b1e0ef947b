// Tests of keys for serialized code.
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { fixture } from '#guests';
import { Engine, MiB } from '../../../src/index.js';
import { failure } from '../failure.js';

const limits = { memoryBytes: 16 * MiB };
const engine = new Engine();
const key = randomBytes(32);
const module = await engine.compileModule(fixture('calculator.wat'));
const component = await engine.compileComponent(fixture('minimal.wat'));

test('compiled code with a tag is deserialized with its key', (t) => {
  using one = engine.deserializeModule(module.serialize({ key }), { key }).instantiateSync({ limits });
  t.is(one.call('add', [40, 2]), 42);
  using two = engine.deserializeComponent(component.serialize({ key }), { key }).instantiateSync({ limits });
  t.is(two.call('add', [40, 2]), 42);
  t.notThrows(() => engine.unsafeDeserializeModule(module.serialize({ key }), { key }));
  t.notThrows(() => new Engine().unsafeDeserializeComponent(component.serialize({ key }), { key }));
});

test('keys are compared by their bytes, in any buffer', (t) => {
  const shifted = new Uint8Array(40);
  shifted.set(key, 5);
  t.notThrows(() => engine.deserializeModule(module.serialize({ key }), { key: shifted.subarray(5, 37) }));
});

test('a missing key, another key, changed bytes and a missing tag have distinct errors', (t) => {
  const bytes = module.serialize({ key });
  const changed = Uint8Array.from(bytes);
  changed[changed.length - 1] = ~(changed.at(-1) ?? 0);
  const cases = [
    [() => engine.unsafeDeserializeModule(bytes), /are tagged with a key; pass it as 'key'/],
    [
      () => engine.deserializeModule(bytes, { key: randomBytes(32) }),
      /the key is another one, or the bytes were changed/,
    ],
    [() => engine.deserializeModule(changed, { key }), /the key is another one, or the bytes were changed/],
    [() => engine.unsafeDeserializeModule(changed, { key }), /the key is another one, or the bytes were changed/],
    [() => engine.deserializeModule(module.serialize(), { key }), /have no tag, though a key was given/],
    [() => engine.deserializeComponent(bytes, { key }), /a compiled component, got a compiled module/],
    [() => engine.deserializeModule(new Uint8Array(100), { key }), /something else/],
  ] as const;
  for (const [run, told] of cases) t.regex(failure(t, 'DESERIALIZE', run).message, told);
});

test('the safe ways in demand a key', (t) => {
  const bytes = module.serialize();
  for (const options of [undefined, {}, { key: undefined }]) {
    const error = failure(t, 'BAD_VALUE', () => engine.deserializeModule(bytes, options as never));
    t.regex(error.message, /a key is mandatory/);
    t.true(error instanceof TypeError);
    failure(t, 'BAD_VALUE', () => engine.deserializeComponent(bytes, options as never));
  }
});

test('a value that is not a key is rejected with a TypeError', (t) => {
  for (const wrong of [null, 'secret secret secret', 5, key.buffer, [...key], new Uint16Array(16), {}]) {
    for (const run of [
      () => module.serialize({ key: wrong as never }),
      () => engine.deserializeModule(module.serialize(), { key: wrong as never }),
      () => engine.unsafeDeserializeModule(module.serialize(), { key: wrong as never }),
    ]) {
      t.true(failure(t, 'BAD_VALUE', run) instanceof TypeError);
    }
  }
  for (const length of [0, 1, 15]) {
    const short = { key: new Uint8Array(length) };
    const told = new RegExp(`at least 16 bytes, got ${length}`);
    t.regex(failure(t, 'BAD_VALUE', () => module.serialize(short)).message, told);
    t.regex(failure(t, 'BAD_VALUE', () => engine.deserializeModule(module.serialize(), short)).message, told);
  }
});

test('an unknown option is rejected', (t) => {
  const options = { secret: key } as never;
  failure(t, 'BAD_OPTION', () => module.serialize(options));
  failure(t, 'BAD_OPTION', () => engine.deserializeModule(module.serialize(), options));
  failure(t, 'BAD_OPTION', () => engine.unsafeDeserializeModule(module.serialize(), options));
});

test('a disposed module returns no bytes, also with a key', async (t) => {
  const gone = await engine.compileModule(fixture('calculator.wat'));
  gone.dispose();
  failure(t, 'DISPOSED', () => gone.serialize({ key }));
});
