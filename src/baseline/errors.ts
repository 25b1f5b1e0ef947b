// Baseline errors: the failures of reading and writing baselines.

/**
 * Stable codes of `BaselineError`:
 * - `NO_BASELINE`: a required baseline does not exist
 * - `BAD_NAME`: the name is not valid for a baseline
 * - `BAD_FILE`: a file is missing, truncated, or has an unexpected form
 * - `BAD_NUMBER`: a figure cannot be written, such as NaN
 * - `NOT_WRITTEN`: the operating system refused to write
 * - `LOCKED`: another process is writing the same baseline
 * - `EXISTS`: the baseline or file exists, and replacing it was not allowed
 * - `DIFFERENT`: the results cannot be merged, because they were measured under different conditions
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

/** An error of reading or writing baselines. The message names file, field and fix where they apply. */
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
