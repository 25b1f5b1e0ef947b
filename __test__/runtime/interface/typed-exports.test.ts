// Tests of typed exports. Most hold when this file compiles: every `@ts-expect-error` is a line that must not.
import test from 'ava';
import { fixture } from '#guests';
import {
  type CallName,
  Engine,
  type Exports,
  type Instance,
  type Measurement,
  type Memory,
  MiB,
  type Promisified,
  type SyncInstance,
} from '../../../src/index.js';
import type { Readers } from '../../../src/runtime/options/read.js';

/** The interface of `guests/c/types.wasm`, as far as it is used here. */
interface Types {
  echoS32(value: number): number;
  divide(a: number, b: number): number;
  join(parts: readonly string[], separator: string): string;
  nothing(): void;
  'acme:calc/ops': Ops;
  /** Absent from this guest. */
  later?(): bigint;
  more?: { maybe?(value: string): string };
}

interface Ops {
  add(a: number, b: number): number;
}

/** A core module, as a type alias. */
type Calculator = {
  readonly memory: Memory;
  readonly add: (a: number, b: number) => number;
};

const limits = { memoryBytes: 64 * MiB };
const engine = new Engine();
const component = await engine.compileComponent(fixture('guests/c/types.wasm'));
const module = await engine.compileModule(fixture('calculator.wat'));

/** Whether two types are the same, and not only assignable to each other. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the parameter makes TypeScript compare identities
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

const same = <A, B>(isSame: Same<A, B>): boolean => isSame;

/** Code that has to compile and need not run. */
interface Instances {
  readonly sync: SyncInstance<Types>;
  readonly async: Instance<Types>;
  readonly core: Instance<Calculator>;
  readonly coreSync: SyncInstance<Calculator>;
  readonly loose: Instance;
  readonly looseSync: SyncInstance;
}

const compiles = (code: (instances: Instances) => unknown): boolean => typeof code === 'function';

test('asynchronous exports return promises', async (t) => {
  await using instance = await component.instantiate<Types>({ limits });
  const sum: number = await instance.exports['acme:calc/ops'].add(40, 2);
  const echo: number = await instance.exports.echoS32(5);
  t.deepEqual([sum, echo, instance.exports.later], [42, 5, undefined]);
  // @ts-expect-error -- a promise is no number
  const promise: number = instance.exports.echoS32(1);
  const later: unknown = promise;
  t.true(later instanceof Promise);
  t.is(await (later as Promise<number>), 1);
});

test('call and measure know functions, arguments and results', async (t) => {
  using sync = component.instantiateSync<Types>({ limits });
  await using async = await component.instantiate<Types>({ limits });
  const direct: number = sync.call('acme:calc/ops#add', [40, 2]);
  const awaited: number = await async.call('acme:calc/ops#add', [40, 2], { timeoutMs: 10_000 });
  const measured: Measurement<string> = sync.measure('join', [['a', 'b'], '-']);
  const measuredLater: Measurement<string> = await async.measure('join', [['a', 'b'], '-']);
  sync.call('nothing');
  await async.call('nothing', []);
  t.deepEqual([direct, awaited, measured.value, measuredLater.value], [42, 42, 'a-b', 'a-b']);
});

test('memories stay', async (t) => {
  await using instance = await module.instantiate<Calculator>({ limits });
  const memory: Memory = instance.exports.memory;
  const sum: number = await instance.exports.add(1, 2);
  t.true(memory.byteLength > 0 && sum === 3);
});

test('types of promises', (t) => {
  t.true(same<Promisified<Ops>['add'], (a: number, b: number) => Promise<number>>(true));
  t.true(same<Promisified<Types>['later'], (() => Promise<bigint>) | undefined>(true));
  t.true(same<Promisified<{ f(): Promise<number> }>['f'], () => Promise<number>>(true));
  t.true(same<Promisified<{ f(): any }>['f'], () => Promise<any>>(true));
  t.true(same<Promisified<Calculator>['memory'], Memory>(true));
  t.true(same<Promisified<Exports>['anything'], any>(true));
  t.true(
    same<CallName<Types>, 'echoS32' | 'divide' | 'join' | 'nothing' | 'acme:calc/ops#add' | 'later' | 'more#maybe'>(
      true,
    ),
  );
  t.true(same<CallName<Calculator>, 'add'>(true));
  t.true(same<CallName<Exports>, string>(true));
});

test('types of calls', (t) => {
  t.true(
    compiles(({ sync, async, core, coreSync }) => {
      same<Awaited<ReturnType<typeof async.call<'divide'>>>, number>(true);
      const optional: bigint = sync.call('later');
      const nested: string = sync.call('more#maybe', ['x']);
      const inner: Promise<string> | undefined = async.exports.more?.maybe?.('x');
      // @ts-expect-error -- no such function
      sync.call('missing', []);
      // @ts-expect-error -- no such function in the interface
      sync.call('acme:calc/ops#missing', [1, 2]);
      // @ts-expect-error -- an interface is no function
      sync.call('acme:calc/ops', []);
      // @ts-expect-error -- a memory is no function
      coreSync.call('memory');
      // @ts-expect-error -- arguments are missing
      sync.call('divide');
      // @ts-expect-error -- an argument is missing
      sync.call('divide', [1]);
      // @ts-expect-error -- an argument is of another type
      sync.call('divide', [1, '2']);
      // @ts-expect-error -- there is no such option
      sync.call('divide', [1, 2], { fule: 1 });
      // @ts-expect-error -- the result is of another type
      const text: string = sync.call('divide', [1, 2]);
      // @ts-expect-error -- the result is promised
      const early: number = async.call('divide', [1, 2]);
      // @ts-expect-error -- the measurement is promised
      const measured: Measurement<number> = core.measure('add', [1, 2]);
      // @ts-expect-error -- an argument is of another type, in an export
      void async.exports['acme:calc/ops'].add(1, '2');
      // @ts-expect-error -- may be absent
      void async.exports.later();
      return [optional, nested, inner, text, early, measured];
    }),
  );
});

test('untyped instances stay loose', (t) => {
  t.true(
    compiles(({ loose, looseSync, sync, async }) => {
      looseSync.call('anything');
      looseSync.call('anything', [1, 'two'], { fuel: 5n });
      same<ReturnType<typeof looseSync.call<string>>, unknown>(true);
      void loose.exports['anything'](1);
      void loose.call('any#thing', [1]);
      same<Awaited<ReturnType<typeof loose.measure<string>>>, Measurement>(true);
      const instances: [Instance, SyncInstance, Instance<any>, SyncInstance<any>] = [async, sync, async, sync];
      instances[2].exports.anything(1);
      void instances[2].call('anything', [1]);
    }),
  );
});

test('an option without a reader does not compile, nor a reader without an option', (t) => {
  interface Options {
    readonly some?: number;
    readonly other?: string;
  }
  const number = (): number => 1;
  const string = (): string => '';
  ({ some: number, other: string }) satisfies Readers<Options, { some?: number }>;
  // @ts-expect-error -- one is forgotten
  ({ some: number }) satisfies Readers<Options>;
  // @ts-expect-error -- one of the addon's is forgotten
  ({ some: number, other: string }) satisfies Readers<Options, { third?: number }>;
  // @ts-expect-error -- one is too much
  ({ some: number, other: string, third: string }) satisfies Readers<Options>;
  // @ts-expect-error -- the addon takes another type
  ({ some: string, other: string }) satisfies Readers<Options, { some?: number }>;
  t.pass();
});
