// Tests of arguments whose conversion runs JavaScript that throws, disposes of the guest or calls it.
import test from 'ava';
import { fixture } from '#guests';
import { Engine, MiB, type SyncInstance } from '../../../src/index.js';
import { failure } from '../failure.js';

const engine = new Engine();
const component = await engine.compileComponent(fixture('guests/c/types.wasm'));
const create = (): SyncInstance => component.instantiateSync({ limits: { memoryBytes: 64 * MiB } });

/** Values whose reading runs `act`, by the function that takes them. */
const readers: Record<string, (act: () => void) => unknown> = {
  'echo-point': (act) => ({
    get x() {
      act();
      return 1;
    },
    y: 2,
  }),
  'echo-shape': (act) => ({
    get tag() {
      act();
      return 'circle';
    },
    val: 1,
  }),
  'echo-list-string': (act) => Object.defineProperty(['a'], 0, { get: () => (act(), 'a') }),
  'echo-list-u8': (act) => Object.defineProperty([1], 0, { get: () => (act(), 1) }),
  'echo-tuple': (act) => Object.defineProperty([1, 'a'], 1, { get: () => (act(), 'a') }),
  'echo-permissions': (act) => ({
    get read() {
      act();
      return true;
    },
  }),
  'echo-option-result': (act) => ({
    tag: 'ok',
    get val() {
      act();
      return 1;
    },
  }),
};
const proxy = (act: () => void): unknown =>
  new Proxy({ x: 1, y: 2 }, { get: (target, key) => (act(), Reflect.get(target, key)) });

for (const [name, reader] of [...Object.entries(readers), ['echo-point', proxy] as const]) {
  const kind = reader === proxy ? 'proxy' : 'getter';

  test(`the exception of a ${kind} is rethrown unchanged (${name})`, (t) => {
    const instance = create();
    const mine = new Error('mine');
    const error = t.throws(() =>
      instance.call(name, [
        reader(() => {
          throw mine;
        }),
      ]),
    );
    t.is(error, mine);
    for (const odd of [undefined, null, 0, 'text']) {
      try {
        instance.call(name, [
          reader(() => {
            throw odd;
          }),
        ]);
        t.fail('nothing was thrown');
      } catch (thrown) {
        t.is(thrown, odd);
      }
    }
    t.is(instance.call('echo-s32', [1]), 1);
  });

  test(`a ${kind} may dispose of the instance being called (${name})`, (t) => {
    const instance = create();
    failure(t, 'DISPOSED', () => instance.call(name, [reader(() => instance.dispose())]));
    failure(t, 'DISPOSED', () => instance.call('echo-s32', [1]));
  });

  test(`a ${kind} may call the instance being called (${name})`, (t) => {
    const instance = create();
    let got: unknown;
    t.notThrows(() => instance.call(name, [reader(() => (got = instance.call('echo-s32', [7])))]));
    t.is(got, 7);
    t.is(instance.call('live-bytes'), 0);
  });

  test(`a ${kind} may poison the instance being called (${name})`, (t) => {
    const instance = create();
    const trap = reader(() => {
      t.throws(() => instance.call('trap'));
    });
    failure(t, 'POISONED', () => instance.call(name, [trap]));
  });

  test(`a ${kind} that calls the same function endlessly exhausts the stack (${name})`, (t) => {
    const instance = create();
    const recurse = (): unknown => instance.call(name, [reader(recurse)]);
    const error = t.throws(recurse, { instanceOf: RangeError });
    t.true(error !== undefined);
    t.is(instance.call('echo-s32', [1]), 1);
  });
}

test('a getter may grow, shrink and detach the values before and after it', (t) => {
  const instance = create();
  const parts = ['a', 'b', 'c'];
  Object.defineProperty(parts, 1, { get: () => ((parts.length = 2), 'b') });
  t.regex(
    failure(t, 'BAD_VALUE', () => instance.call('echo-list-string', [parts])).message,
    /index 2: expected a string, got undefined/,
  );
  const bytes = new Uint8Array(8);
  const lists = [bytes, [1]];
  Object.defineProperty(lists[1], 0, { get: () => (structuredClone(bytes.buffer, { transfer: [bytes.buffer] }), 1) });
  t.deepEqual(instance.call('echo-list-list-u8', [lists]), [new Uint8Array(8), Uint8Array.of(1)]);
});

test('a later argument may not pull the bytes from under an earlier one', async (t) => {
  const two = await engine.compileComponent(`(component
    (core module $m (memory (export "m") 1) (global $p (mut i32) (i32.const 1024))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (global.get $p) (global.set $p (i32.add (global.get $p) (local.get 3))))
      (func (export "f") (param i32 i32 i32 i32 f64) (result i32) (i32.add (local.get 1) (local.get 3))))
    (core instance $i (instantiate $m)) (type $point (record (field "x" f64))) (export $p "point" (type $point))
    (func (export "f") (param "a" (list u8)) (param "b" (list u8)) (param "c" $p) (result u32)
      (canon lift (core func $i "f") (memory (core memory $i "m")) (realloc (core func $i "realloc")))))`);
  const instance = two.instantiateSync({ limits: { memoryBytes: MiB } });
  const bytes = new Uint8Array(100);
  t.is(instance.call('f', [bytes, new Uint8Array(5), { x: 1 }]), 105);
  const detaching = {
    get x() {
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      return 1;
    },
  };
  const error = failure(t, 'BAD_VALUE', () => instance.call('f', [bytes, new Uint8Array(5), detaching]));
  t.regex(error.message, /^argument 1 'a'.*detached/);
});
