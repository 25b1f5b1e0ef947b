// How long did this thread have to wait for a processor that others had?
import { closeSync, openSync, readSync } from 'node:fs';

/** Nanoseconds since the thread began that it was ready to run and did not. */
export type RunDelay = () => number;

const MOST_BYTES = 128;

/**
 * Reads the run delay of the calling thread, where the system tells it (Linux: /proc/thread-self/schedstat, of which the
 * second number is the time spent waiting on a run queue).
 *
 * @returns `undefined` elsewhere.
 */
export function openRunDelay(file: string = '/proc/thread-self/schedstat'): RunDelay | undefined {
  try {
    // Opened once: the name means the thread that opens it.
    const descriptor = openSync(file, 'r');
    const buffer = Buffer.alloc(MOST_BYTES);
    const read = (): number =>
      Number(buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, MOST_BYTES, 0)).split(' ')[1]);
    if (Number.isFinite(read())) return read;
    closeSync(descriptor);
  } catch {
    // not every system tells
  }
  return undefined;
}
