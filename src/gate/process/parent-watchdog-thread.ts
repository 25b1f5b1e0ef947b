// Thread of the parent watchdog: kills the process once its parent has ended.
import { workerData } from 'node:worker_threads';

const CHECK_INTERVAL_MS = 1_000;
/** Checks during which the process may still end by itself. */
const GRACE_CHECKS = 3;

let orphanedChecks = 0;
setInterval(() => {
  // The system reparents an orphaned process.
  if (process.ppid === workerData) return;
  orphanedChecks += 1;
  if (orphanedChecks > GRACE_CHECKS) process.kill(process.pid, 'SIGKILL');
}, CHECK_INTERVAL_MS);
