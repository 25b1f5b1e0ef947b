import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { probeConditions, type ProbeOptions } from '../../../src/bench/machine/conditions.js';

const CPU = 'sys/devices/system/cpu';

/** A machine that tells what `files` say. */
async function machine(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  options: ProbeOptions = {},
): ReturnType<typeof probeConditions> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'bench-machine-'));
  t.teardown(() => rm(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), `${text}\n`);
  }
  return probeConditions({ root, platform: 'linux', execArgv: [], env: {}, ...options });
}

test('a machine that tells nothing has unknown conditions', async (t) => {
  const { busyShare, ...others } = await machine(t, {});
  t.true(busyShare === null || (busyShare >= 0 && busyShare <= 1));
  t.deepEqual(others, {
    governors: null,
    isBoosting: null,
    isOnBattery: null,
    isVirtual: null,
    cores: os.availableParallelism(),
    cpuQuota: null,
    stolenShare: null,
    nodeOptions: [],
  });
});

test('a laptop tells how it runs', async (t) => {
  const conditions = await machine(t, {
    [`${CPU}/cpufreq/policy0/scaling_governor`]: 'powersave',
    [`${CPU}/cpufreq/policy1/scaling_governor`]: 'powersave',
    [`${CPU}/intel_pstate/no_turbo`]: '0',
    'sys/class/power_supply/AC/online': '0',
    'sys/class/power_supply/BAT0/status': 'Discharging',
    'proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu vme de',
  });
  t.like(conditions, { isBoosting: true, isOnBattery: true, isVirtual: false });
  t.deepEqual(conditions.governors, ['powersave']);
});

test('a server tells how it runs', async (t) => {
  const conditions = await machine(t, {
    [`${CPU}/cpufreq/policy0/scaling_governor`]: 'performance',
    [`${CPU}/cpufreq/boost`]: '0',
    'sys/class/power_supply/BAT0/status': 'Full',
    'sys/fs/cgroup/cpu.max': '150000 100000',
    'proc/cpuinfo': 'flags : fpu hypervisor lahf_lm',
    'proc/stat': 'cpu  10 0 10 100 0 0 0 5 0 0',
  });
  t.like(conditions, { isBoosting: false, isOnBattery: false, isVirtual: true, cpuQuota: 1.5 });
  // Processors that stand still have no share of anything.
  t.like(conditions, { busyShare: null, stolenShare: null });
});

for (const [version, files, quota] of [
  ['second', { 'sys/fs/cgroup/cpu.max': 'max 100000' }, null],
  ['first', { 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '200000', 'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000' }, 2],
  [
    'first, unlimited',
    { 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1', 'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000' },
    null,
  ],
] as const) {
  test(`the limit of a container is read from control groups of the ${version} version`, async (t) => {
    t.is((await machine(t, files)).cpuQuota, quota);
  });
}

test('options that slow Node down are told wherever they are given', async (t) => {
  const { nodeOptions } = await machine(
    t,
    {},
    {
      execArgv: ['--enable-source-maps', '--inspect=0'],
      env: { NODE_OPTIONS: '--jitless --max-old-space-size=100', NODE_V8_COVERAGE: 'coverage' },
    },
  );
  t.deepEqual(nodeOptions, ['--inspect=0', '--jitless', 'NODE_V8_COVERAGE']);
});

test('this machine answers', async (t) => {
  const { busyShare, cores } = await probeConditions();
  t.true(cores >= 1);
  t.true(busyShare !== null && busyShare >= 0 && busyShare <= 1);
});

test('another system is asked by other means', async (t) => {
  const { isOnBattery, isVirtual } = await machine(t, {}, { platform: 'darwin' });
  t.true([true, false, null].includes(isOnBattery));
  t.true([true, false, null].includes(isVirtual));
});
