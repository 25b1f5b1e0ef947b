/** Which functions do the calls lead to that somebody wrote, and do their arguments fit? */

import { nearest } from '../bench/suite/did-you-mean.js';
import type { Component, Module } from '../runtime/compiled.js';
import { Engine } from '../runtime/engine.js';
import { callableNames } from '../runtime/interface/names.js';
import { MeasureError } from './errors.js';
import type { Guest } from './guest-file.js';
import type { EngineSettings } from './settings.js';

/** A call that fits the guest. */
export interface FoundCall {
  /** As it was written. */
  readonly text: string;
  /** What its benchmark is called: the text on one line, without slashes. */
  readonly value: string;
  readonly path: readonly string[];
  /** Its arguments in WAVE, with their brackets. */
  readonly args: string;
}

/**
 * Compiles `guest`, and finds what each of `texts` calls.
 *
 * @throws MeasureError `BAD_GUEST` where it cannot be compiled, `BAD_CALL` for the first text that does not fit it; TypeError
 *   or RangeError (`BAD_OPTION`) for settings that do not go together.
 */
export async function findCalls(
  guest: Guest,
  texts: readonly string[],
  settings: EngineSettings,
): Promise<FoundCall[]> {
  const { interruption, ...rest } = settings;
  using engine = new Engine({ ...rest, ...(interruption !== 'none' && interruption && { interruption }) });
  using compiled = await compile(engine, guest);
  const calls = texts.map((text) => find(compiled, text));
  refuseTwice(calls);
  return calls;
}

async function compile(engine: Engine, { binary, isComponent }: Guest): Promise<Component | Module> {
  try {
    return await (isComponent ? engine.compileComponent(binary) : engine.compileModule(binary));
  } catch (cause) {
    throw new MeasureError('BAD_GUEST', oneLine((cause as Error).message), { cause });
  }
}

function find(compiled: Component | Module, given: string): FoundCall {
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

/** A question that names the function that may be meant; nothing where none comes near, or several have the very name. */
function suggestion(compiled: Component | Module, text: string): string {
  const names = callableNames(compiled.exports);
  const [name = ''] = text.split(/\s*\(/, 1);
  const near = nearest(name, [...names, ...names.map(shortened)]);
  return near === undefined || near === name ? '' : `; did you mean ${near}?`;
}

/** `acme:calc/ops@1.0.0#add` is `ops#add` for short. */
function shortened(name: string): string {
  return name.replace(/^.*\/(?=[^#]*#)/, '').replace(/@[^#]*(?=#)/, '');
}

/** Two benchmarks of one name would be compared with each other. */
function refuseTwice(calls: readonly FoundCall[]): void {
  for (const [i, call] of calls.entries()) {
    const first = calls.slice(0, i).find(({ value }) => value === call.value);
    if (first === undefined) continue;
    const fix =
      oneLine(first.text) === oneLine(call.text)
        ? `${call.text} is to be called twice: give each call once`
        : `${first.text} and ${call.text} would both be measured as ${call.value}: give one of them in another run, with another --name`;
    throw new MeasureError('BAD_CALL', fix);
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
