// What does the server answer? Starts it, sends requests, and stops it.
import { createServer } from './server.ts';

const server = createServer();
const address = await server.listen({ host: '127.0.0.1', port: 0 });

async function post(path: string, args: readonly unknown[], signal?: AbortSignal): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ args });
  const response = await fetch(`${address}/${path}`, { method: 'POST', headers, body, ...(signal && { signal }) });
  const text = await response.text();
  const { error, result } = (text === '' ? {} : JSON.parse(text)) as { error?: string; result?: unknown };
  const fuel = response.headers.get('fuel-consumed');
  const told = fuel === null ? (error ?? '') : `${JSON.stringify(result)} for ${fuel} units of fuel`;
  return `${response.status} ${told}`.trim();
}

async function show(path: string, args: readonly unknown[]): Promise<void> {
  console.log(`${`${path} ${JSON.stringify(args)}`.padEnd(24)}${await post(path, args)}`);
}

await show('acme/add', [20, 22]);
await show('acme/add', ['a', 'b']);
await show('acme/divide', [1, 0]);
await show('acme/spin', []);
await show('acme/nothing', []);
await show('acme/..%2Finitech', []);
await show('initech/square', [1.5]);

// Four of them run until their time is up, and the others are told to come back.
const answers = await Promise.all(Array.from({ length: 8 }, async () => post('initech/endless', [])));
for (const answer of [...new Set(answers)].sort()) console.log(`${'initech/endless [] × 8'.padEnd(24)}${answer}`);

// A client that does not wait: its call is aborted, and the instance makes room for the next.
const signal = AbortSignal.timeout(100);
await post('initech/endless', [], signal).catch((error: Error) =>
  console.log(`${'initech/endless []'.padEnd(24)}${error.name}`),
);
await show('initech/square', [3]);
await server.close();
