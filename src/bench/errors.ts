// What can go wrong while benchmarks are defined, chosen and measured?
import { inspect } from 'node:util';

/**
 * Stable codes of `BenchError`:
 * - `BAD_DEFINITION`: a suite or benchmark is not of the required form
 * - `BAD_OPTION`: an option has an impossible value
 * - `BAD_MEASUREMENT`: a batch returned something that is no elapsed time
 * - `NEVER_FINISHED`: a benchmark waits for what nothing is left to bring
 * - `NO_MATCH`: a filter selects nothing
 * - `NO_CODE_GENERATION`: this process forbids code generation from strings
 * - `INTERRUPTED`: measuring was stopped from outside
 */
export type BenchErrorCode =
  | 'BAD_DEFINITION'
  | 'BAD_OPTION'
  | 'BAD_MEASUREMENT'
  | 'NEVER_FINISHED'
  | 'NO_MATCH'
  | 'NO_CODE_GENERATION'
  | 'INTERRUPTED';

/** An error of the benchmark harness, as opposed to one thrown by a benchmark. */
export class BenchError extends Error {
  /** `BenchError`, or `OptionError`. */
  override readonly name: string = 'BenchError';
  /** The stable name of the kind of failure. */
  readonly code: BenchErrorCode;

  /**
   * @param code - The kind of failure.
   * @param message - What happened, with the value received and the fix.
   * @param options - The error that caused it.
   */
  constructor(code: BenchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An option has an impossible value; the message names option, value and fix. */
export class OptionError extends BenchError {
  /** `OptionError`. */
  override readonly name: string = 'OptionError';
  /** The option's name as in `Options`. */
  readonly option: string;
  /** The value that it was given. */
  readonly received: unknown;
  /** What to give instead, as an instruction. */
  readonly fix: string;

  /**
   * @param option - The option's name as in `Options`.
   * @param received - The value that it was given.
   * @param fix - What to give instead.
   */
  constructor(option: string, received: unknown, fix: string) {
    super('BAD_OPTION', `${option} is ${inspect(received, { depth: 0, compact: true })}: ${fix}`);
    this.option = option;
    this.received = received;
    this.fix = fix;
  }
}
