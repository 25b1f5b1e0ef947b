// Worker that is terminated while its guest runs, which would take a second.
import { parentPort } from 'node:worker_threads';
import { Engine, MiB } from 'airssys-wasm';

const module = await new Engine().compileModule('(module (func (export "spin") (loop (br 0))))');
const limits = { memoryBytes: MiB, fuel: 'unlimited', timeoutMs: 1_000 };
const guest = await module.instantiate({ limits });
const spinning = guest.exports.spin();
parentPort.postMessage('spinning');
await spinning;
