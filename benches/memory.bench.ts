import type { BenchmarkDefinition, Derived, Suite } from '../src/bench/suite/definition.js';
import type { ExactMetrics } from '../src/bench/exact-metrics.js';
import { KiB, MiB } from '../src/runtime/units.js';
import { grower, minimal, withMemory } from './guests.js';
import { versions } from './versions.js';
import type { Prepared } from '../src/measure/workload.js';
import { settings, workload } from './workload.js';

/** Live instances over which resident memory is averaged. */
const LIVE = 50;

const PAGE_BYTES = 64 * KiB;

/** Resident memory that each further live guest adds. */
function resident(workload: Prepared, held: number, guests: number): ExactMetrics {
  // The first round warms what all of them share: allocator arenas, the code's pages.
  workload.hold(1);
  const before = process.memoryUsage.rss();
  workload.hold(held);
  const after = process.memoryUsage.rss();
  workload.hold(0);
  return { residentBytesPerInstance: Math.max(0, Math.round((after - before) / guests)) };
}

const footprints = [
  ['64kb', 1],
  ['512kb', 8],
  ['1mb', 16],
  ['2mb', 32],
] as const;

const footprint: readonly BenchmarkDefinition[] = footprints.map(([name, pages]) => ({
  group: 'memory/footprint',
  function: name,
  description: `Instantiate a component with a memory of ${pages * 64} KiB.`,
  side: 'engine',
  settings: settings(),
  setup: (context) =>
    workload(
      {
        kind: 'instantiate',
        source: withMemory(pages),
        isComponent: true,
        function: 'touch',
        limits: { memoryBytes: pages * PAGE_BYTES },
      },
      context,
      (prepared) => resident(prepared, LIVE, LIVE - 1),
    ),
}));

const beyondMemory: readonly Derived[] = footprints.map(([name, pages]) => ({
  id: `memory/footprint/${name}_beyond_memory`,
  description: `Resident bytes of a live instance beyond its linear memory of ${pages * 64} KiB, over ${LIVE} live ones that wrote to all of it.`,
  unit: 'bytes',
  inputs: [`memory/footprint/${name}`],
  compute: (of) => Number(of(`memory/footprint/${name}`).metrics['residentBytesPerInstance']) - pages * PAGE_BYTES,
  target: { comparison: '<', value: 512 * KiB },
  reference: 'memory per component < 512 KB',
}));

const concurrent = [1, 10, 50] as const;

const scaling: readonly BenchmarkDefinition[] = concurrent.map((count) => ({
  group: 'memory/scaling',
  function: `${count}_components`,
  description: `Compile and instantiate ${count} of the smallest component on all processors at once, all alive at the end.`,
  side: 'engine',
  settings: settings(),
  throughput: { elements: count },
  setup: (context) =>
    workload({ kind: 'load_concurrently', source: minimal, isComponent: true, count }, context, (prepared) =>
      resident(prepared, 3, 2 * count),
    ),
}));

const marginal: Derived = {
  id: 'memory/scaling/marginal_cost',
  description: 'Time of each component from 10 to 50, against each from 1 to 10.',
  unit: 'percent',
  inputs: concurrent.map((count) => `memory/scaling/${count}_components`),
  compute: (of) => {
    const [one, ten, fifty] = concurrent.map((count) => of(`memory/scaling/${count}_components`).typicalNs) as [
      number,
      number,
      number,
    ];
    return 100 * ((fifty - ten) / 40 / ((ten - one) / 9) - 1);
  },
  target: { comparison: '<=', value: 6 },
  reference: 'linear scaling, 6 % overhead',
};

const limitEnforcement: readonly BenchmarkDefinition[] = [
  {
    group: 'memory/limit_enforcement',
    function: 'memory_grow_within_limit',
    description: 'A guest grows its memory by one page in a bare store with the limiter.',
    side: 'engine',
    settings: settings(),
    setup: (context) =>
      workload(
        {
          kind: 'grow_within_limit',
          source: grower,
          function: 'grow',
          args: [1],
          limits: { memoryBytes: 128 * MiB },
        },
        context,
      ),
  },
  {
    group: 'memory/limit_enforcement',
    function: 'memory_grow_unlimited',
    description: 'The same without the limiter.',
    side: 'engine',
    settings: settings(),
    setup: (context) => workload({ kind: 'grow_unlimited', source: grower, function: 'grow', args: [1] }, context),
  },
];

const limiter: Derived = {
  id: 'memory/limit_enforcement/limiter_cost',
  description: 'What the limit adds to one growth: memory_grow_within_limit less memory_grow_unlimited.',
  unit: 'ns',
  inputs: ['memory/limit_enforcement/memory_grow_within_limit', 'memory/limit_enforcement/memory_grow_unlimited'],
  compute: (of) =>
    of('memory/limit_enforcement/memory_grow_within_limit').typicalNs -
    of('memory/limit_enforcement/memory_grow_unlimited').typicalNs,
  target: { comparison: '<', value: 50 },
  reference: 'limit enforcement < 50 ns per check',
};

const sequential: readonly BenchmarkDefinition[] = [1, 5, 10, 25, 50].map((count) => ({
  group: 'memory/linear_scaling',
  function: `${count}_sequential`,
  description: `Compile and instantiate ${count} of the smallest component one after another, all alive at the end.`,
  side: 'engine',
  settings: settings(),
  throughput: { elements: count },
  setup: (context) => workload({ kind: 'load_sequentially', source: minimal, isComponent: true, count }, context),
}));

const perComponent: Derived = {
  id: 'memory/linear_scaling/per_component',
  description: 'Time per component of 50 against 1.',
  unit: 'ratio',
  inputs: ['memory/linear_scaling/1_sequential', 'memory/linear_scaling/50_sequential'],
  compute: (of) =>
    of('memory/linear_scaling/50_sequential').typicalNs / 50 / of('memory/linear_scaling/1_sequential').typicalNs,
  reference: 'constant time per component',
};

const suite: Suite = {
  category: 'memory',
  isDefault: true,
  versions,
  benchmarks: [...footprint, ...scaling, ...limitEnforcement, ...sequential],
  derived: [...beyondMemory, marginal, limiter, perComponent],
};

export default suite;
