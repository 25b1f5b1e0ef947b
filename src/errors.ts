/** What can go wrong in a guest, and how does a program tell? One base, a stable code each. */

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

/** The stable name of a kind of failure. New ones may be added; none changes its meaning. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** One frame of a guest's stack. */
export interface WasmFrame {
  /** Index of the function in its module. */
  readonly functionIndex: number;
  /** Name of the function, where the binary has names; demangled. */
  readonly function?: string;
  /** Name of the module, where the binary has one. */
  readonly module?: string;
  /** Offset of the instruction from the start of the module, in bytes. */
  readonly moduleOffset?: number;
  /** Source file, where the binary has DWARF. */
  readonly file?: string;
  /** Line in the source file, from 1. */
  readonly line?: number;
  /** Column in that line, from 1. */
  readonly column?: number;
}

/** What an error says as plain data. It survives JSON, and structured cloning as the error's `cause`. */
export interface WasmErrorData {
  /** The stable name of the kind of failure. */
  readonly code: ErrorCode;
  /** What happened, with the value received and the fix. */
  readonly message: string;
  /** For `TRAP`: Wasmtime's own name of the trap, such as `IntegerDivisionByZero`. */
  readonly trap?: string;
  /** For `TRAP` and `OUT_OF_FUEL`: the guest's frames, the innermost first. */
  readonly frames?: readonly WasmFrame[];
  /** For `BAD_OPTION`: the option by its full name. */
  readonly option?: string;
  /** For `RESULT`: the error that the guest's function returned. */
  readonly payload?: unknown;
  /** For `BAD_OPTION`: `TypeError` where the option is unknown or of the wrong type; else it is out of its range. */
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
  /** `WasmError`, or `ComponentError`; `TypeError` and `RangeError` for those. */
  override readonly name: string = 'WasmError';
  /** The stable name of the kind of failure. */
  declare readonly code: ErrorCode;
  /** For `TRAP`: Wasmtime's own name of the trap, such as `IntegerDivisionByZero`. */
  declare readonly trap?: string;
  /** For `TRAP` and `OUT_OF_FUEL`: the guest's frames, the innermost first; at most the engine's `backtraceFrames`. */
  declare readonly frames?: readonly WasmFrame[];
  /** For `BAD_OPTION`: the option by its full name, such as `limits.fuel`. */
  declare readonly option?: string;
  /** For `RESULT`: the error that the guest's function returned. */
  declare readonly payload?: unknown;

  /** @param data - What the error says. */
  constructor(data: WasmErrorData) {
    super(data.message, { cause: data });
    adopt(this, data);
  }

  /**
   * The error as plain data, for JSON.
   *
   * @returns What {@link WasmError.from} makes the error of again; the stack is not in it.
   */
  toJSON(): WasmErrorData {
    return toData(this);
  }

  /**
   * The error again from what JSON or structured cloning left of it.
   *
   * @param value - What `JSON.parse` or `structuredClone` gave.
   * @returns The error, or `undefined` where `value` was never one of this package.
   */
  static from(value: unknown): WasmError | undefined {
    const data = isData(value) ? value : value instanceof Error && isData(value.cause) ? value.cause : undefined;
    return data && (createError(data, data.payload) as WasmError);
  }

  /**
   * Whether `value` is any failure of this package, which may be a `TypeError` or a `RangeError`.
   *
   * @param value - Anything.
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

/**
 * The error of the right class for `data`.
 *
 * @param data - What the addon or the options' parser found.
 * @param payload - For `RESULT`: the error that the guest's function returned.
 * @returns A `TypeError` for wrong values, a `RangeError` for options out of range and an exhausted stack, else a
 *   {@link WasmError}; its stack starts at the caller.
 */
export function createError(data: WasmErrorData, payload?: unknown): Error {
  const message = clipped(data.message);
  const error = construct(payload === undefined ? { ...data, message } : { ...data, message, payload });
  Error.captureStackTrace(error, createError);
  return error;
}

/** The longest message, in UTF-16 code units: a guest's names may be quoted in it. */
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

/** A `TypeError` for an argument of the wrong type or value. */
export function badValue(message: string): Error {
  return createError({ code: 'BAD_VALUE', message });
}

/** A `TypeError` for an option of the wrong type or an unknown name. */
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
  // The data is what structured cloning keeps; printing the error should not show it twice.
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

function isData(value: unknown): value is WasmErrorData {
  if (typeof value !== 'object' || value === null || brand in value) return false;
  const { code, message } = value as Partial<WasmErrorData>;
  return typeof message === 'string' && ERROR_CODES.some((known) => known === code);
}
