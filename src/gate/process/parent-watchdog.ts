// Parent watchdog: ends a process of the gate if the gate was killed and could not end it.
//
// The IPC channel closes as well, but a benchmark that blocks the event loop does not notice. A separate thread checks the
// parent once a second, which costs some microseconds.
import { Worker } from 'node:worker_threads';

/** Kills this process some seconds after its parent has ended. A no-op on Windows, where the parent's end is not visible. */
export function endWithParent(): void {
  if (process.platform === 'win32') return;
  const thread = new Worker(new URL('./parent-watchdog-thread.js', import.meta.url), { workerData: process.ppid });
  // Without the thread, only the channel ends the process.
  thread.on('error', () => undefined);
  thread.unref();
}
