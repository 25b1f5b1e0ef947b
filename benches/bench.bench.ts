/** What does measuring cost by itself? The loops over functions that do nothing, beside one that is written by hand. */

import { async, type Batch, defineSuite, native, type Suite, sync } from '../src/bench/index.js';

/** What an empty synchronous function may cost an iteration. */
const MOST_NS = 3;

const nothing = (): undefined => undefined;

/** The least that a loop in JavaScript can do: it calls, and drops what is returned. */
function byHand(): Batch {
  return native((iterations) => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < iterations; i++) nothing();
    return process.hrtime.bigint() - start;
  });
}

const suite: Suite = defineSuite({
  category: 'bench',
  isDefault: false,
  benchmarks: [
    {
      group: 'bench/overhead',
      function: 'by_hand',
      description: 'A loop that is written by hand calls a function that does nothing.',
      setup: byHand,
    },
    {
      group: 'bench/overhead',
      function: 'sync',
      description: 'A synchronous batch of a function that does nothing.',
      target: { ns: MOST_NS, reference: 'an iteration of an empty function costs under 3 ns' },
      setup: () => sync(nothing),
    },
    {
      group: 'bench/overhead',
      function: 'sync_prepared',
      description: 'The same with an input of its own for each iteration, and clean-up.',
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
      description: 'An asynchronous batch of a function that does nothing: what an await costs.',
      setup: () => async(nothing),
    },
  ],
  derived: [
    {
      id: 'bench/overhead/added',
      description: 'What a synchronous batch adds to the loop by hand, an iteration.',
      unit: 'ns',
      inputs: ['bench/overhead/sync', 'bench/overhead/by_hand'],
      compute: (of) => of('bench/overhead/sync').typicalNs - of('bench/overhead/by_hand').typicalNs,
      target: { comparison: '<', value: MOST_NS },
    },
    {
      id: 'bench/overhead/await_ratio',
      description: 'An await against a synchronous call, both of nothing.',
      unit: 'ratio',
      inputs: ['bench/overhead/async', 'bench/overhead/sync'],
      compute: (of) => of('bench/overhead/async').typicalNs / of('bench/overhead/sync').typicalNs,
    },
  ],
});

export default suite;
