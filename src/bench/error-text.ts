// What does whatever was thrown say? Anything can be thrown, also what refuses to become text.
import { inspect, types } from 'node:util';

/** The text of what was thrown: an error's message, or the value as it is shown; it may have lines, and is never empty. */
export function textOf(thrown: unknown): string {
  if (isPrimitive(thrown)) return thrown === '' ? "''" : String(thrown);
  if (!isError(thrown))
    return inspect(thrown, { depth: 2, breakLength: Infinity, compact: true, customInspect: false });
  const { message, name } = thrown as { readonly message: unknown; readonly name: unknown };
  if (typeof message === 'string' && message.trim() !== '') return message;
  return typeof name === 'string' && name !== '' ? name : 'Error';
}

/** What was thrown, for a report: as it is, or as an error with its text where it has none of its own. */
export function presentable(thrown: unknown): unknown {
  if (isPrimitive(thrown) || (isError(thrown) && hasText(thrown))) return thrown;
  const text = textOf(thrown);
  // Where this error is made tells nobody anything.
  return Object.assign(new Error(text, { cause: thrown }), { stack: `Error: ${text}` });
}

/** The stack of what was thrown, with those of its causes, and all lines of its text. */
export function stackOf(thrown: unknown): string {
  const stacks: string[] = [];
  for (let next = thrown; stacks.length < MOST_CAUSES && isError(next); next = next.cause) {
    stacks.push(typeof next.stack === 'string' && next.stack !== '' ? next.stack : textOf(next));
  }
  return stacks.length === 0 ? textOf(thrown) : stacks.join('\ncaused by: ');
}

/** A cause may be its own. */
const MOST_CAUSES = 5;

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}

function isError(value: unknown): value is Error {
  if (types.isProxy(value)) return false;
  return types.isNativeError(value) || value instanceof Error;
}

/** Errors of another realm are none to `instanceof`, by which reports tell them. */
function hasText(error: Error): boolean {
  return error instanceof Error && typeof error.message === 'string' && typeof error.name === 'string';
}
