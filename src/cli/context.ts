// Context of a command: its streams, environment, file system, clock and signal.
import { rootDirectory } from '../baseline/files/directory.js';
import type { FileSystem } from '../baseline/files/json-file.js';
import type { Store } from '../baseline/store.js';
import type { Supervisor } from '../bench/process-guard.js';
import type { Clock } from '../bench/timing/clock.js';
import type { OutputStream } from '../report/text/progress.js';

/** Everything outside the program that a command uses, so that tests can replace it. */
export interface CliContext {
  /** Results. */
  readonly stdout: OutputStream;
  /** Progress, notes, warnings and errors. */
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  /** The directory that relative paths start from. */
  readonly workingDirectory: string;
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Observes the process while suites run. */
  readonly supervisor?: Supervisor;
  /** The directory of the project's own suite files, `*.bench.js`. */
  readonly suiteDirectory: string;
}

/** The store of all measurements: `CRITERION_HOME`, or `target/criterion`. */
export function storeOf({ env, workingDirectory, fileSystem }: CliContext): Store {
  return { root: rootDirectory(env, workingDirectory), fileSystem };
}

/** Whether to colour output to `stream` if no option decides it. See no-color.org and force-color.org. */
export function prefersColour(stream: OutputStream, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true;
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
