// Which process is this one, and does one that left its mark still live?
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, told apart from every other that had or will have its number. */
export interface ProcessMark {
  readonly pid: number;
  /** The host's name and, on Linux, the namespace in which `pid` counts. */
  readonly host: string;
  /** When the process started, in ticks since the system did; Linux alone tells. */
  readonly startTicks?: string | undefined;
}

/** The mark of this process. */
export function ownMark(): ProcessMark {
  const startTicks = startTicksOf(process.pid);
  return { pid: process.pid, host: ownHost(), ...(startTicks !== undefined && { startTicks }) };
}

/** Whether a process is known to be gone. Of one on another host nothing is known. */
export function isGone({ pid, host, startTicks }: ProcessMark): boolean {
  if (host !== ownHost()) return false;
  if (!isAlive(pid)) return true;
  // A number is given out again: the process that has it now may be another.
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
    // The second field is the command's name in brackets, which may contain anything; the start is the 22nd.
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
    // EPERM: it lives, but is not ours.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
