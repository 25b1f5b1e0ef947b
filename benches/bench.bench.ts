// Suite `bench`: the overhead of measuring, and the time of the analysis.
import { compare } from '../src/baseline/compare.js';
import { analyze } from '../src/bench/analyze.js';
import { async, custom, sync } from '../src/bench/suite/routine.js';
import type { Routine, Suite } from '../src/bench/suite/definition.js';
import { DEFAULT_OPTIONS } from '../src/bench/options.js';
import { defineSuite } from '../src/bench/suite/define.js';
import type { Sample } from '../src/bench/sampling/sample.js';

/** Maximum time per iteration of an empty synchronous function. */
const MAX_NS = 3;

const nothing = (): undefined => undefined;

/** The minimal loop in JavaScript: calls the function and discards its result. */
function byHand(): Routine {
  return custom((iterations) => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < iterations; i++) nothing();
    return process.hrtime.bigint() - start;
  });
}

/** A linear sample: 10, 20, … 300 iterations of about 100 ns. */
function sampleOf(extraNs: number): Sample {
  const iterations = Array.from({ length: 30 }, (_, i) => 10 * (i + 1));
  const timesNs = iterations.map((count, i) => count * (100 + extraNs + Math.sin(7 * i)));
  return { mode: 'linear', iterations, timesNs };
}

function analysis(): Routine {
  const [before, after] = [sampleOf(0), sampleOf(1)];
  return sync(() => [
    analyze(after, DEFAULT_OPTIONS, 'after'),
    compare(after, { name: 'before', sample: before }, DEFAULT_OPTIONS, 'after'),
  ]);
}

const suite: Suite = defineSuite({
  category: 'bench',
  isDefault: false,
  benchmarks: [
    {
      group: 'bench/overhead',
      function: 'by_hand',
      description: 'A loop written by hand calls an empty function.',
      setup: byHand,
    },
    {
      group: 'bench/overhead',
      function: 'sync',
      description: 'A synchronous routine of an empty function.',
      target: { ns: MAX_NS, reference: 'an iteration of an empty function costs under 3 ns' },
      setup: () => sync(nothing),
    },
    {
      group: 'bench/overhead',
      function: 'sync_prepared',
      description: 'The same with a separate input for each iteration, and clean-up.',
      setup: () => sync((input: number) => input, { setup: () => 7, teardown: () => undefined }),
    },
    {
      group: 'bench/overhead',
      function: 'sync_prepared_per_batch',
      description: 'The same with one input for each batch.',
      setup: () => sync((input: number) => input, { setup: () => 7, per: 'batch' }),
    },
    {
      group: 'bench/overhead',
      function: 'async',
      description: 'An asynchronous routine of an empty function: the cost of an await.',
      setup: () => async(nothing),
    },
    {
      group: 'bench/analysis',
      function: 'complete',
      description: 'All estimates of 30 samples and a comparison, with 100,000 resamples each.',
      target: { ns: 0.5e9, reference: 'analysis of a benchmark in under half a second' },
      setup: analysis,
    },
  ],
  derived: [
    {
      id: 'bench/overhead/added',
      description: 'Time per iteration that a synchronous routine adds to the loop written by hand.',
      unit: 'ns',
      inputs: ['bench/overhead/sync', 'bench/overhead/by_hand'],
      compute: (of) => of('bench/overhead/sync').typicalNs - of('bench/overhead/by_hand').typicalNs,
      target: { comparison: '<', value: MAX_NS },
    },
    {
      id: 'bench/overhead/await_ratio',
      description: 'An await against a synchronous call, both of an empty function.',
      unit: 'ratio',
      inputs: ['bench/overhead/async', 'bench/overhead/sync'],
      compute: (of) => of('bench/overhead/async').typicalNs / of('bench/overhead/sync').typicalNs,
    },
  ],
});

export default suite;
