// What of the outside world does a command use?
import type { FileSystem } from '../baseline/files/file.js';
import type { Clock } from '../bench/sampling/clock.js';
import type { Supervisor } from '../bench/process-guard.js';
import type { OutputStream } from '../report/text/progress.js';

/** The effects of a command, so that a test can bring its own. */
export interface Terminal {
  /** Results. */
  readonly stdout: OutputStream;
  /** Progress, notes, warnings and errors. */
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  /** What relative paths start from. */
  readonly workingDirectory: string;
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Listens on the process while suites run. */
  readonly supervisor?: Supervisor;
  /** Where the suite files `*.bench.js` lie. */
  readonly suiteDirectory: string;
}

/** Whether to colour what goes to `stream`, where no option says so. See no-color.org and force-color.org. */
export function prefersColour(stream: OutputStream, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true;
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
