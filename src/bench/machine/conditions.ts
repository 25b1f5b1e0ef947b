// Under what conditions is about to be measured?
import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import systeminformation from 'systeminformation';

/** What of a machine's state makes measurements noisy or slow; `null` where the system does not tell. */
export interface Conditions {
  /** How the processors choose their frequency, such as `powersave`, each once. */
  readonly governors: readonly string[] | null;
  /** Whether processors may run faster than their nominal frequency for a while. */
  readonly isBoosting: boolean | null;
  readonly isOnBattery: boolean | null;
  readonly isVirtual: boolean | null;
  /** Processors that this process may use. */
  readonly cores: number;
  /** Processors' worth of time that a container is held to. */
  readonly cpuQuota: number | null;
  /** Share in [0, 1] of all processors that was busy while this process waited. */
  readonly busyShare: number | null;
  /** Share in [0, 1] of the time that the hypervisor gave to others. */
  readonly stolenShare: number | null;
  /** Options of Node that slow its code down or watch it, such as `--inspect`. */
  readonly nodeOptions: readonly string[];
}

/** Where to ask; what is not given is the machine at hand. */
export interface ProbeOptions {
  /** The directory that holds `sys` and `proc`. Default `/`. */
  readonly root?: string;
  readonly platform?: NodeJS.Platform;
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** For how long the processors are watched. */
const WATCHED_MS = 150;

/** After which a question counts as unanswered. */
const LONGEST_MS = 250;

/** Asks the system, for about a quarter of a second at most. Never throws. */
export async function probeConditions(options: ProbeOptions = {}): Promise<Conditions> {
  const { root = '/', platform = process.platform, execArgv = process.execArgv, env = process.env } = options;
  const isLinux = platform === 'linux';
  const [governors, isBoosting, isOnBattery, isVirtual, cpuQuota, shares] = await Promise.all([
    answer(() => readGovernors(root)),
    answer(() => readBoost(root)),
    answer(() => (isLinux ? readBattery(root) : askBattery())),
    answer(() => (isLinux ? readHypervisor(root) : askVirtual())),
    answer(() => readQuota(root)),
    // On a busy machine this takes longer, and is what has to be known.
    watchProcessors(root).catch(() => null),
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

/** What `question` gives in time, or `null`. */
async function answer<T>(question: () => Promise<T>): Promise<T | null> {
  const late = new AbortController();
  try {
    return await Promise.race([question(), setTimeout(LONGEST_MS, null, { signal: late.signal })]);
  } catch {
    return null; // a file that is not there, or a command that does not work
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
  return cpus > 0 ? cpus : null; // "max", and -1 before, stand for no limit
}

/** Ticks of all processors since they started. */
interface Ticks {
  readonly busy: number;
  readonly stolen: number;
  readonly total: number;
}

async function watchProcessors(root: string): Promise<{ busy: number; stolen: number | null } | null> {
  const before = await ticks(root);
  await setTimeout(WATCHED_MS);
  const after = await ticks(root);
  const total = after.total - before.total;
  if (total <= 0) return null;
  // Some of the system's counters go back at times.
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
