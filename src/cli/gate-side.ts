// Which side of a gate does an option name: a checkout's directory, or a baseline?
import path from 'node:path';

import type { Environment } from '../bench/index.js';
import { startChild } from '../gate/child.js';
import type { Participant, Side } from '../gate/participant.js';
import type { CheckoutSide, GateSide } from '../gate/side.js';
import { type Checkout, isDirectory, openCheckout } from './checkout.js';
import { UsageError } from './errors.js';
import type { GateRequest } from './gate-options.js';
import type { Terminal } from './terminal.js';

/**
 * Opens the side that an option names: a directory is a checkout, anything else a baseline.
 *
 * @throws UsageError where it is neither; ParticipantError where the checkout's benchmarks cannot be listed.
 */
export async function openSide(side: Side, request: GateRequest, terminal: Terminal): Promise<GateSide> {
  const given = request[side];
  const directory = path.resolve(terminal.workingDirectory, given);
  if (await isDirectory(directory)) return openCheckoutSide(given, directory, request, terminal);
  throw new UsageError(`--${side} is ${given}: there is no such directory`);
}

async function openCheckoutSide(
  given: string,
  directory: string,
  request: GateRequest,
  terminal: Terminal,
): Promise<CheckoutSide> {
  const checkout = await openCheckout(directory);
  const start = () => startChild(commandOf(checkout, request, terminal));
  const { benchmarks, environment } = await listed(start());
  return {
    kind: 'checkout',
    label: `${given}${commitText(environment)}`,
    ids: benchmarks.map(({ id }) => id),
    settings: new Map(benchmarks.map(({ id, settings }) => [id, settings])),
    environment,
    start,
  };
}

async function listed(participant: Participant): ReturnType<Participant['list']> {
  try {
    return await participant.list();
  } finally {
    await participant.close();
  }
}

function commandOf(
  { program, directory }: Checkout,
  { filters, all, exact, pin }: GateRequest,
  { env }: Terminal,
): Parameters<typeof startChild>[0] {
  const options = [...(all ? ['--all'] : []), ...(exact ? ['--exact'] : [])];
  const node = [process.execPath, '--enable-source-maps', program, 'bench', 'worker', ...filters, ...options];
  const [first = '', ...args] = pin === undefined ? node : ['taskset', '-c', String(pin), ...node];
  return { program: first, args, directory, env };
}

function commitText({ commit }: Environment): string {
  return commit === null ? '' : ` (${commit.hash.slice(0, 12)}${commit.isModified ? ', modified' : ''})`;
}
