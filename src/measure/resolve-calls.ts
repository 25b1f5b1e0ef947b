// Resolution of calls: parses each call and checks it against the guest's exports.
import { didYouMean } from '../bench/suite/did-you-mean.js';
import type { Component, Module } from '../runtime/compiled.js';
import { Engine } from '../runtime/engine.js';
import { callableNames } from '../runtime/interface/names.js';
import { MeasureError } from './errors.js';
import type { GuestBinary } from './guest-file.js';
import type { EngineSettings } from './settings.js';

/** A call of an existing function with matching arguments. */
export interface ResolvedCall {
  /** The call as it was given. */
  readonly text: string;
  /** The benchmark's value: the text on one line, without slashes. */
  readonly value: string;
  /** The path of the export. */
  readonly path: readonly string[];
  /** The arguments in WAVE, with their parentheses. */
  readonly args: string;
}

/**
 * Compiles `guest` and resolves each of `texts` to a call of one of its exports.
 *
 * @throws MeasureError `BAD_GUEST` if it cannot be compiled, `BAD_CALL` for the first text that does not match an
 * export; TypeError or RangeError (`BAD_OPTION`) for incompatible settings.
 */
export async function resolveCalls(
  guest: GuestBinary,
  texts: readonly string[],
  settings: EngineSettings,
): Promise<ResolvedCall[]> {
  const { interruption, ...rest } = settings;
  using engine = new Engine({ ...rest, ...(interruption !== 'none' && interruption && { interruption }) });
  using compiled = await compile(engine, guest);
  const calls = texts.map((text) => resolveCall(compiled, text));
  rejectDuplicates(calls);
  return calls;
}

async function compile(engine: Engine, { binary, isComponent }: GuestBinary): Promise<Component | Module> {
  try {
    return await (isComponent ? engine.compileComponent(binary) : engine.compileModule(binary));
  } catch (cause) {
    throw new MeasureError('BAD_GUEST', oneLine((cause as Error).message), { cause });
  }
}

function resolveCall(compiled: Component | Module, given: string): ResolvedCall {
  const text = given.trim();
  try {
    const { path, args } = compiled.resolveCall(text);
    compiled.parseCall(text);
    return { text, value: oneLine(text).replaceAll('/', '_'), path, args };
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    const fix = code === 'UNKNOWN_EXPORT' ? suggestion(compiled, text) : '';
    throw new MeasureError('BAD_CALL', `cannot call ${oneLine(text)}: ${message}${fix}`, { cause });
  }
}

/** Returns a suggestion of the closest function; empty if none is close, or if the name is ambiguous. */
function suggestion(compiled: Component | Module, text: string): string {
  const names = callableNames(compiled.exports);
  const [name = ''] = text.split(/\s*\(/, 1);
  const near = didYouMean(name, [...names, ...names.map(shortName)]);
  return near === undefined || near === name ? '' : `; did you mean ${near}?`;
}

/** Shortens `acme:calc/ops@1.0.0#add` to `ops#add`. */
function shortName(name: string): string {
  return name.replace(/^.*\/(?=[^#]*#)/, '').replace(/@[^#]*(?=#)/, '');
}

/** Rejects duplicates: two benchmarks of one name would be compared with each other. */
function rejectDuplicates(calls: readonly ResolvedCall[]): void {
  for (const [i, call] of calls.entries()) {
    const first = calls.slice(0, i).find(({ value }) => value === call.value);
    if (first === undefined) continue;
    const message =
      oneLine(first.text) === oneLine(call.text)
        ? `${call.text} is given twice: give each call once`
        : `${first.text} and ${call.text} would both be measured as ${call.value}: measure one of them in another run, with another --name`;
    throw new MeasureError('BAD_CALL', message);
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
