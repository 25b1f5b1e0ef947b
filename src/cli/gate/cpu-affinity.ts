// Can processes be bound to the processor that `--pin` names?
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { promisify } from 'node:util';

import { UsageError } from '../parse/usage-error.js';

/** The command line that runs `command` on one processor. */
export function pinned(processor: number, command: readonly string[]): string[] {
  return ['taskset', '-c', String(processor), ...command];
}

/** Tries it once. @throws UsageError naming the processors that there are, or what is missing. */
export async function checkPin(processor: number | undefined): Promise<void> {
  if (processor === undefined) return;
  if (process.platform !== 'linux') {
    throw new UsageError(`--pin is ${processor}: only Linux can bind processes to a processor; leave the option out`);
  }
  const [program = '', ...args] = pinned(processor, ['true']);
  try {
    await promisify(execFile)(program, args);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const fix = isMissing
      ? `the program ${program} binds processes, and is not there: install util-linux, or leave the option out`
      : `give one of the processors ${await processors()}`;
    throw new UsageError(`--pin is ${processor}: ${fix}`, { cause });
  }
}

/** Such as `0-3,8`. */
async function processors(): Promise<string> {
  const status = await readFile('/proc/self/status', 'latin1').catch(() => '');
  return /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? `0-${cpus().length - 1}`;
}
