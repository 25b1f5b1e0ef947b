// What can go wrong while benchmarks are defined, chosen and measured?

/**
 * Stable codes of `BenchError`:
 * - `BAD_DEFINITION`: a suite or benchmark is not of the required form
 * - `BAD_OPTION`: an option has an impossible value
 * - `BAD_MEASUREMENT`: a batch returned something that is no elapsed time
 * - `NO_MATCH`: a filter selects nothing
 * - `NO_CODE_GENERATION`: this process forbids code generation from strings
 * - `INTERRUPTED`: measuring was stopped from outside
 */
export type BenchErrorCode =
  | 'BAD_DEFINITION'
  | 'BAD_OPTION'
  | 'BAD_MEASUREMENT'
  | 'NO_MATCH'
  | 'NO_CODE_GENERATION'
  | 'INTERRUPTED';

/** An error of the benchmark harness, as opposed to one thrown by a benchmark. */
export class BenchError extends Error {
  override readonly name: string = 'BenchError';
  readonly code: BenchErrorCode;

  constructor(code: BenchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An option has an impossible value; the message names option, value and fix. */
export class OptionError extends BenchError {
  override readonly name: string = 'OptionError';
  /** The option's name as in `Options`. */
  readonly option: string;
  readonly received: unknown;
  /** What to give instead, as an instruction. */
  readonly fix: string;

  constructor(option: string, received: unknown, fix: string) {
    super('BAD_OPTION', `${option} is ${String(received)}: ${fix}`);
    this.option = option;
    this.received = received;
    this.fix = fix;
  }
}
