import type { BenchmarkDefinition, Derived, Suite } from '../src/bench/suite/definition.js';
import { arithmetic, calculator, divider, dividerWithMemory } from './guests.js';
import { versions } from './versions.js';
import { type Ingredients, settings, workload } from './workload.js';

/** Traps by explicit checks, without backtraces: the settings for guests that are expected to trap. */
const explicit = { traps: 'explicit', backtraceFrames: 0 };

const sum = { source: arithmetic, function: 'add', args: [42, 42] };
const quotient = { source: arithmetic, function: 'div', args: [42, 2] };
const byZero = { source: arithmetic, function: 'div', args: [42, 0] };

function row(
  group: string,
  name: string,
  description: string,
  ingredients: Ingredients,
  target?: BenchmarkDefinition['target'],
): BenchmarkDefinition {
  return {
    group: `crash_handling/${group}`,
    function: name,
    description,
    side: 'engine',
    settings: settings(ingredients.engine),
    ...(target && { target }),
    setup: (context) => workload(ingredients, context),
  };
}

const cleanupTarget: BenchmarkDefinition['target'] = { kind: 'below', ns: 1_000, reference: 'cleanup < 1 µs' };
const pooling = { allocation: 'pooling', limits: { instances: 200 } };

const cleanups = (['success', 'trap'] as const).flatMap((after) => {
  const call = { function: 'div', args: after === 'trap' ? [42, 0] : [42, 2], isComponent: true };
  const kind = `cleanup_after_${after}`;
  const of = after === 'trap' ? 'whose call trapped' : 'whose call succeeded';
  return [
    row(
      'resource_cleanup',
      kind,
      `The disposal, alone, of an instance ${of}; no memory.`,
      { kind, source: divider, ...call },
      cleanupTarget,
    ),
    row('resource_cleanup', `${kind}_with_memory`, `The same with a memory from the operating system.`, {
      kind,
      source: dividerWithMemory,
      ...call,
    }),
    row('resource_cleanup', `${kind}_pooled`, `The same with a memory from the pool.`, {
      kind,
      source: dividerWithMemory,
      engine: pooling,
      ...call,
    }),
  ];
});

const id = (path: string): string => `crash_handling/${path}`;

function difference(
  path: string,
  description: string,
  [more, less]: readonly [string, string],
  reference: string,
): Derived {
  return {
    id: id(path),
    description,
    unit: 'ns',
    inputs: [id(more), id(less)],
    compute: (of) => of(id(more)).typicalNs - of(id(less)).typicalNs,
    reference,
  };
}

const suite: Suite = {
  category: 'crash_handling',
  isDefault: true,
  versions,
  benchmarks: [
    row(
      'normal_execution',
      'successful_execution',
      'A call that succeeds on a live instance, bounded by fuel.',
      { kind: 'call', ...sum },
      { kind: 'below', ns: 10_000, reference: 'successful execution 1–10 µs' },
    ),
    row('normal_execution', 'raw_execution', 'Its twin on bare Wasmtime: refuel, call_unchecked.', {
      kind: 'raw_call',
      count: 1,
      ...sum,
    }),
    row(
      'trap_detection',
      'trap_categorization',
      'A division by zero until the typed error is in hand, by explicit traps.',
      { kind: 'trap', engine: explicit, ...byZero },
    ),
    row('trap_detection', 'success_call', 'The same division by two, which the trap is held against.', {
      kind: 'call',
      engine: explicit,
      ...quotient,
    }),
    row(
      'trap_detection',
      'trap_categorization_signals',
      'The division by zero on an engine as it comes: by signals, with a backtrace.',
      { kind: 'trap', ...byZero },
    ),
    ...cleanups,
    row(
      'recovery_latency',
      'recovery_after_crash',
      'A trap, disposal, a new instance, and a call that succeeds.',
      { kind: 'recovery', source: divider, function: 'div', args: [42, 0], isComponent: true },
      { kind: 'below', ns: 10e6, reference: 'recovery < 10 ms' },
    ),
    row(
      'fuel_exhaustion',
      'fuel_trap_handling',
      'An endless loop with a fuel of 1,000 until OUT_OF_FUEL is in hand, by explicit traps.',
      {
        kind: 'trap',
        source: calculator,
        function: 'infinite',
        args: [],
        engine: explicit,
        limits: { memoryBytes: 1 << 20, fuel: 1_000n },
      },
    ),
  ],
  derived: [
    {
      id: id('normal_execution/of_raw'),
      description: 'Time of a successful call against its twin on bare Wasmtime.',
      unit: 'ratio',
      inputs: [id('normal_execution/successful_execution'), id('normal_execution/raw_execution')],
      compute: (of) =>
        of(id('normal_execution/successful_execution')).typicalNs / of(id('normal_execution/raw_execution')).typicalNs,
      target: { comparison: '<=', value: 1.05 },
      reference: 'zero StoreWrapper overhead',
    },
    Object.assign(
      difference(
        'trap_detection/trap_cost',
        'What a trap adds to a call: trap_categorization less success_call.',
        ['trap_detection/trap_categorization', 'trap_detection/success_call'],
        'trap detection ~100 ns',
      ),
      { target: { comparison: '<=', value: 100 } as const },
    ),
    difference(
      'trap_detection/trap_cost_signals',
      'The same by signals, with a backtrace.',
      ['trap_detection/trap_categorization_signals', 'trap_detection/success_call'],
      'trap detection ~100 ns',
    ),
  ],
};

export default suite;
