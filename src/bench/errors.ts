// Errors of the bench: definition, selection and measurement of benchmarks.
import { inspect } from 'node:util';

/**
 * Stable codes of `BenchError`:
 * - `BAD_DEFINITION`: a suite or benchmark is invalid
 * - `BAD_OPTION`: an option has an invalid value
 * - `BAD_MEASUREMENT`: a routine returned no valid elapsed time, or more iterations take no more time
 * - `NEVER_FINISHED`: a benchmark waits, and nothing is pending that could wake it
 * - `NO_MATCH`: a filter selects nothing, or is not a regular expression
 * - `NO_CODE_GENERATION`: this process forbids code generation from strings
 * - `INTERRUPTED`: the run was aborted
 */
export type BenchErrorCode =
  | 'BAD_DEFINITION'
  | 'BAD_OPTION'
  | 'BAD_MEASUREMENT'
  | 'NEVER_FINISHED'
  | 'NO_MATCH'
  | 'NO_CODE_GENERATION'
  | 'INTERRUPTED';

/** An error of the bench itself, as opposed to one thrown by a benchmark. */
export class BenchError extends Error {
  /** `BenchError`, or `OptionError`. */
  override readonly name: string = 'BenchError';
  /** Stable code of the failure. */
  readonly code: BenchErrorCode;

  /**
   * @param code - Stable code of the failure.
   * @param message - The problem, the received value and the fix.
   * @param options - The causing error, if any.
   */
  constructor(code: BenchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An invalid option; the message names the option, its value and the fix. */
export class OptionError extends BenchError {
  /** `OptionError`. */
  override readonly name: string = 'OptionError';
  /** The option's name as in `Options`. */
  readonly option: string;
  /** The received value. */
  readonly received: unknown;
  /** The fix, as an instruction. */
  readonly fix: string;

  /**
   * @param option - The option's name as in `Options`.
   * @param received - The received value.
   * @param fix - The fix, as an instruction.
   */
  constructor(option: string, received: unknown, fix: string) {
    super('BAD_OPTION', `${option} is ${inspect(received, { depth: 0, compact: true })}: ${fix}`);
    this.option = option;
    this.received = received;
    this.fix = fix;
  }
}
