// How does a process of the gate end where the gate was killed and could not end it?
//
// The channel tells it, but not while a benchmark keeps the event loop. A thread of its own can still look: once a second,
// which costs some microseconds.
import { Worker } from 'node:worker_threads';

/** Ends this process, as `kill -9` would, some seconds after its parent has gone; does nothing where the system does not tell. */
export function endWithParent(): void {
  if (process.platform === 'win32') return;
  const thread = new Worker(new URL('./parent-watchdog-thread.js', import.meta.url), { workerData: process.ppid });
  // Without it, only the channel tells.
  thread.on('error', () => undefined);
  thread.unref();
}
