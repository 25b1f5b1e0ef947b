// What does the thread do that looks whether the gate still lives?
import { workerData } from 'node:worker_threads';

const LOOK_MS = 1_000;
/** In which a process that can end by itself does. */
const PATIENCE = 3;

let looks = 0;
setInterval(() => {
  // The system gives an orphan another parent.
  if (process.ppid === workerData) return;
  looks += 1;
  if (looks > PATIENCE) process.kill(process.pid, 'SIGKILL');
}, LOOK_MS);
