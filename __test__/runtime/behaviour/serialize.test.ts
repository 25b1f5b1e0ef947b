// Tests of serialized code: which engines accept it.
import test from 'ava';
import { fixture } from '#guests';
import { Engine, MiB, type EngineOptions } from '../../../src/index.js';
import { failure } from '../failure.js';

const limits = { memoryBytes: 16 * MiB };
const engine = new Engine();
const compiled = async (): Promise<Uint8Array> => (await engine.compileModule(fixture('calculator.wat'))).serialize();

test('a module is deserialized from its compiled code, on the same engine and on one of the same options', async (t) => {
  for (const other of [engine, new Engine()]) {
    using instance = other.unsafeDeserializeModule(await compiled()).instantiateSync({ limits });
    t.is(instance.call('add', [40, 2]), 42);
  }
});

test('a component is deserialized from its compiled code with its imports, exports and size', async (t) => {
  const component = await engine.compileComponent(fixture('guests/c/types.wasm'));
  const again = engine.unsafeDeserializeComponent(component.serialize());
  t.deepEqual(again.exports, component.exports);
  t.deepEqual(again.imports, component.imports);
  t.is(again.codeBytes, component.codeBytes);
  using instance = again.instantiateSync({ limits });
  t.is(instance.call('echo-string', ['ü']), 'ü');
});

test('compiled code at an odd address is deserialized', async (t) => {
  const bytes = await compiled();
  const moved = new Uint8Array(bytes.length + 3);
  moved.set(bytes, 3);
  using instance = engine.unsafeDeserializeModule(moved.subarray(3)).instantiateSync({ limits });
  t.is(instance.call('fib', [10]), 55);
});

test('limits may differ between the engines', async (t) => {
  const other = new Engine({ limits: { instances: 1, memoryBytes: MiB } });
  t.notThrows(async () => other.unsafeDeserializeModule(await compiled()));
});

const different: readonly EngineOptions[] = [
  { interruption: 'epoch' },
  { interruption: 'both' },
  { traps: 'explicit' },
  { compiler: 'winch' },
  { deterministic: true },
  { memoryReservationBytes: MiB },
];

for (const options of different) {
  test(`an engine with ${JSON.stringify(options)} rejects the code of another`, async (t) => {
    const bytes = await compiled();
    const error = failure(t, 'DESERIALIZE', () => new Engine(options).unsafeDeserializeModule(bytes));
    t.true(error.message.length > 30, error.message);
  });
}

test('the code of the other kind is rejected naming both kinds', async (t) => {
  const module = await compiled();
  const component = (await engine.compileComponent(fixture('minimal.wat'))).serialize();
  t.regex(
    failure(t, 'DESERIALIZE', () => engine.unsafeDeserializeComponent(module)).message,
    /compiled component.*compiled module/,
  );
  t.regex(
    failure(t, 'DESERIALIZE', () => engine.unsafeDeserializeModule(component)).message,
    /compiled module.*compiled component/,
  );
});

test('garbage and sources are rejected with DESERIALIZE', (t) => {
  const garbage = [
    new Uint8Array(),
    new Uint8Array(1000),
    Buffer.from('\x7fELF'),
    Buffer.from('\0asm\x01\0\0\0'),
    Buffer.from('(module)'),
  ];
  for (const bytes of garbage) {
    failure(t, 'DESERIALIZE', () => engine.unsafeDeserializeModule(bytes));
    failure(t, 'DESERIALIZE', () => engine.unsafeDeserializeComponent(bytes));
  }
});

test('code cut off in its first part is rejected with DESERIALIZE', async (t) => {
  const bytes = await compiled();
  for (let length = 0; length < bytes.length / 2; length += 97) {
    failure(t, 'DESERIALIZE', () => engine.unsafeDeserializeModule(bytes.subarray(0, length)), `${length} bytes`);
  }
});

test('a value that is not a Uint8Array is rejected with BAD_VALUE', async (t) => {
  const { buffer } = await compiled();
  for (const bytes of [undefined, null, 'ELF', buffer, [1], new Uint16Array(2), new URL('file:///x')]) {
    failure(t, 'BAD_VALUE', () => engine.unsafeDeserializeModule(bytes as never));
    failure(t, 'BAD_VALUE', () => engine.unsafeDeserializeComponent(bytes as never));
  }
});
