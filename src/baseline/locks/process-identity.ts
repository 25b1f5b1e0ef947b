// Process identity: identifies a process beyond its id, and checks whether it is still running.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The identity of a process, distinct from others that had or will have its id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The host name and, on Linux, the PID namespace. */
  readonly host: string;
  /** The start of the process in clock ticks since boot; on Linux only. */
  readonly startTicks?: string | undefined;
}

/** Returns the identity of this process. */
export function ownIdentity(): ProcessIdentity {
  const startTicks = startTicksOf(process.pid);
  return { pid: process.pid, host: ownHost(), ...(startTicks !== undefined && { startTicks }) };
}

/** Whether a process is known to have ended; always false for a process on another host. */
export function isGone({ pid, host, startTicks }: ProcessIdentity): boolean {
  if (host !== ownHost()) return false;
  if (!isAlive(pid)) return true;
  // Ids are reused: a different process may have this one now.
  const ticks = startTicksOf(pid);
  return startTicks !== undefined && ticks !== undefined && ticks !== startTicks;
}

function ownHost(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function startTicksOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field, the command in parentheses, may contain anything. The start time is the 22nd field.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, but belongs to another user.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
