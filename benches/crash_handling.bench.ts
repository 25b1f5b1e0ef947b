// Suite `crash_handling`: traps, cleanup and recovery.
import type { BenchmarkDefinition, DerivedDefinition, Suite } from '../src/bench/suite/definition.js';
import { arithmetic, calculator, divider, dividerWithMemory } from './guests.js';
import { versions } from './versions.js';
import { type WorkloadConfig, settings, workload } from './workload.js';

/** Engine options for guests that trap often: explicit trap checks, no backtraces. */
const explicit = { traps: 'explicit', backtraceFrames: 0 };

const sum = { source: arithmetic, function: 'add', args: [42, 42] };
const quotient = { source: arithmetic, function: 'div', args: [42, 2] };
const byZero = { source: arithmetic, function: 'div', args: [42, 0] };

function row(
  group: string,
  name: string,
  description: string,
  config: WorkloadConfig,
  target?: BenchmarkDefinition['target'],
): BenchmarkDefinition {
  return {
    group: `crash_handling/${group}`,
    function: name,
    description,
    side: 'engine',
    settings: settings(config.engine),
    ...(target && { target }),
    setup: (context) => workload(config, context),
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
      `Only the disposal of an instance ${of}; without memory.`,
      { kind, source: divider, ...call },
      cleanupTarget,
    ),
    row('resource_cleanup', `${kind}_with_memory`, 'The same with a memory from the operating system.', {
      kind,
      source: dividerWithMemory,
      ...call,
    }),
    row('resource_cleanup', `${kind}_pooled`, 'The same with a memory from the pool.', {
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
): DerivedDefinition {
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
      'A successful call on a live instance, limited by fuel.',
      { kind: 'call', ...sum },
      { kind: 'below', ns: 10_000, reference: 'successful execution 1–10 µs' },
    ),
    row('normal_execution', 'raw_execution', 'The same on bare Wasmtime: refuel, call_unchecked.', {
      kind: 'raw_call',
      count: 1,
      ...sum,
    }),
    row('trap_detection', 'trap_categorization', 'A division by zero up to the typed error, with explicit traps.', {
      kind: 'trap',
      engine: explicit,
      ...byZero,
    }),
    row('trap_detection', 'success_call', 'The same function divides by two: the reference for the trap.', {
      kind: 'call',
      engine: explicit,
      ...quotient,
    }),
    row(
      'trap_detection',
      'trap_categorization_signals',
      'The division by zero on a default engine: traps by signals, with a backtrace.',
      { kind: 'trap', ...byZero },
    ),
    ...cleanups,
    row(
      'recovery_latency',
      'recovery_after_crash',
      'A trap, disposal, a new instance and a successful call.',
      { kind: 'recovery', source: divider, function: 'div', args: [42, 0], isComponent: true },
      { kind: 'below', ns: 10e6, reference: 'recovery < 10 ms' },
    ),
    row(
      'fuel_exhaustion',
      'fuel_trap_handling',
      'An endless loop with 1,000 units of fuel up to OUT_OF_FUEL, with explicit traps.',
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
      description: 'Time of a successful call against the same call on bare Wasmtime.',
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
        'Time that a trap adds to a call: trap_categorization − success_call.',
        ['trap_detection/trap_categorization', 'trap_detection/success_call'],
        'trap detection ~100 ns',
      ),
      { target: { comparison: '<=', value: 100 } as const },
    ),
    difference(
      'trap_detection/trap_cost_signals',
      'The same with signals and a backtrace.',
      ['trap_detection/trap_categorization_signals', 'trap_detection/success_call'],
      'trap detection ~100 ns',
    ),
  ],
};

export default suite;
