// Conditions of the machine before a run: CPU frequency, load, virtualization, and options of Node.
import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import systeminformation from 'systeminformation';

/** State of the machine that makes measurements noisy or slow; `null` if the system does not report it. */
export interface MachineConditions {
  /** CPU frequency governors in use, such as `powersave`, without duplicates. */
  readonly governors: readonly string[] | null;
  /** Whether the CPU may temporarily exceed its nominal frequency. */
  readonly isBoosting: boolean | null;
  /** Whether the machine runs on battery. */
  readonly isOnBattery: boolean | null;
  /** Whether the machine is a virtual machine. */
  readonly isVirtual: boolean | null;
  /** Number of processors that this process may use. */
  readonly cores: number;
  /** CPU limit of the container, in processors. */
  readonly cpuQuota: number | null;
  /** Share of CPU time in [0, 1] that was busy while this process waited. */
  readonly busyShare: number | null;
  /** Share of CPU time in [0, 1] that the hypervisor gave to other virtual machines. */
  readonly stolenShare: number | null;
  /** Options of Node that slow down or trace its code, such as `--inspect`. */
  readonly nodeOptions: readonly string[];
}

/** Sources of the probe. Defaults: this machine and process. */
export interface ProbeOptions {
  /** The directory that holds `sys` and `proc`. Default `/`. */
  readonly root?: string;
  readonly platform?: NodeJS.Platform;
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Time over which the CPU load is measured. */
const LOAD_WINDOW_MS = 150;

/** Time after which a probe counts as unanswered. */
const PROBE_TIMEOUT_MS = 250;

/** Probes the machine's conditions in about 0.25 s at most. Never throws. */
export async function probeConditions(options: ProbeOptions = {}): Promise<MachineConditions> {
  const { root = '/', platform = process.platform, execArgv = process.execArgv, env = process.env } = options;
  const isLinux = platform === 'linux';
  const [governors, isBoosting, isOnBattery, isVirtual, cpuQuota, shares] = await Promise.all([
    orNull(() => readGovernors(root)),
    orNull(() => readBoost(root)),
    orNull(() => (isLinux ? readBattery(root) : askBattery())),
    orNull(() => (isLinux ? readHypervisor(root) : askVirtual())),
    orNull(() => readQuota(root)),
    // No timeout: on a busy machine this takes longer, and the load is what has to be known.
    measureLoad(root).catch(() => null),
  ]);
  return {
    governors,
    isBoosting,
    isOnBattery,
    isVirtual,
    cores: os.availableParallelism(),
    cpuQuota,
    busyShare: shares?.busy ?? null,
    stolenShare: shares?.stolen ?? null,
    nodeOptions: slowOptions(execArgv, env),
  };
}

/** Returns the result of `probe`, or `null` if it fails or times out. */
async function orNull<T>(probe: () => Promise<T>): Promise<T | null> {
  const late = new AbortController();
  try {
    return await Promise.race([probe(), setTimeout(PROBE_TIMEOUT_MS, null, { signal: late.signal })]);
  } catch {
    return null; // a missing file or a failing command
  } finally {
    late.abort();
  }
}

async function read(root: string, file: string): Promise<string> {
  return (await readFile(path.join(root, file), 'utf8')).trim();
}

const CPU = 'sys/devices/system/cpu';

async function readGovernors(root: string): Promise<string[] | null> {
  const policies = (await readdir(path.join(root, CPU, 'cpufreq'))).filter((name) => name.startsWith('policy'));
  const governors = await Promise.all(
    policies.map((policy) => read(root, `${CPU}/cpufreq/${policy}/scaling_governor`)),
  );
  return governors.length > 0 ? [...new Set(governors)].sort() : null;
}

async function readBoost(root: string): Promise<boolean> {
  try {
    return (await read(root, `${CPU}/intel_pstate/no_turbo`)) === '0';
  } catch {
    return (await read(root, `${CPU}/cpufreq/boost`)) === '1';
  }
}

async function readBattery(root: string): Promise<boolean> {
  const supplies = 'sys/class/power_supply';
  const names = await readdir(path.join(root, supplies));
  const states = await Promise.all(names.map((name) => read(root, `${supplies}/${name}/status`).catch(() => '')));
  return states.includes('Discharging');
}

async function askBattery(): Promise<boolean> {
  const { hasBattery, acConnected } = await systeminformation.battery();
  return hasBattery && !acConnected;
}

async function readHypervisor(root: string): Promise<boolean> {
  return /^flags\s*:.*\bhypervisor\b/m.test(await read(root, 'proc/cpuinfo'));
}

async function askVirtual(): Promise<boolean> {
  return (await systeminformation.system()).virtual;
}

async function readQuota(root: string): Promise<number | null> {
  const cgroup = 'sys/fs/cgroup';
  const [quota, period] = await read(root, `${cgroup}/cpu.max`).then(
    (text) => text.split(' '),
    () => Promise.all(['quota', 'period'].map((name) => read(root, `${cgroup}/cpu/cpu.cfs_${name}_us`))),
  );
  const cpus = Number(quota) / Number(period);
  return cpus > 0 ? cpus : null; // "max" (v2) and -1 (v1) mean no limit
}

/** CPU ticks of all processors since boot. */
interface Ticks {
  readonly busy: number;
  readonly stolen: number;
  readonly total: number;
}

async function measureLoad(root: string): Promise<{ busy: number; stolen: number | null } | null> {
  const before = await ticks(root);
  await setTimeout(LOAD_WINDOW_MS);
  const after = await ticks(root);
  const total = after.total - before.total;
  if (total <= 0) return null;
  // Some of the kernel's counters occasionally decrease.
  const share = (ticks: number) => Math.min(1, Math.max(0, ticks / total));
  return {
    busy: share(after.busy - before.busy),
    stolen: before.hasStolen ? share(after.stolen - before.stolen) : null,
  };
}

async function ticks(root: string): Promise<Ticks & { readonly hasStolen: boolean }> {
  try {
    const numbers =
      /^cpu +(.*)$/m
        .exec(await read(root, 'proc/stat'))?.[1]
        ?.split(' ')
        .map(Number) ?? [];
    const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, softIrq = 0, stolen = 0] = numbers;
    const busy = user + nice + system + irq + softIrq;
    return { busy, stolen, total: busy + idle + waiting + stolen, hasStolen: true };
  } catch {
    const times = os.cpus().map((cpu) => cpu.times);
    const sum = (kind: keyof (typeof times)[number]) => times.reduce((total, time) => total + time[kind], 0);
    const busy = sum('user') + sum('nice') + sum('sys') + sum('irq');
    return { busy, stolen: 0, total: busy + sum('idle'), hasStolen: false };
  }
}

const SLOW_OPTION = /^--(?:inspect(?:-brk|-wait)?|cpu-prof|heap-prof|prof|jitless|no-opt|trace-gc)(?:=|$)/;

function slowOptions(execArgv: readonly string[], env: NodeJS.ProcessEnv): string[] {
  const given = [...execArgv, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)].filter((option) => SLOW_OPTION.test(option));
  return [...new Set([...given, ...(env['NODE_V8_COVERAGE'] ? ['NODE_V8_COVERAGE'] : [])])];
}
