import type { BenchmarkDefinition, Derived, Suite } from '../src/bench/suite/definition.js';
import { algorithms, arithmetic, assemblyScript, calculator, minimal } from './guests.js';
import { versions } from './versions.js';
import { type Ingredients, settings, workload } from './workload.js';

interface Row {
  readonly name: string;
  readonly description: string;
  readonly ingredients: Ingredients;
}

function engineSide(group: string, rows: readonly Row[]): BenchmarkDefinition[] {
  return rows.map(({ name, description, ingredients }) => ({
    group,
    function: name,
    description,
    side: 'engine',
    settings: ingredients.kind.startsWith('native_') ? {} : settings(ingredients.engine, ingredients.unmetered),
    setup: (context) => workload(ingredients, context),
  }));
}

const sum = { function: 'add', args: [42, 42] };
const component = { source: minimal, isComponent: true, ...sum };
const core = { source: arithmetic, ...sum };

const overhead = engineSide('execution/minimal_overhead', [
  {
    name: 'native_add',
    description: '42 + 42 in Rust, behind an opaque pointer.',
    ingredients: { kind: 'native_add', ...sum },
  },
  {
    name: 'wasm_add',
    description: 'The call of a component that adds 42 and 42.',
    ingredients: { kind: 'call', ...component },
  },
  {
    name: 'wasm_add_core',
    description: 'The call of a core module that adds 42 and 42.',
    ingredients: { kind: 'call', ...core },
  },
  {
    name: 'raw_add',
    description: "The component's call by Wasmtime's dynamic values.",
    ingredients: { kind: 'raw_call', ...component },
  },
  {
    name: 'raw_add_core',
    description: "The core module's call by Wasmtime's call_unchecked.",
    ingredients: { kind: 'raw_call', ...core },
  },
]);

const fibonacci = (n: number): Pick<Ingredients, 'source' | 'function' | 'args'> => ({
  source: calculator,
  function: 'fib',
  args: [n],
});

const compute = engineSide('execution/compute_heavy', [
  ...[10, 20, 30].flatMap((n) => [
    {
      name: `fib_${n}`,
      description: `Fibonacci number ${n} by iteration in a guest.`,
      ingredients: { kind: 'call', ...fibonacci(n) },
    },
    {
      name: `native_fib_${n}`,
      description: `Fibonacci number ${n} by the same loop in Rust.`,
      ingredients: { kind: 'native_fib', ...fibonacci(n) },
    },
  ]),
  {
    name: 'fib_1m',
    description: 'A million steps, metered by fuel: long enough that the call no longer counts.',
    ingredients: { kind: 'call', ...fibonacci(1e6) },
  },
  {
    name: 'fib_1m_unmetered',
    description: 'A million steps, unmetered.',
    ingredients: { kind: 'call', unmetered: true, ...fibonacci(1e6) },
  },
  {
    name: 'raw_fib_1m',
    description: 'A million steps on bare Wasmtime, metered by fuel.',
    ingredients: { kind: 'raw_call', ...fibonacci(1e6) },
  },
  {
    name: 'raw_fib_1m_unmetered',
    description: 'A million steps on bare Wasmtime, unmetered.',
    ingredients: { kind: 'raw_call', unmetered: true, ...fibonacci(1e6) },
  },
  {
    name: 'native_fib_1m',
    description: 'A million steps in Rust.',
    ingredients: { kind: 'native_fib', ...fibonacci(1e6) },
  },
]);

const STORES = 10_000;
const filling = { function: 'fill', args: [STORES] };

const memory = engineSide('execution/memory_intensive', [
  {
    name: 'fill_memory',
    description: '10,000 stores of an i32 in a guest.',
    ingredients: { kind: 'call', source: calculator, ...filling },
  },
  {
    name: 'native_fill_scalar',
    description: 'The same stores one by one in Rust.',
    ingredients: { kind: 'native_fill_scalar', ...filling },
  },
  {
    name: 'native_fill_vectorised',
    description: 'The same stores as the Rust compiler joins them.',
    ingredients: { kind: 'native_fill_vectorised', ...filling },
  },
]).map((benchmark) => Object.assign(benchmark, { throughput: { bytes: STORES * 4 } }));

const realPrograms = engineSide('execution/real_programs', [
  {
    name: 'c_sha256',
    description: 'SHA-256 in C by clang, a chain of 1,000, metered by fuel.',
    ingredients: { kind: 'call', source: algorithms, function: 'sha256_chain', args: [1_000] },
  },
  {
    name: 'assemblyscript_primes',
    description: 'A sieve of 10,000 in AssemblyScript, on its garbage-collected heap, metered by fuel.',
    ingredients: { kind: 'call', source: assemblyScript, function: 'countPrimes', args: [10_000] },
  },
]);

const boundary = engineSide('execution/async_boundary', [
  {
    name: 'sync_fib_50k',
    description: '50,000 steps in a guest, called synchronously.',
    ingredients: { kind: 'call', ...fibonacci(50_000) },
  },
  {
    name: 'async_fib_50k',
    description: 'The same on the asynchronous way: on a stack of its own, in slices.',
    ingredients: { kind: 'async_call', ...fibonacci(50_000) },
  },
  {
    name: 'sync_add_core',
    description: 'A core module adds 42 and 42, called synchronously.',
    ingredients: { kind: 'call', ...core },
  },
  {
    name: 'async_add_core',
    description: 'The same on the asynchronous way.',
    ingredients: { kind: 'async_call', ...core },
  },
  {
    name: 'raw_async_add_core',
    description: "The same by Wasmtime's own call on a fiber.",
    ingredients: { kind: 'raw_async_call', ...core },
  },
]);

/** How fast `faster` makes `slower` look: the share of its speed that the other reaches, in percent. */
function share(
  id: string,
  slower: string,
  faster: string,
  description: string,
  target?: number,
  reference?: string,
): Derived {
  return {
    id,
    description,
    unit: 'percent',
    inputs: [slower, faster],
    compute: (of) => (100 * of(faster).typicalNs) / of(slower).typicalNs,
    ...(target !== undefined && { target: { comparison: '>=', value: target } }),
    ...(reference !== undefined && { reference }),
  };
}

const heavy = (name: string): string => `execution/compute_heavy/${name}`;
const intensive = (name: string): string => `execution/memory_intensive/${name}`;

const derived: readonly Derived[] = [
  {
    id: 'execution/minimal_overhead/call_cost',
    description: 'What the call of a core function costs beside the addition: wasm_add_core less native_add.',
    unit: 'ns',
    inputs: ['execution/minimal_overhead/wasm_add_core', 'execution/minimal_overhead/native_add'],
    compute: (of) =>
      of('execution/minimal_overhead/wasm_add_core').typicalNs - of('execution/minimal_overhead/native_add').typicalNs,
    target: { comparison: '<', value: 100 },
    reference: 'function call overhead < 100 ns',
  },
  share(
    heavy('of_raw_engine'),
    heavy('fib_1m'),
    heavy('raw_fib_1m'),
    'Speed of fib_1m against bare Wasmtime, both metered by fuel.',
    98,
  ),
  share(
    heavy('of_raw_engine_unmetered'),
    heavy('fib_1m_unmetered'),
    heavy('raw_fib_1m_unmetered'),
    'Speed of fib_1m against bare Wasmtime, both unmetered.',
    98,
  ),
  share(heavy('of_native'), heavy('fib_1m'), heavy('native_fib_1m'), 'Speed of fib_1m, metered by fuel, against Rust.'),
  share(
    heavy('of_native_unmetered'),
    heavy('fib_1m_unmetered'),
    heavy('native_fib_1m'),
    'Speed of fib_1m, unmetered, against Rust.',
    95,
    'near-native execution (95–98 %)',
  ),
  share(
    intensive('of_native_scalar'),
    intensive('fill_memory'),
    intensive('native_fill_scalar'),
    'Speed of fill_memory, metered by fuel, against Rust storing one by one.',
  ),
  share(
    intensive('of_native_vectorised'),
    intensive('fill_memory'),
    intensive('native_fill_vectorised'),
    'Speed of fill_memory, metered by fuel, against Rust vectorised.',
  ),
  share(
    'execution/async_boundary/of_sync',
    'execution/async_boundary/async_fib_50k',
    'execution/async_boundary/sync_fib_50k',
    'Speed of a call of some 0.1 ms on the asynchronous way against the synchronous one.',
    95,
    'async overhead < 5 %',
  ),
];

const suite: Suite = {
  category: 'execution',
  isDefault: true,
  versions,
  benchmarks: [...overhead, ...compute, ...memory, ...realPrograms, ...boundary],
  derived,
};

export default suite;
