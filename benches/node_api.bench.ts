/** What does a Node service pay? The loops run in JavaScript, through the public API; their yardsticks beside them. */

import type { Batch, BenchmarkDefinition, Derived, Suite } from '../src/bench/index.js';
import { async, sync } from '../src/bench/index.js';
import { type Component, Engine, MiB, type SyncInstance } from '../src/index.js';
import { native } from '../src/native.js';
import { arithmetic, echo, javaScript, minimal, padded } from './guests.js';
import { versions } from './versions.js';
import { type Ingredients, settings, workload } from './workload.js';

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

/** A loop over an instance, which is disposed of at the end. */
function over<E>(instance: SyncInstance<E>, body: (exports: E) => () => unknown): Batch {
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

function engineSide(group: string, name: string, description: string, ingredients: Ingredients): BenchmarkDefinition {
  return {
    group: `node_api/${group}`,
    function: name,
    description,
    side: 'engine',
    settings: settings(),
    setup: () => workload(ingredients),
  };
}

const sum = { function: 'add', args: [42, 42] };

/** Node's own WebAssembly, as much of it as is needed here; its types come with the DOM's only. */
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
    return over(
      module.instantiateSync<Adder>({ limits }),
      ({ add }) =>
        () =>
          add(42, 42),
    );
  }),
  nodeSide('call', 'sync_component_add', 'A component adds 42 and 42.', async () => {
    const component = await compiled(minimal);
    return over(
      component.instantiateSync<Adder>({ limits }),
      ({ add }) =>
        () =>
          add(42, 42),
    );
  }),
  nodeSide('call', 'empty_function', 'A function of the addon that does nothing.', () => {
    const empty = native.emptyFunction();
    return sync(() => empty());
  }),
  nodeSide('call', 'v8_core_add', "The same core module in Node's own WebAssembly, without limits.", () => {
    const { add } = wasmInV8();
    return sync(() => add(42, 42));
  }),
  engineSide('call', 'raw_core_add', "The core module's call by Wasmtime's call_unchecked in Rust.", {
    kind: 'raw_call',
    source: arithmetic,
    ...sum,
  }),
  engineSide('call', 'raw_component_add', "The component's call by Wasmtime's dynamic values in Rust.", {
    kind: 'raw_call',
    source: minimal,
    isComponent: true,
    ...sum,
  }),
];

const instantiations = [
  nodeSide(
    'instantiate',
    'sync_prelinked',
    'An instance of the smallest component, compiled and linked beforehand.',
    async () => {
      const component = await compiled(minimal);
      return sync(() => component.instantiateSync({ limits }), {
        setup: () => undefined,
        teardown: (_, instance) => void instance.dispose(),
      });
    },
  ),
  engineSide('instantiate', 'raw_prelinked', 'The same on bare Wasmtime in Rust.', {
    kind: 'raw_instantiate',
    source: minimal,
    isComponent: true,
  }),
];

const KNOWN_BYTES = 8 * MiB;

const compilations: readonly BenchmarkDefinition[] = [
  {
    ...nodeSide('compile', 'known_8mib', 'A binary of 8 MiB that the process has compiled before.', async () => {
      const engine = new Engine();
      const bytes = padded(KNOWN_BYTES);
      await engine.compileModule(bytes);
      return async(() => engine.compileModule(bytes), {
        setup: () => undefined,
        teardown: (_, module) => module.dispose(),
      });
    }),
    throughput: { bytes: KNOWN_BYTES },
  },
];

const values = [
  nodeSide('values', 'bytes_1mib', 'A component gives back 1 MiB of list<u8>.', async () => {
    const bytes = new Uint8Array(MiB).fill(7);
    const component = await compiled(echo);
    return over(component.instantiateSync<Echo>({ limits }), (exports) => () => exports.bytes(bytes));
  }),
  nodeSide('values', 'copy_twice_1mib', 'JavaScript copies 1 MiB into a new buffer and on into another.', () => {
    const source = new Uint8Array(MiB).fill(7);
    return sync(() => source.slice().slice());
  }),
  nodeSide('values', 'overwrite_twice_1mib', 'JavaScript copies 1 MiB into two buffers that are there.', () => {
    const [source, first, second] = [new Uint8Array(MiB).fill(7), new Uint8Array(MiB), new Uint8Array(MiB)] as const;
    return sync(() => {
      first.set(source);
      second.set(first);
      return second;
    });
  }),
  nodeSide('values', 'bytes_16', 'A component gives back 16 bytes of list<u8>.', async () => {
    const bytes = new Uint8Array(16).fill(7);
    const component = await compiled(echo);
    return over(component.instantiateSync<Echo>({ limits }), (exports) => () => exports.bytes(bytes));
  }),
  nodeSide('values', 'string_16', 'A component gives back a string of 16 characters.', async () => {
    const component = await compiled(echo);
    return over(
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
    'A component written in JavaScript, with its engine inside, greets by name.',
    async () => {
      const component = await new Engine().compileComponent(await javaScript());
      const limits = { memoryBytes: 512 * MiB };
      return over(
        component.instantiateSync<Greeter>({ limits }),
        ({ greet }) =>
          () =>
            greet('world'),
      );
    },
  ),
];

const id = (path: string): string => `node_api/${path}`;

function ratio(path: string, description: string, [more, less]: readonly [string, string], most: number): Derived {
  return {
    id: id(path),
    description,
    unit: 'ratio',
    inputs: [id(more), id(less)],
    compute: (of) => of(id(more)).typicalNs / of(id(less)).typicalNs,
    target: { comparison: '<=', value: most },
  };
}

const suite: Suite = {
  category: 'node_api',
  isDefault: false,
  versions,
  benchmarks: [...calls, ...instantiations, ...compilations, ...values, ...guests],
  derived: [
    {
      id: id('call/core_conversion'),
      description: 'What a core call from JavaScript costs beside the call in Rust and an empty call into the addon.',
      unit: 'ns',
      inputs: ['call/sync_core_add', 'call/raw_core_add', 'call/empty_function'].map(id),
      compute: (of) =>
        of(id('call/sync_core_add')).typicalNs -
        of(id('call/raw_core_add')).typicalNs -
        of(id('call/empty_function')).typicalNs,
      target: { comparison: '<=', value: 40 },
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
      description: 'How fast a known binary is told from any other: its copy and its hash, from JavaScript.',
      unit: 'GB/s',
      inputs: [id('compile/known_8mib')],
      compute: (of) => KNOWN_BYTES / of(id('compile/known_8mib')).typicalNs,
      target: { comparison: '>=', value: 1 },
    },
    ratio(
      'values/bytes_ratio',
      '1 MiB of list<u8> given back, against copying it into two new buffers in JavaScript.',
      ['values/bytes_1mib', 'values/copy_twice_1mib'],
      4,
    ),
  ],
};

export default suite;
