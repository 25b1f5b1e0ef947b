// Environment of a run: machine, versions and commit.
import { execFile } from 'node:child_process';
import os from 'node:os';
import { promisify } from 'node:util';

import systeminformation from 'systeminformation';

/** Facts that determine whether two runs are comparable. */
export interface Environment {
  /** The machine of the run. */
  readonly machine: Machine;
  /** Version of Node, without a leading `v`. */
  readonly node: string;
  /** Versions of the measured software, such as `{ wasmtime: '48.0.8' }`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Commit checked out in the working directory; `null` outside a repository. */
  readonly commit: Commit | null;
  /** Start of the run, ISO 8601 in UTC. */
  readonly startedAt: string;
}

/** A machine, as its operating system describes it. */
export interface Machine {
  /** Operating system, such as `Debian GNU/Linux 12 (6.1.0)`. */
  readonly os: string;
  /** CPU architecture as Node names it, such as `x64`. */
  readonly architecture: string;
  /** Vendor and model of the CPU. */
  readonly cpu: string;
  /** Number of physical cores. */
  readonly physicalCores: number;
  /** Number of hardware threads that the system schedules on. */
  readonly logicalCores: number;
  /** Size of the main memory. */
  readonly memoryBytes: number;
  /** Whether the system reports a virtual machine or a container. */
  readonly isVirtual: boolean;
}

/** A Git commit. */
export interface Commit {
  /** Full hash. */
  readonly hash: string;
  /** Whether tracked files differ from the commit. */
  readonly isModified: boolean;
}

export interface EnvironmentOptions {
  readonly versions: Readonly<Record<string, string>>;
  /** Directory inside the repository. */
  readonly directory: string;
  readonly startedAt: Date;
}

/** Describes the environment. Falls back to Node's coarser facts where the system does not answer. */
export async function describeEnvironment(options: EnvironmentOptions): Promise<Environment> {
  cachedMachine ??= describeMachine();
  const [machine, commit] = await Promise.all([cachedMachine, describeCommit(options.directory)]);
  return {
    machine,
    node: process.versions.node,
    versions: options.versions,
    commit,
    startedAt: options.startedAt.toISOString(),
  };
}

/** Cached: it does not change during the process, and the query starts about a dozen system programs. */
let cachedMachine: Promise<Machine> | undefined;

async function describeMachine(): Promise<Machine> {
  const [cpu, system, board] = await Promise.all([
    systeminformation.cpu(),
    systeminformation.osInfo(),
    systeminformation.system(),
  ]);
  const logicalCores = cpu.cores || os.cpus().length;
  return {
    os: `${[system.distro || os.type(), system.release].filter(Boolean).join(' ')} (${os.release()})`,
    architecture: process.arch,
    cpu: [cpu.manufacturer, cpu.brand].filter(Boolean).join(' ') || (os.cpus()[0]?.model ?? 'unknown'),
    physicalCores: cpu.physicalCores || logicalCores,
    logicalCores,
    memoryBytes: os.totalmem(),
    isVirtual: board.virtual,
  };
}

async function describeCommit(directory: string): Promise<Commit | null> {
  try {
    const hash = await git(directory, 'rev-parse', 'HEAD');
    return { hash, isModified: (await git(directory, 'status', '--porcelain', '--untracked-files=no')) !== '' };
  } catch {
    return null; // no git, no repository, or no commit in it
  }
}

async function git(directory: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, { cwd: directory });
  return stdout.trim();
}
