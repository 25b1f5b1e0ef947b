// Script that starts the example's server, sends a request, and stops the server. Runs in a separate process, in the example's folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const server: ChildProcess = spawn(process.execPath, ['server.mjs'], {
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(server, 'exit');
const [line] = (await once(createInterface({ input: server.stdout as NodeJS.ReadableStream }), 'line')) as [string];
const address = /http:\S+/.exec(line)?.[0] ?? '';
const answer = await fetch(`${address}/acme/add`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', connection: 'close' },
  body: '{"args":[20,22]}',
});
console.log(answer.status, await answer.text());
// Windows has no signals: there the process ends immediately, which is the same to its clients.
server.kill('SIGTERM');
await ended;
console.log('stopped');
