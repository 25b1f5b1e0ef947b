// How does a service run the functions of its users, and what does it answer where they fail?
import { pathToFileURL } from 'node:url';

import { WasmError } from 'airssys-wasm';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { tenants } from './tenants.ts';

interface Route {
  readonly Params: { readonly tenant: string; readonly name: string };
  readonly Body: { readonly args: unknown[] };
}

const name = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$' };
const schema = {
  // The names become a path: they hold nothing that leads elsewhere.
  params: { type: 'object', properties: { tenant: name, name } },
  body: { type: 'object', required: ['args'], properties: { args: { type: 'array', maxItems: 16 } } },
};

/** The server, which does not listen yet. */
export function createServer(): FastifyInstance {
  const server = Fastify({ bodyLimit: 16_384 });
  server.post<Route>('/:tenant/:name', { schema }, run);
  server.setErrorHandler(answer);
  return server;
}

async function run(request: FastifyRequest<Route>, reply: FastifyReply): Promise<unknown> {
  const instance = await tenants.get(request.params.tenant)?.instantiate(request.params.name);
  if (instance === undefined) return reply.code(404).send();
  try {
    const signal = goneAway(reply);
    const { value, fuelConsumed } = await instance.measure('run', request.body.args, { signal });
    return await reply.header('fuel-consumed', String(fuelConsumed)).send({ result: value ?? null });
  } finally {
    await instance.dispose();
  }
}

/** Is aborted when the client closes the connection before it got its answer. */
function goneAway(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}

/** Failures of the guest are answers; all others are the service's own, and Fastify's to tell. */
function answer(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(error instanceof WasmError)) return reply.send(error);
  return reply.code(statusOf(error)).send({ error: error.code, message: error.message });
}

function statusOf({ code }: WasmError): number {
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
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
  console.log(`serving on ${await server.listen({ host: '127.0.0.1', port: Number(process.env['PORT'] ?? 3000) })}`);
}
