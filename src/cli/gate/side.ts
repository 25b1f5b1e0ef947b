// Which side of a gate does an option name: a checkout's directory, or a baseline?
import path from 'node:path';

import { loadStored } from '../../baseline/stored-benchmarks.js';
import { baselineNames } from '../../baseline/store.js';
import type { Environment } from '../../bench/machine/environment.js';
import { averagesNs } from '../../bench/sampling/sample.js';
import { startChild } from '../../gate/process/child.js';
import { type Participant, ParticipantError, type Side } from '../../gate/process/runner.js';
import type { CheckoutSide, GateSide, StoredSide } from '../../gate/side.js';
import { isMeant, selectStored } from '../../session/stored-selection.js';
import { storeOf } from '../bench/command.js';
import { type Checkout, isDirectory, openCheckout } from './checkout.js';
import { UsageError } from '../parse/usage-error.js';
import type { GateRequest } from './options.js';
import { pinned } from './cpu-affinity.js';
import { apart, ifAny } from '../suite-files/selection.js';
import type { Terminal } from '../context.js';

/**
 * Opens the side that an option names: a directory is a checkout, anything else a baseline.
 *
 * @throws UsageError where it is neither; ParticipantError where the checkout's benchmarks cannot be listed.
 */
export async function openSide(side: Side, request: GateRequest, terminal: Terminal): Promise<GateSide> {
  const given = request[side];
  const directory = path.resolve(terminal.workingDirectory, given);
  const isPath = given.startsWith('.') || given.includes('/') || path.isAbsolute(given);
  if (!isPath && (await hasBaseline(given, terminal))) return openStoredSide(given, request, terminal);
  if (await isDirectory(directory)) return openCheckoutSide(side, directory, request, terminal);
  const names = await baselineNames(storeOf(terminal));
  const known = names.length > 0 ? `one of ${names.join(', ')}` : 'a baseline, of which none is saved yet';
  throw new UsageError(`--${side} is ${given}, and there is no such directory: give a checkout’s, or ${known}`);
}

async function hasBaseline(name: string, terminal: Terminal): Promise<boolean> {
  return (await baselineNames(storeOf(terminal))).includes(name);
}

/** What is stored counts as one process; the selection applies to it as to a checkout. */
async function openStoredSide(name: string, request: GateRequest, terminal: Terminal): Promise<StoredSide> {
  const { filters } = await apart(request.filters, terminal);
  const all = await loadStored(storeOf(terminal), name, (id) => isMeant(id, { ...request, filters }));
  const select = (some: readonly string[]) => selectStored(all, { ...request, filters: some });
  const chosen = filters.length === 0 ? select([]) : filters.flatMap((filter) => ifAny(() => select([filter])));
  const stored = [...new Set(chosen.map((one) => one.stored))];
  const environment = stored.find(({ circumstances }) => circumstances !== undefined)?.circumstances?.environment;
  return {
    kind: 'stored',
    label: `baseline ${name}${environment === undefined ? '' : commitText(environment)}`,
    results: new Map(
      stored.map(({ id, sample, circumstances }) => [
        id,
        { averagesNs: averagesNs(sample), metrics: circumstances?.metrics ?? {} },
      ]),
    ),
    settings: new Map(stored.map(({ id, circumstances }) => [id, circumstances?.settings ?? {}])),
    environment,
  };
}

async function openCheckoutSide(
  side: Side,
  directory: string,
  request: GateRequest,
  terminal: Terminal,
): Promise<CheckoutSide> {
  const checkout = await openCheckout(directory);
  const start = () => startChild(commandOf(checkout, request, terminal));
  const { benchmarks, environment } = await listed(start(), side);
  return {
    kind: 'checkout',
    directory,
    label: `${request[side]}${commitText(environment)}`,
    ids: benchmarks.map(({ id }) => id),
    settings: new Map(benchmarks.map(({ id, settings }) => [id, settings])),
    environment,
    start,
  };
}

async function listed(participant: Participant, side: Side): ReturnType<Participant['list']> {
  try {
    return await participant.list();
  } catch (cause) {
    const { message } = cause as Error;
    throw new ParticipantError(`the ${side} cannot be run: ${message}`, { hasEnded: true, cause });
  } finally {
    await participant.close();
  }
}

function commandOf(
  { program, directory }: Checkout,
  { filters, all, exact, pin, wallTime }: GateRequest,
  { env }: Terminal,
): Parameters<typeof startChild>[0] {
  const flags = { '--all': all, '--exact': exact, '--wall-time': wallTime };
  const options = Object.entries(flags).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
  const node = [process.execPath, '--enable-source-maps', program, 'bench', 'worker', ...filters, ...options];
  const [first = '', ...args] = pin === undefined ? node : pinned(pin, node);
  return { program: first, args, directory, env };
}

function commitText({ commit }: Environment): string {
  return commit === null ? '' : ` (${commit.hash.slice(0, 12)}${commit.isModified ? ', modified' : ''})`;
}
