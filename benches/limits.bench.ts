import type { BenchmarkDefinition, Derived, Suite } from '../src/bench/suite/definition.js';
import { algorithms, calculator } from './guests.js';
import { versions } from './versions.js';
import { type Ingredients, settings, workload } from './workload.js';

const work = {
  loop: {
    description: 'A loop of four instructions, a million times',
    source: calculator,
    function: 'fib',
    args: [1_000_000],
  },
  c_guest: {
    description: 'SHA-256 in C, a chain of 1,000',
    source: algorithms,
    function: 'sha256_chain',
    args: [1_000],
  },
} as const;

type Name = keyof typeof work;

interface Mechanism {
  readonly group: string;
  readonly name: string;
  readonly description: string;
  readonly engine?: Ingredients['engine'];
  readonly unmetered?: boolean;
  readonly timeoutMs?: number;
}

const off = (group: string): Mechanism => ({ group, name: 'off', description: 'without any limit', unmetered: true });

const mechanisms: readonly Mechanism[] = [
  off('fuel_overhead'),
  { group: 'fuel_overhead', name: 'on', description: 'counting fuel' },
  off('epoch_overhead'),
  { group: 'epoch_overhead', name: 'on', description: 'checking epochs', engine: { interruption: 'epoch' } },
  {
    group: 'epoch_overhead',
    name: 'both',
    description: 'counting fuel and checking epochs',
    engine: { interruption: 'both' },
  },
  { group: 'timeout_overhead', name: 'off', description: 'counting fuel' },
  { group: 'timeout_overhead', name: 'on', description: 'counting fuel, with a timeout', timeoutMs: 60_000 },
  { group: 'trap_mode', name: 'signals', description: 'with traps by signals', unmetered: true },
  {
    group: 'trap_mode',
    name: 'explicit',
    description: 'with explicit traps',
    engine: { traps: 'explicit' },
    unmetered: true,
  },
];

const unlimitedTime = { fuel: { memoryBytes: 1 << 24 }, epoch: { memoryBytes: 1 << 24, timeoutMs: null } };

function limits({ engine, timeoutMs }: Mechanism): NonNullable<Ingredients['limits']> {
  if (timeoutMs !== undefined) return { ...unlimitedTime.fuel, timeoutMs };
  return engine?.interruption === undefined ? unlimitedTime.fuel : unlimitedTime.epoch;
}

const benchmarks: readonly BenchmarkDefinition[] = mechanisms.flatMap((mechanism) =>
  (Object.keys(work) as Name[]).map((name) => {
    const { description, source, args } = work[name];
    const { group, engine, unmetered = false } = mechanism;
    return {
      group: `limits/${group}`,
      function: `${name}_${mechanism.name}`,
      description: `${description}, ${mechanism.description}.`,
      side: 'engine',
      settings: settings(engine, unmetered),
      setup: (context) =>
        workload(
          {
            kind: 'call',
            source,
            function: work[name].function,
            args: [...args],
            unmetered,
            limits: limits(mechanism),
            ...(engine && { engine }),
          },
          context,
        ),
    } as const;
  }),
);

function ratio(group: string, name: Name, on: string, base: string, reference?: string, most?: number): Derived {
  const [more, less] = [`limits/${group}/${name}_${on}`, `limits/${group}/${name}_${base}`];
  return {
    id: `limits/${group}/${name}_${on}_ratio`,
    description: `Time of ${name}_${on} against ${name}_${base}.`,
    unit: 'ratio',
    inputs: [more, less],
    compute: (of) => of(more).typicalNs / of(less).typicalNs,
    ...(most !== undefined && { target: { comparison: '<=', value: most } }),
    ...(reference !== undefined && { reference }),
  };
}

const suite: Suite = {
  category: 'limits',
  isDefault: false,
  versions,
  benchmarks,
  derived: (Object.keys(work) as Name[]).flatMap((name) => [
    ratio('fuel_overhead', name, 'on', 'off', 'fuel metering ~1 % overhead'),
    ratio('epoch_overhead', name, 'on', 'off'),
    ratio('epoch_overhead', name, 'both', 'off'),
    ratio('timeout_overhead', name, 'on', 'off', undefined, name === 'c_guest' ? 1.05 : undefined),
    ratio('trap_mode', name, 'explicit', 'signals'),
  ]),
};

export default suite;
