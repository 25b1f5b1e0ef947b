// Fake clock for plan and sampler: only the measured code advances it.
import type { Routine, BenchmarkDefinition } from '../../src/bench/suite/definition.js';
import type { Clock } from '../../src/bench/timing/clock.js';
import type { Options } from '../../src/bench/options.js';
import { parseOptions } from '../../src/bench/options.js';

export interface FakeMachine {
  readonly clock: Clock;
  /** A routine whose iterations take `ns` each, after `untimedNs` of preparation that it does not report. */
  routine(ns: number, untimedNs?: number): Routine & { readonly runs: number[] };
}

export function fakeMachine(): FakeMachine {
  let nowNs = 0;
  return {
    clock: () => nowNs,
    routine(ns, untimedNs = 0) {
      const runs: number[] = [];
      return {
        runs,
        run(iterations) {
          runs.push(iterations);
          nowNs += iterations * (ns + untimedNs);
          return iterations * ns;
        },
      };
    },
  };
}

export function benchmark(
  overrides: Partial<BenchmarkDefinition> & Pick<BenchmarkDefinition, 'setup'>,
): BenchmarkDefinition {
  return { group: 'fake/group', function: 'function', description: 'nothing', side: 'node', ...overrides };
}

export function quickOptions(overrides: Partial<Options> = {}): Options {
  return parseOptions({ nresamples: 200, ...overrides });
}
