import test from 'ava';

import { type Conditions, describeDifferences, differences } from '../../src/baseline/differences.js';
import { parseOptions } from '../../src/bench/options.js';
import { ENVIRONMENT } from './fake.js';

const CONDITIONS: Conditions = {
  environment: ENVIRONMENT,
  settings: { interruption: 'fuel', traps: 'signals' },
  options: parseOptions({}),
};

function withMachine(machine: Partial<Conditions['environment']['machine']>): Conditions {
  return { ...CONDITIONS, environment: { ...ENVIRONMENT, machine: { ...ENVIRONMENT.machine, ...machine } } };
}

function withEnvironment(environment: Partial<Conditions['environment']>): Conditions {
  return { ...CONDITIONS, environment: { ...ENVIRONMENT, ...environment } };
}

const INCOMPARABLE: [Conditions, what: string, base: string, head: string][] = [
  [withMachine({ cpu: 'Intel Xeon' }), 'cpu', 'AMD EPYC', 'Intel Xeon'],
  [withMachine({ architecture: 'arm64' }), 'architecture', 'x64', 'arm64'],
  [withMachine({ physicalCores: 3 }), 'physical cores', '2', '3'],
  [withMachine({ logicalCores: 8 }), 'logical cores', '4', '8'],
  [withMachine({ memoryBytes: 2 ** 35 }), 'memory in GiB', '16', '32'],
  [withMachine({ os: 'macOS 15.1 (24.1.0)' }), 'operating system', 'Debian GNU/Linux', 'macOS'],
  [withMachine({ isVirtual: true }), 'virtual machine', 'no', 'yes'],
  [withEnvironment({ node: '24.0.0' }), 'Node', '22.1.0', '24.0.0'],
  [withEnvironment({ versions: { wasmtime: '49.0.0' } }), 'version of wasmtime', '48.0.8', '49.0.0'],
  [withEnvironment({ versions: {} }), 'version of wasmtime', '48.0.8', 'none'],
  [{ ...CONDITIONS, settings: { interruption: 'epoch', traps: 'signals' } }, 'setting interruption', 'fuel', 'epoch'],
  [{ ...CONDITIONS, settings: { ...CONDITIONS.settings, pooled: 'yes' } }, 'setting pooled', 'none', 'yes'],
  [{ ...CONDITIONS, options: parseOptions({ confidenceLevel: 0.9 }) }, 'option confidenceLevel', '0.95', '0.9'],
  [{ ...CONDITIONS, options: parseOptions({ sampleSize: 100 }) }, 'option sampleSize', '30', '100'],
  [{ ...CONDITIONS, options: parseOptions({ measurementTimeS: 1 }) }, 'option measurementTimeS', '5', '1'],
];

for (const [head, what, base, other] of INCOMPARABLE) {
  test(`another ${what} (${other}) makes measurements incomparable`, (t) => {
    t.deepEqual(differences(CONDITIONS, head), [{ what, base, head: other }]);
    t.is(describeDifferences(differences(CONDITIONS, head)), `${what}: ${base} ≠ ${other}`);
  });
}

test('what does not move times by itself makes no difference', (t) => {
  const alike: Conditions[] = [
    CONDITIONS,
    withEnvironment({ commit: null, startedAt: '2027-01-01T00:00:00.000Z' }),
    withMachine({ os: 'Debian GNU/Linux 13 (6.12.0)', memoryBytes: ENVIRONMENT.machine.memoryBytes - 2 ** 20 }),
    { ...CONDITIONS, options: parseOptions({ seed: 7, significanceLevel: 0.01, noiseThreshold: 0.1 }) },
    { ...CONDITIONS, settings: { traps: 'signals', interruption: 'fuel' } },
  ];
  for (const head of alike) t.deepEqual(differences(CONDITIONS, head), []);
});

test('an option that an older release did not know counts as its default', (t) => {
  const { nresamples: _, ...options } = parseOptions({});
  t.deepEqual(differences({ ...CONDITIONS, options }, CONDITIONS), []);
});
