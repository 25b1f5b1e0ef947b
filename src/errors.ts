// Errors: one base class, and a stable code for each kind of failure.

/** The code that Rust alone has: JavaScript gets what the host function threw instead. */
export const RUST_ONLY_CODE = 'HOST_FAILED';

/** The code that JavaScript alone has: to Rust a guest's error is a result, not a failure. */
export const JAVASCRIPT_ONLY_CODE = 'RESULT';

/** Every code that an error of this package may have. */
export const ERROR_CODES = [
  'COMPILE',
  'BINARY_TOO_LARGE',
  'IO',
  'LINK',
  'UNKNOWN_EXPORT',
  'TRAP',
  'OUT_OF_FUEL',
  'TIMEOUT',
  'ABORTED',
  'BUSY',
  'MEMORY_LIMIT',
  'TRANSFER_LIMIT',
  'INSTANCE_LIMIT',
  'POISONED',
  'DISPOSED',
  'REENTRANT',
  'STACK_EXHAUSTED',
  'BAD_VALUE',
  'BAD_OPTION',
  'RESULT',
  'UNSUPPORTED',
  'DESERIALIZE',
  'INTERNAL',
] as const;

/** The stable name of a kind of failure. Codes may be added; none changes its meaning. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** One frame of a guest's stack. */
export interface WasmFrame {
  /** Index of the function in its module. */
  readonly functionIndex: number;
  /** Name of the function, demangled; absent if the binary has no names. */
  readonly function?: string;
  /** Name of the module, if the binary has one. */
  readonly module?: string;
  /** Offset of the instruction from the start of the module, in bytes. */
  readonly moduleOffset?: number;
  /** Source file, if the binary has DWARF. */
  readonly file?: string;
  /** Line in the source file, from 1. */
  readonly line?: number;
  /** Column in that line, from 1. */
  readonly column?: number;
}

/** An error as plain data. It survives JSON, and structured cloning as the error's `cause`. */
export interface WasmErrorData {
  /** The stable name of the kind of failure. */
  readonly code: ErrorCode;
  /** Description of the error, with the value received and the fix. */
  readonly message: string;
  /** For `TRAP`: Wasmtime's name of the trap, such as `IntegerDivisionByZero`. */
  readonly trap?: string;
  /** For `TRAP` and `OUT_OF_FUEL`: the guest's frames, the innermost first. */
  readonly frames?: readonly WasmFrame[];
  /** For `BAD_OPTION`: the option by its full name. */
  readonly option?: string;
  /** For `RESULT`: the error that the guest's function returned. */
  readonly payload?: unknown;
  /** For `BAD_OPTION`: `TypeError` if the option is unknown or of the wrong type; absent if it is out of range. */
  readonly name?: string;
}

const brand: unique symbol = Symbol.for('airssys-wasm.error') as never;

/**
 * Any failure of this package.
 *
 * `instanceof WasmError` also holds for the `TypeError`s and `RangeError`s that wrong arguments and options raise; all
 * of them have a {@link WasmError.code}.
 */
export class WasmError extends Error implements WasmErrorData {
  /** `WasmError` or `ComponentError`; `TypeError` or `RangeError` for errors of those classes. */
  override readonly name: string = 'WasmError';
  /** The stable name of the kind of failure. */
  declare readonly code: ErrorCode;
  /** For `TRAP`: Wasmtime's name of the trap, such as `IntegerDivisionByZero`. */
  declare readonly trap?: string;
  /** For `TRAP` and `OUT_OF_FUEL`: the guest's frames, the innermost first; at most the engine's `backtraceFrames`. */
  declare readonly frames?: readonly WasmFrame[];
  /** For `BAD_OPTION`: the option by its full name, such as `limits.fuel`. */
  declare readonly option?: string;
  /** For `RESULT`: the error that the guest's function returned. */
  declare readonly payload?: unknown;

  /** @param data - The error as data. */
  constructor(data: WasmErrorData) {
    super(data.message, { cause: data });
    adopt(this, data);
  }

  /**
   * Converts the error to plain data, for JSON.
   *
   * @returns The data, from which {@link WasmError.from} recreates the error; without the stack.
   */
  toJSON(): WasmErrorData {
    return toData(this);
  }

  /**
   * Recreates an error that went through JSON or structured cloning.
   *
   * @param value - What `JSON.parse` or `structuredClone` returned.
   * @returns The error, or `undefined` if `value` does not come from an error of this package.
   */
  static from(value: unknown): WasmError | undefined {
    const data = isData(value) ? value : value instanceof Error && isData(value.cause) ? value.cause : undefined;
    return data && (createError(data, data.payload) as WasmError);
  }

  /**
   * Checks whether `value` is an error of this package, including a `TypeError` or `RangeError`.
   *
   * @param value - Any value.
   * @returns Whether it is.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== WasmError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/** The guest's function returned the error side of its `result`; {@link ComponentError.payload} holds it. */
export class ComponentError extends WasmError {
  /** `ComponentError`. */
  override readonly name: string = 'ComponentError';
}

class WasmTypeError extends TypeError {
  static {
    // Printed stacks begin with the name of the class.
    Object.defineProperty(this, 'name', { value: 'TypeError' });
  }

  constructor(data: WasmErrorData) {
    super(data.message, { cause: data });
    adopt(this, data);
  }

  toJSON(): WasmErrorData {
    return toData(this);
  }
}

class WasmRangeError extends RangeError {
  static {
    // Printed stacks begin with the name of the class.
    Object.defineProperty(this, 'name', { value: 'RangeError' });
  }

  constructor(data: WasmErrorData) {
    super(data.message, { cause: data });
    adopt(this, data);
  }

  toJSON(): WasmErrorData {
    return toData(this);
  }
}

/** The data of an error, or a failure of the addon. */
interface ErrorInput extends Omit<WasmErrorData, 'code'> {
  readonly code: ErrorCode | typeof RUST_ONLY_CODE;
}

/**
 * Creates the error of the right class for `data`.
 *
 * @param data - The error as data.
 * @param payload - For `RESULT`: the error that the guest's function returned.
 * @returns A `TypeError` for wrong values, a `RangeError` for options out of range and an exhausted stack, else a
 *   {@link WasmError}; its stack starts at the caller.
 */
export function createError(data: ErrorInput, payload?: unknown): Error {
  const code = data.code === RUST_ONLY_CODE ? 'INTERNAL' : data.code;
  const message = clipped(data.message);
  const error = construct(payload === undefined ? { ...data, code, message } : { ...data, code, message, payload });
  Error.captureStackTrace(error, createError);
  return error;
}

/** The longest message, in UTF-16 code units: messages may quote a guest's names. */
const MAX_MESSAGE_LENGTH = 4_096;

function clipped(message: string): string {
  return message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
}

function construct(data: WasmErrorData): Error {
  switch (data.code) {
    case 'RESULT':
      return new ComponentError(data);
    case 'BAD_VALUE':
      return new WasmTypeError(data);
    case 'BAD_OPTION':
      return data.name === 'TypeError' ? new WasmTypeError(data) : new WasmRangeError(data);
    case 'STACK_EXHAUSTED':
      return new WasmRangeError(data);
    default:
      return new WasmError(data);
  }
}

/** Creates a `TypeError` for an argument of the wrong type or value. */
export function badValue(message: string): Error {
  return createError({ code: 'BAD_VALUE', message });
}

/** Creates a `TypeError` for an option of the wrong type or an unknown name. */
export function optionTypeError(option: string, message: string): Error {
  return createError({ code: 'BAD_OPTION', option, message: `option '${option}': ${message}`, name: 'TypeError' });
}

function adopt(error: Error, data: WasmErrorData): void {
  Object.defineProperty(error, brand, { value: true });
  for (const key of ['code', 'trap', 'frames', 'option', 'payload'] as const) {
    const value = data[key];
    if (value !== undefined && value !== null) {
      Object.defineProperty(error, key, { value, enumerable: true, writable: true, configurable: true });
    }
  }
  // Not enumerable, since a printed stack already begins with it.
  Object.defineProperty(error, 'name', { value: error.name, enumerable: false, writable: true, configurable: true });
}

function toData(error: Error): WasmErrorData {
  const { code, trap, frames, option, payload } = error as unknown as WasmErrorData;
  return {
    code,
    message: error.message,
    ...(trap !== undefined && { trap }),
    ...(frames !== undefined && { frames }),
    ...(option !== undefined && { option }),
    ...(payload !== undefined && { payload }),
    ...(code === 'BAD_OPTION' && error instanceof TypeError && { name: 'TypeError' }),
  };
}

const KNOWN_CODES: readonly string[] = ERROR_CODES;

function isData(value: unknown): value is WasmErrorData {
  if (typeof value !== 'object' || value === null || brand in value) return false;
  const { code, message } = value as Partial<WasmErrorData>;
  return typeof message === 'string' && KNOWN_CODES.includes(String(code));
}
