/** What can be wrong with what is to be measured? */

/**
 * Stable codes of `MeasureError`:
 * - `BAD_GUEST`: the file cannot be read, or is no WebAssembly that the engine accepts
 * - `BAD_CALL`: the call cannot be read, leads nowhere, or has arguments of other types
 * - `GUEST_FAILED`: the guest cannot be instantiated, or its call does not return
 */
export type MeasureErrorCode = 'BAD_GUEST' | 'BAD_CALL' | 'GUEST_FAILED';

/** An error found before anything is measured; the message is one line. */
export class MeasureError extends Error {
  override readonly name: string = 'MeasureError';
  readonly code: MeasureErrorCode;

  constructor(code: MeasureErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
