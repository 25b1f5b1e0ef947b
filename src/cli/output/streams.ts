// Stream errors: ends the process when its output can no longer be written.
import { EXIT } from '../process/exit-status.js';

/** The part of the process that is used. */
type Process = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exitCode'> & { exit(status: number): void };

/**
 * Ends the process if standard output fails. Ignores failures of standard error, since nothing is left to report them to.
 *
 * @param end - Called before the exit with a status. @returns The final status.
 */
export function handleStreamErrors(process: Process, end: (status: number) => number = (status) => status): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      process.stderr.write(`error: standard output cannot be written: ${error.message}\n`);
      process.exit(end(EXIT.failed));
    }
    // A reader such as `head` closed the pipe. A finished command keeps its status; a truncated one has not succeeded.
    process.exit(typeof process.exitCode === 'number' ? process.exitCode : end(EXIT.pipeClosed));
  });
  process.stderr.on('error', () => undefined);
}
