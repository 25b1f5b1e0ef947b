// Suite `node_api`: costs of the public API in a Node service, with references in Rust, V8 and plain JavaScript.
import { availableParallelism } from 'node:os';
import type { Routine, BenchmarkDefinition, DerivedDefinition, Suite } from '../src/bench/suite/definition.js';
import { async, sync } from '../src/bench/suite/routine.js';
import {
  type Component,
  Engine,
  type HostFunction,
  type Instance,
  type Limits,
  MiB,
  type Promisified,
  type SyncInstance,
} from '../src/index.js';
import { native } from '../src/native.js';
import { offloaded } from '../src/runtime/async/offload.js';
import { arithmetic, echo, javaScript, minimal, padded } from './guests.js';
import { versions } from './versions.js';
import { type WorkloadConfig, settings, workload } from './workload.js';

interface Adder {
  readonly add: (a: number, b: number) => number;
}

interface Echo {
  readonly bytes: (value: Uint8Array) => Uint8Array;
  readonly text: (value: string) => string;
}

const limits = { memoryBytes: 16 * MiB };

async function compiled(source: string): Promise<Component> {
  return new Engine().compileComponent(source);
}

/** A routine of calls on an instance, which it disposes of. */
function syncRoutine<E>(instance: SyncInstance<E>, body: (exports: E) => () => unknown): Routine {
  return sync(body(instance.exports), { dispose: () => void instance.dispose() });
}

function nodeSide(
  group: string,
  name: string,
  description: string,
  setup: BenchmarkDefinition['setup'],
): BenchmarkDefinition {
  return { group: `node_api/${group}`, function: name, description, side: 'node', settings: settings(), setup };
}

function engineSide(group: string, name: string, description: string, config: WorkloadConfig): BenchmarkDefinition {
  return {
    group: `node_api/${group}`,
    function: name,
    description,
    side: 'engine',
    settings: settings(),
    setup: (context) => workload(config, context),
  };
}

const sum = { function: 'add', args: [42, 42] };

/** The part of Node's own WebAssembly API used here; its types come only with those of the DOM. */
interface V8 {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

function wasmInV8(): Adder {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: V8 }).WebAssembly;
  return new Instance(new Module(native.parseText(arithmetic))).exports as Adder;
}

const calls = [
  nodeSide('call', 'sync_core_add', 'A core module adds 42 and 42.', async () => {
    const module = await new Engine().compileModule(arithmetic);
    return syncRoutine(
      module.instantiateSync<Adder>({ limits }),
      ({ add }) =>
        () =>
          add(42, 42),
    );
  }),
  nodeSide('call', 'sync_component_add', 'A component adds 42 and 42.', async () => {
    const component = await compiled(minimal);
    return syncRoutine(
      component.instantiateSync<Adder>({ limits }),
      ({ add }) =>
        () =>
          add(42, 42),
    );
  }),
  nodeSide('call', 'empty_function', 'An empty function of the addon.', () => {
    const empty = native.emptyFunction();
    return sync(() => empty());
  }),
  nodeSide('call', 'v8_core_add', "The same core module in Node's own WebAssembly, without limits.", () => {
    const { add } = wasmInV8();
    return sync(() => add(42, 42));
  }),
  engineSide('call', 'raw_core_add', "The same core call in Rust, through Wasmtime's call_unchecked.", {
    kind: 'raw_call',
    source: arithmetic,
    ...sum,
  }),
  engineSide('call', 'raw_component_add', "The same component call in Rust, through Wasmtime's dynamic values.", {
    kind: 'raw_call',
    source: minimal,
    isComponent: true,
    ...sum,
  }),
];

interface AsyncAdder {
  readonly add: (a: number, b: number) => Promise<number>;
}

/** A routine of calls on an asynchronous instance, which it disposes of. */
function asyncRoutine<E>(instance: Instance<E>, body: (exports: Promisified<E>) => () => Promise<unknown>): Routine {
  return async(body(instance.exports), { dispose: () => void instance.dispose() });
}

const CONCURRENT = 50;

const asyncCalls = [
  nodeSide(
    'call',
    'async_core_add',
    'A core module adds 42 and 42, asynchronously; the call is not offloaded.',
    async () => {
      const module = await new Engine().compileModule(arithmetic);
      return asyncRoutine(
        await module.instantiate<AsyncAdder>({ limits }),
        ({ add }) =>
          () =>
            add(42, 42),
      );
    },
  ),
  nodeSide('call', 'async_component_add', 'A component adds 42 and 42, asynchronously.', async () => {
    const component = await compiled(minimal);
    return asyncRoutine(
      await component.instantiate<AsyncAdder>({ limits }),
      ({ add }) =>
        () =>
          add(42, 42),
    );
  }),
  nodeSide('call', 'async_core_add_hopping', 'The same, offloaded to a worker thread from the start.', async () => {
    const module = await new Engine().compileModule(arithmetic);
    const instance = await module.instantiate<AsyncAdder>({ limits });
    const add = offloaded(instance, 'add');
    return asyncRoutine(instance, () => () => add(42, 42));
  }),
  nodeSide('call', 'async_50_concurrent', 'Fifty instances of a core module add 42 and 42 concurrently.', async () => {
    const module = await new Engine().compileModule(arithmetic);
    const instances = await Promise.all(
      Array.from({ length: CONCURRENT }, () => module.instantiate<AsyncAdder>({ limits })),
    );
    const adders = instances.map(({ exports }) => exports.add);
    const dispose = async (): Promise<void> => void (await Promise.all(instances.map((one) => one.dispose())));
    return async(() => Promise.all(adders.map((add) => add(42, 42))), { dispose });
  }),
  nodeSide('call', 'await_settled', 'An await of a settled promise.', () => {
    const settled = Promise.resolve(84);
    return async(() => settled);
  }),
  engineSide('call', 'raw_async_core_add', 'The same core call in Rust, on a Wasmtime fiber.', {
    kind: 'raw_async_call',
    source: arithmetic,
    ...sum,
  }),
].map((benchmark) => {
  const isMany = benchmark.function === 'async_50_concurrent';
  return isMany ? Object.assign(benchmark, { throughput: { elements: CONCURRENT } }) : benchmark;
});

/** A core module that calls its import `$n` times. */
const caller = `(module
  (import "env" "f" (func $f (param i32) (result i32)))
  (func (export "call") (param $n i32) (result i32) (local $last i32)
    (loop $next
      (local.set $last (call $f (local.get $n)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $last)))`;

const HOST_CALLS = 1_000;

interface HostRow {
  readonly name: string;
  readonly description: string;
  readonly f: HostFunction;
  /** Target of each host call, in nanoseconds. */
  readonly maxNs: number;
  readonly limits?: Partial<Limits>;
  readonly isAsync: boolean;
}

const increment = (value: number): number => value + 1;

const hostRows: readonly HostRow[] = [
  {
    name: 'sync_direct',
    description: 'a synchronous instance with unlimited time, on the stack of its caller',
    f: increment,
    maxNs: 1_000,
    limits: { timeoutMs: 'unlimited' },
    isAsync: false,
  },
  {
    name: 'sync_driven',
    description: 'a synchronous instance that allows timeouts, on a fiber',
    f: increment,
    maxNs: 1_000,
    isAsync: false,
  },
  {
    name: 'async_instance',
    description: 'an asynchronous instance',
    f: increment,
    maxNs: 1_000,
    isAsync: true,
  },
  {
    name: 'async_function',
    description: 'an asynchronous instance whose host function returns a settled promise',
    f: async (value: number) => value + 1,
    maxNs: 15_000,
    isAsync: true,
  },
];

function hostCall({ name, description, f, maxNs, limits: more, isAsync }: HostRow): BenchmarkDefinition {
  const benchmark = nodeSide('host_call', name, `1,000 calls of a host function by ${description}.`, async () => {
    const module = await new Engine().compileModule(caller);
    const options = { limits: { ...limits, ...more }, imports: { env: { f } } };
    if (!isAsync) {
      const instance = module.instantiateSync<{ call: (n: number) => number }>(options);
      return syncRoutine(instance, (exports) => () => exports.call(HOST_CALLS));
    }
    const instance = await module.instantiate<{ call: (n: number) => Promise<number> }>(options);
    return asyncRoutine(instance, (exports) => () => exports.call(HOST_CALLS));
  });
  const reference = `under ${maxNs / 1_000} µs a call`;
  const target = { kind: 'below', ns: maxNs * HOST_CALLS, reference } as const;
  return { ...benchmark, throughput: { elements: HOST_CALLS }, target };
}

const hostCalls = hostRows.map(hostCall);

/** A core module that counts down from `$n` at five units of fuel per step (`count`), or forever (`spin`). */
const spinner = `(module
  (func (export "spin") (local $n i32)
    (loop $again
      (loop $next (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (br $again)))
  (func (export "count") (param $n i32) (result i32)
    (loop $next (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $n)))`;

interface Spinner {
  readonly spin: () => Promise<void>;
  readonly count: (n: number) => Promise<number>;
}

const endless = { memoryBytes: MiB, timeoutMs: 3_600_000 };
const INTERVAL_MS = 5;

/** A routine of consecutive timers, beside `guests` endless guests. */
async function timers(guests: number, interruption: 'fuel' | 'epoch'): Promise<Routine> {
  const module = await new Engine({ interruption }).compileModule(spinner);
  const fuel = interruption === 'fuel' ? ({ fuel: 'unlimited' } as const) : {};
  const instances = await Promise.all(
    Array.from({ length: guests }, () => module.instantiate<Spinner>({ limits: { ...endless, ...fuel } })),
  );
  const running = instances.map(({ exports }) => exports.spin().catch(() => undefined));
  return async(() => new Promise((resolve) => setTimeout(resolve, INTERVAL_MS)), {
    dispose: async () => {
      await Promise.all(instances.map((instance) => instance.dispose()));
      await Promise.all(running);
    },
  });
}

const eventLoop = [
  nodeSide('event_loop', 'timer_5ms', 'A timer of 5 ms on an idle event loop.', () => timers(0, 'fuel')),
  nodeSide(
    'event_loop',
    'timer_5ms_beside_fuel_guest',
    'The same beside an endless guest, in time slices by fuel.',
    () => timers(1, 'fuel'),
  ),
  nodeSide(
    'event_loop',
    'timer_5ms_beside_epoch_guest',
    'The same beside an endless guest, in time slices by epochs.',
    () => timers(1, 'epoch'),
  ),
];

/** Steps of `count` in a time slice: 100,000 units of fuel at five per step. */
const STEPS_PER_SLICE = 20_000;
const GUESTS = 50;
const THREADS = Math.max(1, availableParallelism() - 1);

const fairness = [
  nodeSide('fairness', 'slice', 'A synchronous call that uses up one time slice of fuel.', async () => {
    const module = await new Engine().compileModule(spinner);
    return syncRoutine(
      module.instantiateSync<Spinner>({ limits }),
      ({ count }) =>
        () =>
          count(STEPS_PER_SLICE),
    );
  }),
  nodeSide(
    'fairness',
    'beside_50_guests',
    'A call of one and a half time slices beside fifty endless guests.',
    async () => {
      const module = await new Engine().compileModule(spinner);
      const limits = { ...endless, fuel: 'unlimited' } as const;
      const instances = await Promise.all(
        Array.from({ length: GUESTS + 1 }, () => module.instantiate<Spinner>({ limits })),
      );
      const [short, ...others] = instances as [Instance<Spinner>, ...Instance<Spinner>[]];
      const running = others.map(({ exports }) => exports.spin().catch(() => undefined));
      return async(() => short.exports.count(STEPS_PER_SLICE * 1.5), {
        dispose: async () => {
          await Promise.all(instances.map((instance) => instance.dispose()));
          await Promise.all(running);
        },
      });
    },
  ),
];

const instantiations = [
  nodeSide(
    'instantiate',
    'sync_prelinked',
    'Instantiation of the smallest component, compiled and linked beforehand.',
    async () => {
      const component = await compiled(minimal);
      return sync(() => component.instantiateSync({ limits }), {
        setup: () => undefined,
        teardown: (_, instance) => void instance.dispose(),
      });
    },
  ),
  nodeSide('instantiate', 'async_prelinked', 'The same, asynchronously.', async () => {
    const component = await compiled(minimal);
    return async(() => component.instantiate({ limits }), {
      setup: () => undefined,
      teardown: async (_, instance) => void (await instance.dispose()),
    });
  }),
  engineSide('instantiate', 'raw_prelinked', 'The same on bare Wasmtime in Rust.', {
    kind: 'raw_instantiate',
    source: minimal,
    isComponent: true,
  }),
];

const KNOWN_BYTES = 8 * MiB;

const compilations: readonly BenchmarkDefinition[] = [
  {
    ...nodeSide(
      'compile',
      'known_8mib',
      'Compilation of a binary of 8 MiB that the process has already compiled.',
      async () => {
        const engine = new Engine();
        const bytes = padded(KNOWN_BYTES);
        await engine.compileModule(bytes);
        return async(() => engine.compileModule(bytes), {
          setup: () => undefined,
          teardown: (_, module) => module.dispose(),
        });
      },
    ),
    throughput: { bytes: KNOWN_BYTES },
  },
];

const values = [
  nodeSide('values', 'bytes_1mib', 'A component returns the 1 MiB of list<u8> that it receives.', async () => {
    const bytes = new Uint8Array(MiB).fill(7);
    const component = await compiled(echo);
    return syncRoutine(component.instantiateSync<Echo>({ limits }), (exports) => () => exports.bytes(bytes));
  }),
  nodeSide('values', 'copy_twice_1mib', 'JavaScript copies 1 MiB into a new buffer, and that into another.', () => {
    const source = new Uint8Array(MiB).fill(7);
    return sync(() => source.slice().slice());
  }),
  nodeSide('values', 'overwrite_twice_1mib', 'JavaScript copies 1 MiB into two existing buffers.', () => {
    const [source, first, second] = [new Uint8Array(MiB).fill(7), new Uint8Array(MiB), new Uint8Array(MiB)] as const;
    return sync(() => {
      first.set(source);
      second.set(first);
      return second;
    });
  }),
  nodeSide('values', 'bytes_16', 'A component returns the 16 bytes of list<u8> that it receives.', async () => {
    const bytes = new Uint8Array(16).fill(7);
    const component = await compiled(echo);
    return syncRoutine(component.instantiateSync<Echo>({ limits }), (exports) => () => exports.bytes(bytes));
  }),
  nodeSide('values', 'string_16', 'A component returns the string of 16 characters that it receives.', async () => {
    const component = await compiled(echo);
    return syncRoutine(
      component.instantiateSync<Echo>({ limits }),
      ({ text }) =>
        () =>
          text('0123456789abcdef'),
    );
  }),
];

interface Greeter {
  readonly greet: (name: string) => string;
}

const guests = [
  nodeSide(
    'guests',
    'javascript_greet',
    'A component written in JavaScript, with an embedded engine, greets by name.',
    async () => {
      const component = await new Engine().compileComponent(await javaScript());
      const limits = { memoryBytes: 512 * MiB };
      return syncRoutine(
        component.instantiateSync<Greeter>({ limits }),
        ({ greet }) =>
          () =>
            greet('world'),
      );
    },
  ),
];

const id = (path: string): string => `node_api/${path}`;

function ratio(
  path: string,
  description: string,
  [more, less]: readonly [string, string],
  max: number,
): DerivedDefinition {
  return {
    id: id(path),
    description,
    unit: 'ratio',
    inputs: [id(more), id(less)],
    compute: (of) => of(id(more)).typicalNs / of(id(less)).typicalNs,
    target: { comparison: '<=', value: max },
  };
}

const asyncParts = ['async_core_add', 'raw_async_core_add', 'empty_function', 'await_settled'].map(
  (name) => `call/${name}`,
);

const suite: Suite = {
  category: 'node_api',
  isDefault: false,
  versions,
  benchmarks: [
    ...calls,
    ...asyncCalls,
    ...hostCalls,
    ...eventLoop,
    ...fairness,
    ...instantiations,
    ...compilations,
    ...values,
    ...guests,
  ],
  derived: [
    {
      id: id('call/core_conversion'),
      description: 'Time of a core call from JavaScript, less the call in Rust and an empty call into the addon.',
      unit: 'ns',
      inputs: ['call/sync_core_add', 'call/raw_core_add', 'call/empty_function'].map(id),
      compute: (of) =>
        of(id('call/sync_core_add')).typicalNs -
        of(id('call/raw_core_add')).typicalNs -
        of(id('call/empty_function')).typicalNs,
      target: { comparison: '<=', value: 40 },
    },
    {
      id: id('call/async_overhead'),
      description:
        'Time of a short asynchronous call, less the call on a fiber in Rust, an empty call into the addon and an await.',
      unit: 'ns',
      inputs: asyncParts.map(id),
      compute: (of) => {
        const [whole = 0, ...parts] = asyncParts.map((part) => of(id(part)).typicalNs);
        return parts.reduce((left, part) => left - part, whole);
      },
      target: { comparison: '<=', value: 500 },
    },
    {
      id: id('call/hop_ratio'),
      description: 'A short asynchronous call offloaded from the start, against one that is not offloaded.',
      unit: 'ratio',
      inputs: ['call/async_core_add_hopping', 'call/async_core_add'].map(id),
      compute: (of) => of(id('call/async_core_add_hopping')).typicalNs / of(id('call/async_core_add')).typicalNs,
      target: { comparison: '>=', value: 10 },
    },
    ...['fuel', 'epoch'].map((kind) => ({
      id: id(`event_loop/on_time_beside_${kind}_guest`),
      description: `Share of the timers of 5 ms that fire beside an endless guest, in time slices by ${kind}.`,
      unit: 'percent' as const,
      inputs: ['event_loop/timer_5ms', `event_loop/timer_5ms_beside_${kind}_guest`].map(id),
      compute: (of: (input: string) => { typicalNs: number }) =>
        (100 * of(id('event_loop/timer_5ms')).typicalNs) /
        of(id(`event_loop/timer_5ms_beside_${kind}_guest`)).typicalNs,
      target: { comparison: '>=', value: 80 } as const,
    })),
    {
      id: id('fairness/slices_waited'),
      description: `Time slices waited by a call of one and a half slices beside fifty endless guests on ${THREADS} thread(s).`,
      unit: 'count',
      inputs: ['fairness/beside_50_guests', 'fairness/slice'].map(id),
      compute: (of) => of(id('fairness/beside_50_guests')).typicalNs / of(id('fairness/slice')).typicalNs,
      target: { comparison: '<', value: GUESTS / THREADS + 2 },
    },
    ratio(
      'call/component_ratio',
      "A component call from JavaScript against Wasmtime's dynamic call in Rust.",
      ['call/sync_component_add', 'call/raw_component_add'],
      2,
    ),
    ratio(
      'instantiate/ratio',
      'Pre-linked instantiation from JavaScript against the same in Rust.',
      ['instantiate/sync_prelinked', 'instantiate/raw_prelinked'],
      2,
    ),
    {
      id: id('compile/known_speed'),
      description: 'Speed of recognizing a known binary from JavaScript: its copy and its hash.',
      unit: 'GB/s',
      inputs: [id('compile/known_8mib')],
      compute: (of) => KNOWN_BYTES / of(id('compile/known_8mib')).typicalNs,
      target: { comparison: '>=', value: 1 },
    },
    ratio(
      'values/bytes_ratio',
      '1 MiB of list<u8> returned, against copying it into two new buffers in JavaScript.',
      ['values/bytes_1mib', 'values/copy_twice_1mib'],
      4,
    ),
  ],
};

export default suite;
