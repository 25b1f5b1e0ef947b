import test from 'ava';

import { adviceFor, adviceForResult } from '../../src/bench/diagnostics.js';
import type { Conditions } from '../../src/bench/machine/conditions.js';
import type { Analysis } from '../../src/bench/analyze.js';

const quiet: Conditions = {
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

const unknown: Conditions = {
  ...quiet,
  governors: null,
  isBoosting: null,
  isOnBattery: null,
  isVirtual: null,
  busyShare: null,
  stolenShare: null,
};

test('a quiet machine needs no advice, nor does one that tells nothing', (t) => {
  t.deepEqual(adviceFor(quiet), []);
  t.deepEqual(adviceFor(unknown), []);
});

const DISTURBED: [what: string, conditions: Partial<Conditions>, advice: RegExp][] = [
  ['a battery', { isOnBattery: true }, /battery.*: connect it to the mains$/],
  [
    'a powersave governor',
    { governors: ['performance', 'powersave'] },
    /\(governor powersave\): set it to performance/,
  ],
  ['turbo', { isBoosting: true }, /\(turbo, boost\): for steady figures switch it off/],
  ['load', { busyShare: 0.25 }, /^other processes keep 25 % of the processors busy: close applications/],
  ['neighbours', { stolenShare: 0.05 }, /^other guests of this host take 5 % of the time: /],
  ['two cores', { cores: 2 }, /^there are 2 processors: /],
  ['one core', { cores: 1 }, /^there is one processor: /],
  ['a limited container', { cpuQuota: 1.5 }, /held to 1\.5 of 8 processors, .*: lift its limit$/],
  ['a virtual machine', { isVirtual: true }, /virtual machine.*: compare only what was measured side by side$/],
  ['a debugger', { nodeOptions: ['--inspect'] }, /^Node runs with --inspect, .*: leave it out$/],
];

for (const [what, conditions, advice] of DISTURBED) {
  test(`${what} gets one line of advice`, (t) => {
    const lines = adviceFor({ ...quiet, ...conditions });
    t.is(lines.length, 1);
    t.regex(lines[0] ?? '', advice);
    t.false(lines[0]?.includes('\n'));
  });
}

test('what disturbs a little gets none', (t) => {
  const little = { busyShare: 0.19, stolenShare: 0.005, cpuQuota: 8, cores: 3, governors: ['userspace'] };
  t.deepEqual(adviceFor({ ...quiet, ...little }), []);
});

test('a function that takes no time gets advice where JavaScript is measured', (t) => {
  const result = (pointEstimate: number, side: 'node' | 'engine') => ({
    benchmark: { side },
    analysis: { typical: { pointEstimate } } as Analysis,
  });
  t.regex(adviceForResult(result(0.41, 'node'))[0] ?? '', /^0\.41 ns an iteration is what the loop alone takes: /);
  t.deepEqual(adviceForResult(result(1.2, 'node')), []);
  t.deepEqual(adviceForResult(result(0.41, 'engine')), []);
});
