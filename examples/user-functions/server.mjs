// HTTP service that runs user-defined functions under limits and maps their failures to statuses.
import { pathToFileURL } from 'node:url';

import { WasmError } from 'airssys-wasm';
import Fastify from 'fastify';

import { tenants } from './tenants.mjs';

/**
 * @typedef {{ Params: { tenant: string, name: string }, Body: { args: unknown[] } }} Route
 * @typedef {import('fastify').FastifyRequest<Route>} Request
 * @typedef {import('fastify').FastifyReply} Reply
 */

const name = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$' };
const schema = {
  // The names become part of a path: the pattern excludes everything that could lead elsewhere.
  params: { type: 'object', properties: { tenant: name, name } },
  body: { type: 'object', required: ['args'], properties: { args: { type: 'array', maxItems: 16 } } },
};

/** @returns The server, which does not listen yet. */
export function createServer() {
  const server = Fastify({ bodyLimit: 16_384 });
  server.post('/:tenant/:name', { schema }, run);
  server.setErrorHandler(answer);
  return server;
}

/**
 * Runs a function in a fresh instance.
 *
 * @param {Request} request
 * @param {Reply} reply
 */
async function run(request, reply) {
  const instance = await tenants.get(request.params.tenant)?.instantiate(request.params.name);
  if (instance === undefined) return reply.code(404).send();
  try {
    const signal = disconnected(reply);
    const { value, fuelConsumed } = await instance.measure('run', request.body.args, { signal });
    return await reply.header('fuel-consumed', String(fuelConsumed)).send({ result: value ?? null });
  } finally {
    await instance.dispose();
  }
}

/**
 * @param {Reply} reply
 * @returns A signal that is aborted if the client closes the connection before it has its answer.
 */
function disconnected(reply) {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}

/**
 * Answers failures of the guest. All other errors are the service's, and Fastify reports them.
 *
 * @param {unknown} error
 * @param {unknown} _request
 * @param {Reply} reply
 */
function answer(error, _request, reply) {
  if (!(error instanceof WasmError)) return reply.send(error);
  return reply.code(statusOf(error)).send({ error: error.code, message: error.message });
}

/** @param {WasmError} error */
function statusOf({ code }) {
  switch (code) {
    case 'BAD_VALUE':
      return 400;
    case 'INSTANCE_LIMIT':
    case 'BUSY':
      return 429;
    case 'INTERNAL':
      return 500;
    default:
      return 422;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const server = createServer();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close());
  console.log(`serving on ${await server.listen({ host: '127.0.0.1', port: Number(process.env['PORT'] ?? 3000) })}`);
}
