// Text of thrown values. Anything can be thrown, even values whose conversion to text throws.
import { inspect, types } from 'node:util';

/**
 * Returns the text of a thrown value: an error's message, or the value as inspected. Never empty; may have several
 * lines.
 */
export function errorText(thrown: unknown): string {
  if (isPrimitive(thrown)) return thrown === '' ? "''" : String(thrown);
  if (!isError(thrown))
    return inspect(thrown, { depth: 2, breakLength: Infinity, compact: true, customInspect: false });
  const { message, name } = thrown as { readonly message: unknown; readonly name: unknown };
  if (typeof message === 'string' && message.trim() !== '') return message;
  return typeof name === 'string' && name !== '' ? name : 'Error';
}

/** Returns a thrown value for a report: unchanged, or as the `cause` of an error with its text if it has no message. */
export function toReportable(thrown: unknown): unknown {
  if (isPrimitive(thrown) || (isError(thrown) && hasText(thrown))) return thrown;
  const text = errorText(thrown);
  // The stack of this error would show this function, not the origin of the thrown value.
  return Object.assign(new Error(text, { cause: thrown }), { stack: `Error: ${text}` });
}

/** Returns the stack of a thrown value and those of its causes, with every line of its text. */
export function errorStack(thrown: unknown): string {
  const stacks: string[] = [];
  for (let next = thrown; stacks.length < MAX_CAUSES && isError(next); next = next.cause) {
    stacks.push(typeof next.stack === 'string' && next.stack !== '' ? next.stack : errorText(next));
  }
  return stacks.length === 0 ? errorText(thrown) : stacks.join('\ncaused by: ');
}

/** Causes to follow: an error may be its own cause. */
const MAX_CAUSES = 5;

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}

function isError(value: unknown): value is Error {
  if (types.isProxy(value)) return false;
  return types.isNativeError(value) || value instanceof Error;
}

/** Whether reports recognize `error`: they use `instanceof`, which errors of another realm fail. */
function hasText(error: Error): boolean {
  return error instanceof Error && typeof error.message === 'string' && typeof error.name === 'string';
}
