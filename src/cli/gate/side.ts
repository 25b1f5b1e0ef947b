// Sides of the gate: opens the checkout or the baseline that an option names.
import path from 'node:path';

import { loadStored } from '../../baseline/stored-benchmarks.js';
import { baselineNames } from '../../baseline/store.js';
import type { Environment } from '../../bench/machine/environment.js';
import { averagesNs } from '../../bench/sampling/sample.js';
import { startRunner } from '../../gate/process/child.js';
import { type Runner, RunnerError, type Side } from '../../gate/process/runner.js';
import type { CheckoutSide, GateSide, StoredSide } from '../../gate/side.js';
import { isMeant, selectStored } from '../../session/stored-selection.js';
import { type Checkout, isDirectory, openCheckout } from './checkout.js';
import { UsageError } from '../usage-error.js';
import type { GateRequest } from './options.js';
import { withAffinity } from './cpu-affinity.js';
import { emptyIfNoMatch, splitFilesAndFilters } from '../suite-files/selection.js';
import { type CliContext, storeOf } from '../context.js';

/**
 * Opens the side that an option names: a directory is a checkout, anything else a baseline.
 *
 * @throws UsageError if it is neither; RunnerError if the checkout's benchmarks cannot be listed.
 */
export async function openSide(side: Side, request: GateRequest, context: CliContext): Promise<GateSide> {
  const given = request[side];
  const directory = path.resolve(context.workingDirectory, given);
  const isPath = given.startsWith('.') || given.includes('/') || path.isAbsolute(given);
  if (!isPath && (await hasBaseline(given, context))) return openStoredSide(given, request, context);
  if (await isDirectory(directory)) return openCheckoutSide(side, directory, request, context);
  const names = await baselineNames(storeOf(context));
  const known = names.length > 0 ? `one of the baselines ${names.join(', ')}` : 'save a baseline first';
  throw new UsageError(
    `--${side} is ${given}, which is neither a directory nor a baseline: give a checkout’s directory, or ${known}`,
  );
}

async function hasBaseline(name: string, context: CliContext): Promise<boolean> {
  return (await baselineNames(storeOf(context))).includes(name);
}

/** Opens a baseline, whose results count as those of one process. The selection applies as for a checkout. */
async function openStoredSide(name: string, request: GateRequest, context: CliContext): Promise<StoredSide> {
  const { filters } = await splitFilesAndFilters(request.filters, context);
  const all = await loadStored(storeOf(context), name, (id) => isMeant(id, { ...request, filters }));
  const select = (some: readonly string[]) => selectStored(all, { ...request, filters: some });
  const chosen =
    filters.length === 0 ? select([]) : filters.flatMap((filter) => emptyIfNoMatch(() => select([filter])));
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
  context: CliContext,
): Promise<CheckoutSide> {
  const checkout = await openCheckout(directory);
  const start = () => startRunner(commandOf(checkout, request, context));
  const { benchmarks, environment } = await listOnce(start(), side);
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

async function listOnce(runner: Runner, side: Side): ReturnType<Runner['list']> {
  try {
    return await runner.list();
  } catch (cause) {
    const { message } = cause as Error;
    throw new RunnerError(`cannot run the ${side}: ${message}`, { hasEnded: true, cause });
  } finally {
    await runner.close();
  }
}

function commandOf(
  { program, directory }: Checkout,
  { filters, all, exact, pin, wallTime }: GateRequest,
  { env }: CliContext,
): Parameters<typeof startRunner>[0] {
  const flags = { '--all': all, '--exact': exact, '--wall-time': wallTime };
  const options = Object.entries(flags).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
  const node = [process.execPath, '--enable-source-maps', program, 'bench', 'worker', ...filters, ...options];
  const [first = '', ...args] = pin === undefined ? node : withAffinity(pin, node);
  return { program: first, args, directory, env };
}

function commitText({ commit }: Environment): string {
  return commit === null ? '' : ` (${commit.hash.slice(0, 12)}${commit.isModified ? ', modified' : ''})`;
}
