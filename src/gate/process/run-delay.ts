// Run delay: the time for which this thread was runnable but waited for a processor.
import { closeSync, openSync, readSync } from 'node:fs';

/** Nanoseconds since the thread's start for which it was runnable and did not run. */
export type RunDelay = () => number;

const MAX_BYTES = 128;

/**
 * Opens the run delay of the calling thread (Linux: the second number of /proc/thread-self/schedstat, the time spent waiting
 * on a run queue).
 *
 * @returns A function that reads it; `undefined` on systems that do not report it.
 */
export function openRunDelay(file: string = '/proc/thread-self/schedstat'): RunDelay | undefined {
  try {
    // Opened once: the path names the thread that opens it.
    const descriptor = openSync(file, 'r');
    const buffer = Buffer.alloc(MAX_BYTES);
    const read = (): number =>
      Number(buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, MAX_BYTES, 0)).split(' ')[1]);
    if (Number.isFinite(read())) return read;
    closeSync(descriptor);
  } catch {
    // not every system reports it
  }
  return undefined;
}
