// What can go wrong with baselines on disk?

/**
 * Stable codes of `BaselineError`:
 * - `NO_BASELINE`: a baseline that must exist does not
 * - `BAD_NAME`: a name that cannot be a baseline's
 * - `BAD_FILE`: a file that is missing, cut short, or not of the required form
 * - `BAD_NUMBER`: a figure that must not be written, such as NaN
 * - `NOT_WRITTEN`: the system refused to write
 * - `LOCKED`: another process writes the same
 * - `EXISTS`: a baseline that would be replaced, and must not be without being told
 * - `DIFFERENT`: what must not be put together, because it was not measured alike
 */
export type BaselineErrorCode =
  | 'NO_BASELINE'
  | 'BAD_NAME'
  | 'BAD_FILE'
  | 'BAD_NUMBER'
  | 'NOT_WRITTEN'
  | 'LOCKED'
  | 'EXISTS'
  | 'DIFFERENT';

/** An error of reading or writing baselines; the message names file, field and fix where they apply. */
export class BaselineError extends Error {
  /** `BaselineError`. */
  override readonly name: string = 'BaselineError';
  /** The stable name of the kind of failure. */
  readonly code: BaselineErrorCode;

  /**
   * @param code - The kind of failure.
   * @param message - What happened, with the value received and the fix.
   * @param options - The error that caused it.
   */
  constructor(code: BaselineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
