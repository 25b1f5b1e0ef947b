// Demo of the server: starts it, sends requests, prints the responses, and stops it.
import { createServer } from './server.mjs';

const server = createServer();
const address = await server.listen({ host: '127.0.0.1', port: 0 });

/**
 * Calls a tenant's function over HTTP.
 *
 * @param {string} path
 * @param {readonly unknown[]} args
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} The status, and the result with its fuel or the error.
 */
async function post(path, args, signal) {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ args });
  const response = await fetch(`${address}/${path}`, { method: 'POST', headers, body, ...(signal && { signal }) });
  const text = await response.text();
  const { error = '', result } = text === '' ? {} : JSON.parse(text);
  const fuel = response.headers.get('fuel-consumed');
  const answer = fuel === null ? error : `${JSON.stringify(result)} for ${fuel} units of fuel`;
  return `${response.status} ${answer}`.trim();
}

/**
 * Calls a tenant's function and prints the response.
 *
 * @param {string} path
 * @param {readonly unknown[]} args
 */
async function show(path, args) {
  console.log(`${`${path} ${JSON.stringify(args)}`.padEnd(24)}${await post(path, args)}`);
}

await show('acme/add', [20, 22]);
await show('acme/add', ['a', 'b']);
await show('acme/divide', [1, 0]);
await show('acme/spin', []);
await show('acme/nothing', []);
await show('acme/..%2Finitech', []);
await show('initech/square', [1.5]);

// Four of these run until they time out; the server rejects the others immediately.
const answers = await Promise.all(Array.from({ length: 8 }, async () => post('initech/endless', [])));
for (const answer of [...new Set(answers)].sort()) console.log(`${'initech/endless [] × 8'.padEnd(24)}${answer}`);

// A client that disconnects: the server aborts its call, and the capacity is available to the next request.
const signal = AbortSignal.timeout(100);
await post('initech/endless', [], signal).catch((error) =>
  console.log(`${'initech/endless []'.padEnd(24)}${error.name}`),
);
await show('initech/square', [3]);
await server.close();
