// Errors of guests and calls to measure.
/**
 * Stable codes of `MeasureError`:
 * - `BAD_GUEST`: the file cannot be read, or is not WebAssembly that the engine accepts
 * - `BAD_CALL`: the call cannot be parsed, its function does not exist, or its arguments have wrong types
 * - `GUEST_FAILED`: the guest cannot be instantiated, or a call fails
 */
export type MeasureErrorCode = 'BAD_GUEST' | 'BAD_CALL' | 'GUEST_FAILED';

/** An error before anything is measured; its message is one line. */
export class MeasureError extends Error {
  override readonly name: string = 'MeasureError';
  readonly code: MeasureErrorCode;

  constructor(code: MeasureErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
