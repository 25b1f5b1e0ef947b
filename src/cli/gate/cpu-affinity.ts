// CPU affinity: binds processes to the processor that `--pin` names.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { promisify } from 'node:util';

import { UsageError } from '../usage-error.js';

/** The command line that runs `command` on one processor. */
export function withAffinity(processor: number, command: readonly string[]): string[] {
  return ['taskset', '-c', String(processor), ...command];
}

/** Binds a process once to check that it works. @throws UsageError naming the available processors, or what is missing. */
export async function checkAffinity(processor: number | undefined): Promise<void> {
  if (processor === undefined) return;
  if (process.platform !== 'linux') {
    throw new UsageError(`--pin is ${processor}: only Linux can bind processes to a processor; leave out the option`);
  }
  const [program = '', ...args] = withAffinity(processor, ['true']);
  try {
    await promisify(execFile)(program, args);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const fix = isMissing
      ? `the program ${program}, which binds processes, is missing: install util-linux, or leave out the option`
      : `give one of the processors ${await processors()}`;
    throw new UsageError(`--pin is ${processor}: ${fix}`, { cause });
  }
}

/** The processors that this process may use, such as `0-3,8`. */
async function processors(): Promise<string> {
  const status = await readFile('/proc/self/status', 'latin1').catch(() => '');
  return /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? `0-${cpus().length - 1}`;
}
