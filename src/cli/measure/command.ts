// How does the command `measure` run, from its request to its exit status?
import { MeasureError } from '../../measure/errors.js';
import { readGuest } from '../../measure/guest-file.js';
import { type MeasuredGuest, measureSuite } from '../../measure/suite.js';
import { printable } from '../../report/text/printable.js';
import { runSuites } from '../bench/command.js';
import { UsageError } from '../parse/usage-error.js';
import type { MeasureRequest } from './options.js';
import type { Terminal } from '../context.js';

/**
 * Measures a guest of anybody's. What each call returned is printed first.
 *
 * @returns The exit status, as of `bench`.
 * @throws UsageError for a file or a call that cannot be used; MeasureError for a guest that fails.
 */
export async function measure(request: MeasureRequest, terminal: Terminal): Promise<number> {
  const { suite, calls } = await prepare(request, terminal);
  if (!request.output.quiet) {
    for (const { text, result } of calls) terminal.stderr.write(`${printable(`${text} → ${result}`)}\n`);
  }
  return runSuites(request, { suites: [suite], selected: suite.benchmarks }, terminal);
}

async function prepare(request: MeasureRequest, { workingDirectory }: Terminal): Promise<MeasuredGuest> {
  try {
    return await measureSuite(await readGuest(request.file, workingDirectory), request);
  } catch (error) {
    throw inOptions(error as Error);
  }
}

/** What the engine's messages call the options that are written otherwise here. */
const OPTIONS: ReadonlyMap<string, string> = new Map([
  ["option 'limits.fuel'", '--fuel'],
  ["option 'limits.timeoutMs'", '--timeout'],
  ["option 'limits.memoryBytes'", '--memory'],
  ["'limits.fuel'", '--fuel'],
  ["'limits.memoryBytes'", '--memory'],
  ["'limits.timeoutMs'", '--timeout'],
  ["'timeoutMs'", '--timeout'],
]);

/** The error in the words of the command line; a `UsageError` where that is wrong, and not the guest. */
function inOptions(error: Error): Error {
  const message = [...OPTIONS].reduce((text, [theirs, ours]) => text.replaceAll(theirs, ours), error.message);
  if (isMistaken(error)) return new UsageError(message, { cause: error });
  return error instanceof MeasureError ? new MeasureError(error.code, message, { cause: error }) : error;
}

/** Whether the command line is wrong, and not the guest. */
function isMistaken(error: Error): boolean {
  if (error instanceof MeasureError) return error.code !== 'GUEST_FAILED';
  return (error as { readonly code?: unknown }).code === 'BAD_OPTION';
}
