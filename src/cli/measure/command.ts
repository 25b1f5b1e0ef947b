// Command `measure`: tries the calls of one guest, prints their results and measures them.
import { MeasureError } from '../../measure/errors.js';
import { readGuest } from '../../measure/guest-file.js';
import { type MeasuredGuest, measureSuite } from '../../measure/suite.js';
import { printable } from '../../report/text/printable.js';
import type { CliContext } from '../context.js';
import { runSelection } from '../run/run-selection.js';
import { UsageError } from '../usage-error.js';
import type { MeasureRequest } from './options.js';

/**
 * Measures a guest. Prints first what each call returned.
 *
 * @returns The exit status, as of `bench`.
 * @throws UsageError for an unusable file, call or option; MeasureError for a guest that fails.
 */
export async function runMeasureCommand(request: MeasureRequest, context: CliContext): Promise<number> {
  const { suite, calls } = await prepare(request, context);
  if (!request.output.quiet) {
    for (const { text, result } of calls) context.stderr.write(`${printable(`${text} → ${result}`)}\n`);
  }
  return runSelection(request, { suites: [suite], selected: suite.benchmarks }, context);
}

async function prepare(request: MeasureRequest, { workingDirectory }: CliContext): Promise<MeasuredGuest> {
  try {
    return await measureSuite(await readGuest(request.file, workingDirectory), request);
  } catch (error) {
    throw toCommandError(error as Error);
  }
}

/** The engine's options that an option of the command line sets. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ['limits.fuel', '--fuel'],
  ['limits.timeoutMs', '--timeout'],
  ['limits.memoryBytes', '--memory'],
  ['interruption', '--interruption'],
  ['traps', '--traps'],
  ['compiler', '--compiler'],
  ['allocation', '--allocation'],
]);

/** The engine's option behind each code of a call that exceeds a limit. */
const LIMITS: ReadonlyMap<unknown, string> = new Map([
  ['OUT_OF_FUEL', 'limits.fuel'],
  ['TIMEOUT', 'limits.timeoutMs'],
  ['MEMORY_LIMIT', 'limits.memoryBytes'],
]);

/** The error with the options of the command line; a `UsageError` if the command line is wrong and not the guest. */
function toCommandError(error: Error): Error {
  const { code, option } = error as { readonly code?: unknown; readonly option?: string };
  if (code === 'BAD_OPTION') return new UsageError(withFlag(error.message, option), { cause: error });
  if (!(error instanceof MeasureError)) return error;
  if (error.code !== 'GUEST_FAILED') return new UsageError(error.message, { cause: error });
  const limit = LIMITS.get((error.cause as { readonly code?: unknown } | undefined)?.code);
  if (limit === undefined) return error;
  return new MeasureError(error.code, `${error.message} (${FLAGS.get(limit)} sets '${limit}')`, { cause: error });
}

/** The message of a bad option with the name of the command line's option, instead of the engine's. */
function withFlag(message: string, option = ''): string {
  const flag = FLAGS.get(option);
  return flag === undefined ? message : message.replace(`option '${option}'`, flag);
}
