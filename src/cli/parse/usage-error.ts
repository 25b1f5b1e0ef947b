// What is wrong with a command line?

/** A mistake in the command line; the message names what was received and the fix. The exit status is 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
