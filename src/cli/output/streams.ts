// What happens where nobody reads what is printed, or nothing takes it?
import { EXIT } from '../process/exit-status.js';

/** What of the process is used. */
type Process = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exitCode'> & { exit(status: number): void };

/**
 * Ends the process where standard output takes nothing more; where standard error does not, there is nobody to tell.
 *
 * @param end - What is still to be done. @returns The status to end with, for the one that it is given.
 */
export function guardStreams(process: Process, end: (status: number) => number = (status) => status): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      process.stderr.write(`error: standard output cannot be written: ${error.message}\n`);
      process.exit(end(EXIT.failed));
    }
    // A reader such as `head` went away. What has ended has its status; what is cut short has not succeeded.
    process.exit(typeof process.exitCode === 'number' ? process.exitCode : end(EXIT.cut));
  });
  process.stderr.on('error', () => undefined);
}
