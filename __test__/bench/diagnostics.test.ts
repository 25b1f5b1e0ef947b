// Tests of the diagnostics of machine and results.
import test from 'ava';

import { diagnoseConditions, diagnoseResult } from '../../src/bench/diagnostics.js';
import type { MachineConditions } from '../../src/bench/machine/conditions.js';
import type { Analysis } from '../../src/bench/analyze.js';

const quiet: MachineConditions = {
  governors: ['performance'],
  isBoosting: false,
  isOnBattery: false,
  isVirtual: false,
  cores: 8,
  cpuQuota: null,
  busyShare: 0.02,
  stolenShare: 0,
  nodeOptions: [],
};

const unknown: MachineConditions = {
  ...quiet,
  governors: null,
  isBoosting: null,
  isOnBattery: null,
  isVirtual: null,
  busyShare: null,
  stolenShare: null,
};

test('a quiet machine has no diagnostics, nor does one that reports nothing', (t) => {
  t.deepEqual(diagnoseConditions(quiet), []);
  t.deepEqual(diagnoseConditions(unknown), []);
});

const DISTURBED: [what: string, conditions: Partial<MachineConditions>, line: RegExp][] = [
  ['a battery', { isOnBattery: true }, /battery.*: plug it in$/],
  [
    'a powersave governor',
    { governors: ['performance', 'powersave'] },
    /\(governor powersave\): set the governor to performance/,
  ],
  ['turbo', { isBoosting: true }, /\(turbo, boost\): for steady results, turn it off/],
  ['load', { busyShare: 0.25 }, /^other processes use 25 % of the CPU: close applications/],
  ['neighbours', { stolenShare: 0.05 }, /^other virtual machines on this host take 5 % of the CPU time: /],
  ['two cores', { cores: 2 }, /^there are only 2 processors: /],
  ['one core', { cores: 1 }, /^there is only one processor: /],
  ['a limited container', { cpuQuota: 1.5 }, /limited to 1\.5 of 8 processors, .*: raise its limit$/],
  ['a virtual machine', { isVirtual: true }, /virtual machine.*: compare only runs measured side by side$/],
  ['a debugger', { nodeOptions: ['--inspect'] }, /^Node runs with --inspect, .*: remove it$/],
];

for (const [what, conditions, line] of DISTURBED) {
  test(`${what} is diagnosed in one line`, (t) => {
    const lines = diagnoseConditions({ ...quiet, ...conditions });
    t.is(lines.length, 1);
    t.regex(lines[0] ?? '', line);
    t.false(lines[0]?.includes('\n'));
  });
}

test('slight disturbances are not diagnosed', (t) => {
  const little = { busyShare: 0.19, stolenShare: 0.005, cpuQuota: 8, cores: 3, governors: ['userspace'] };
  t.deepEqual(diagnoseConditions({ ...quiet, ...little }), []);
});

test('a function that takes no time is diagnosed when JavaScript is measured', (t) => {
  const result = (pointEstimate: number, side: 'node' | 'engine') => ({
    benchmark: { side },
    analysis: { typical: { pointEstimate } } as Analysis,
  });
  t.regex(diagnoseResult(result(0.41, 'node'))[0] ?? '', /^0\.41 ns per iteration is the time of an empty loop: /);
  t.deepEqual(diagnoseResult(result(1.2, 'node')), []);
  t.deepEqual(diagnoseResult(result(0.41, 'engine')), []);
});
