// Program that runs guests in worker threads, one of which ends before its guest.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const worker = new Worker(new URL('esm.mjs', import.meta.url));
const [code] = await once(worker, 'exit');
const busy = new Worker(new URL('busy.mjs', import.meta.url));
await once(busy, 'message');
await busy.terminate();
console.log(code === 0 ? 'both workers ended' : `the worker ended with ${code}`);
