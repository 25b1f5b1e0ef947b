// How does a command describe its options, and read what yargs made of them?
import type { Argv } from 'yargs';

import { checkBaselineName } from '../../baseline/files/directory.js';
import { UsageError } from '../parse/usage-error.js';
import type { OptionKind } from '../parse/npm.js';
import { nearest } from '../../bench/suite/did-you-mean.js';

/** One option of a command. */
export interface OptionSpec {
  readonly kind: OptionKind;
  readonly describe: string;
  /** A value for messages that ask for one. */
  readonly example?: string;
  /** The only values, where there are but a few. */
  readonly choices?: readonly string[];
  /** Given in place of a flag that is absent. */
  readonly default?: boolean;
  /** One letter. */
  readonly alias?: string;
}

/** The options of a command by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What yargs parsed: texts, booleans, and arrays of what was given several times. */
export type ParsedArguments = Readonly<Record<string, unknown>>;

/** Declares `specs`. Values stay text, since what is no number has to be named as it was written. */
export function declare(yargs: Argv, specs: OptionSpecs): Argv {
  const options = Object.entries(specs).map(([name, { kind, describe, alias, ...rest }]) => {
    const type = kind === 'flag' ? ('boolean' as const) : ('string' as const);
    // A command below another has options of its own.
    return [
      name,
      { type, describe, global: false, ...(alias && { alias }), ...('default' in rest && { default: rest.default }) },
    ] as const;
  });
  return yargs.options(Object.fromEntries(options));
}

/** Leaves out of the help of a command below `bench` the filters that `bench` itself takes. */
export function hideFilter(yargs: Argv): Argv {
  return yargs.hide('filter');
}

/** The kinds of `specs` by name, for what npm may have kept. */
export function kindsOf(specs: OptionSpecs): Map<string, OptionKind> {
  return new Map(Object.entries(specs).map(([name, { kind }]) => [name, kind]));
}

/**
 * Checks what holds for every option: that it is known, given once, has a value, and one of its choices.
 *
 * @param command - As it is written, such as `bench`, for messages.
 * @param positionals - The names of the command's positional arguments.
 * @throws UsageError naming the option, with a suggestion.
 */
export function checkArguments(
  argv: ParsedArguments,
  specs: OptionSpecs,
  { command, positionals }: { readonly command: string; readonly positionals: readonly string[] },
): void {
  refuseUnknown(argv, specs, command, ['_', '$0', ...positionals]);
  for (const [name, spec] of Object.entries(specs)) checkValue(name, spec, argv[name]);
}

function refuseUnknown(argv: ParsedArguments, specs: OptionSpecs, command: string, others: readonly string[]): void {
  const known = [...Object.keys(specs), 'help', 'version'];
  const aliases = Object.values(specs).map(({ alias }) => alias);
  for (const name of Object.keys(argv)) {
    if (others.includes(name) || known.includes(name) || aliases.includes(name)) continue;
    const suggestion = nearest(name, known);
    const fix = suggestion === undefined ? `see ${command} --help` : `did you mean --${suggestion}?`;
    // yargs reads --no-name as name: false.
    const written = argv[name] === false ? `no-${name}` : name;
    throw new UsageError(`unknown option ${name.length === 1 ? '-' : '--'}${written}: ${fix}`);
  }
}

function checkValue(name: string, { kind, example, choices }: OptionSpec, value: unknown): void {
  if (Array.isArray(value)) throw new UsageError(`--${name} is given ${value.length} times: give it once`);
  if (kind === 'flag' || value === undefined) return;
  // yargs reads --no-name as name: false.
  if (value === false) throw new UsageError(`--no-${name} is no option: leave --${name} out for its default`);
  if (value === '')
    throw new UsageError(`--${name} has no value: give one, as in --${name} ${example ?? choices?.[0]}`);
  const text = value as string;
  if (choices !== undefined && !choices.includes(text)) {
    throw new UsageError(`--${name} is ${text}: choose from ${choices.join(', ')}`);
  }
}

/** The value of a text option. */
export function textOf(argv: ParsedArguments, name: string): string | undefined {
  return argv[name] as string | undefined;
}

/** Whether a flag is given. */
export function isGiven(argv: ParsedArguments, name: string): boolean {
  return argv[name] === true;
}

/** The baseline that an option names. @throws BaselineError with `BAD_NAME`. */
export function baselineOf(argv: ParsedArguments, name: string): string | undefined {
  const value = textOf(argv, name);
  return value === undefined ? undefined : checkBaselineName(value);
}

/**
 * The number that an option gives, between bounds.
 *
 * @throws UsageError naming the value and the fix.
 */
export function numberOf(
  argv: ParsedArguments,
  name: string,
  { above, most, fix }: { readonly above: number; readonly most: number; readonly fix: string },
): number | undefined {
  const value = textOf(argv, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (number > above && number <= most) return number;
  throw new UsageError(`--${name} is ${value}: ${fix}`);
}

/** The arguments of a positional that takes any number. */
export function listOf(argv: ParsedArguments, name: string): string[] {
  return ((argv[name] as unknown[] | undefined) ?? []).map(String);
}
