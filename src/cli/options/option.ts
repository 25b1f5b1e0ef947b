// Option table of a command: its declaration to yargs, its checks, and readers of what yargs parsed.
import type { Argv } from 'yargs';

import { checkBaselineName } from '../../baseline/files/directory.js';
import { UsageError } from '../usage-error.js';
import { didYouMean } from '../../bench/suite/did-you-mean.js';

/** The kind of value that an option takes. */
export type OptionKind = 'flag' | 'number' | 'text';

/** One option of a command. */
export interface OptionSpec {
  readonly kind: OptionKind;
  readonly describe: string;
  /** A valid value, shown by messages that ask for one. */
  readonly example?: string;
  /** The allowed values, if they are few. */
  readonly choices?: readonly string[];
  /** The value of an absent flag. */
  readonly default?: boolean;
  /** A single letter, such as `v` for `-v`. */
  readonly alias?: string;
}

/** The options of a command by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The arguments that yargs parsed: strings, booleans, and an array for each option given several times. */
export type ParsedArguments = Readonly<Record<string, unknown>>;

/** Declares `specs`. Values stay strings, so that messages can quote an invalid number as it was written. */
export function declare(yargs: Argv, specs: OptionSpecs): Argv {
  const options = Object.entries(specs).map(([name, { kind, describe, alias, ...rest }]) => {
    const type = kind === 'flag' ? ('boolean' as const) : ('string' as const);
    // Not global: subcommands do not inherit options.
    return [
      name,
      { type, describe, global: false, ...(alias && { alias }), ...('default' in rest && { default: rest.default }) },
    ] as const;
  });
  return yargs.options(Object.fromEntries(options));
}

/** Hides the filters of `bench` in the help of its subcommands. */
export function hideFilter(yargs: Argv): Argv {
  return yargs.hide('filter');
}

/** The kinds of `specs` by name, used to recover options that npm consumed. */
export function kindsOf(specs: OptionSpecs): Map<string, OptionKind> {
  return new Map(Object.entries(specs).map(([name, { kind }]) => [name, kind]));
}

/**
 * Checks that every option is known, is given once, has a value, and that the value is among the choices.
 *
 * @param command - The command as users write it, such as `bench`; named in messages.
 * @param positionals - The names of the command's positional arguments.
 * @throws UsageError naming the option, with a suggestion.
 */
export function checkArguments(
  argv: ParsedArguments,
  specs: OptionSpecs,
  { command, positionals }: { readonly command: string; readonly positionals: readonly string[] },
): void {
  rejectUnknown(argv, specs, command, ['_', '$0', ...positionals]);
  for (const [name, spec] of Object.entries(specs)) checkValue(name, spec, argv[name]);
}

function rejectUnknown(argv: ParsedArguments, specs: OptionSpecs, command: string, others: readonly string[]): void {
  const known = [...Object.keys(specs), 'help', 'version'];
  const aliases = Object.values(specs).map(({ alias }) => alias);
  for (const name of Object.keys(argv)) {
    if (others.includes(name) || known.includes(name) || aliases.includes(name)) continue;
    const suggestion = didYouMean(name, known);
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
  if (value === false) throw new UsageError(`--no-${name} is not an option: leave out --${name} for its default`);
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

/** Whether a flag is set. */
export function isGiven(argv: ParsedArguments, name: string): boolean {
  return argv[name] === true;
}

/** The baseline name in an option. @throws BaselineError with `BAD_NAME`. */
export function baselineOf(argv: ParsedArguments, name: string): string | undefined {
  const value = textOf(argv, name);
  return value === undefined ? undefined : checkBaselineName(value);
}

/**
 * The number in an option, within `(above, max]`.
 *
 * @throws UsageError naming the value and the fix.
 */
export function numberOf(
  argv: ParsedArguments,
  name: string,
  { above, max, fix }: { readonly above: number; readonly max: number; readonly fix: string },
): number | undefined {
  const value = textOf(argv, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (number > above && number <= max) return number;
  throw new UsageError(`--${name} is ${value}: ${fix}`);
}

/** The arguments of a variadic positional. */
export function listOf(argv: ParsedArguments, name: string): string[] {
  return ((argv[name] as unknown[] | undefined) ?? []).map(String);
}
