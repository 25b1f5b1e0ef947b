// On what machine, and of what versions, was measured?
import { execFile } from 'node:child_process';
import os from 'node:os';
import { promisify } from 'node:util';

import systeminformation from 'systeminformation';

/** The facts that make two runs comparable, or not. */
export interface Environment {
  /** What it runs on. */
  readonly machine: Machine;
  /** Version of Node, without the leading `v`. */
  readonly node: string;
  /** Versions of what is measured, such as `{ wasmtime: '48.0.8' }`. */
  readonly versions: Readonly<Record<string, string>>;
  /** The commit checked out where the bench runs; `null` outside a repository. */
  readonly commit: Commit | null;
  /** When the run began, ISO 8601 in UTC. */
  readonly startedAt: string;
}

/** A machine, as its system describes it. */
export interface Machine {
  /** Such as `Debian GNU/Linux 12 (6.1.0)`. */
  readonly os: string;
  /** Node's name of the processor architecture, such as `x64`. */
  readonly architecture: string;
  /** Vendor and model of the processor. */
  readonly cpu: string;
  /** Its cores. */
  readonly physicalCores: number;
  /** What the system schedules on: the cores, times their threads. */
  readonly logicalCores: number;
  /** Main memory. */
  readonly memoryBytes: number;
  /** Whether the system says that it is a virtual machine or a container. */
  readonly isVirtual: boolean;
}

/** A commit of Git. */
export interface Commit {
  /** Its whole hash. */
  readonly hash: string;
  /** Whether tracked files differ from the commit. */
  readonly isModified: boolean;
}

export interface EnvironmentOptions {
  readonly versions: Readonly<Record<string, string>>;
  /** Where to look for a repository. */
  readonly directory: string;
  readonly startedAt: Date;
}

/** Asks the system; a question that it does not answer leaves Node's own, coarser fact in place. */
export async function describeEnvironment(options: EnvironmentOptions): Promise<Environment> {
  known ??= describeMachine();
  const [machine, commit] = await Promise.all([known, describeCommit(options.directory)]);
  return {
    machine,
    node: process.versions.node,
    versions: options.versions,
    commit,
    startedAt: options.startedAt.toISOString(),
  };
}

/** It does not change while the process lives, and asking takes a dozen programs of the system's. */
let known: Promise<Machine> | undefined;

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
