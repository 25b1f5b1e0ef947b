// Recovery of the options that npm consumed from a command line without `--`.
//
// npm reads `npm run bench --sample-size 5` as its configuration sample-size, and an argument `5`. It sets
// npm_config_sample_size=true in the environment and passes `5` on, so that option and value have to be rejoined. If
// several values were separated, the environment does not say which belongs to which; npm's debug log, written before
// the script starts, holds the command line in order. Names that are npm's own configuration stay npm's, unless the log
// shows that they were given on this command line.
import path from 'node:path';

import type { FileSystem } from '../../baseline/files/json-file.js';
import type { OptionKind } from '../options/option.js';
import { UsageError } from '../usage-error.js';

export interface RecoveredArguments {
  /** The arguments as npm would have passed them after `--`. */
  readonly args: readonly string[];
  /** Notes to print. */
  readonly notes: readonly string[];
}

/** Options whose names are npm's own configuration too. */
const ALSO_OF_NPM = ['all', 'color'];

/**
 * Puts the options that npm consumed back into `args`. Outside of `npm run`, returns `args` unchanged.
 *
 * @param args - The arguments that npm passed on, starting with the command.
 * @param kinds - The command's options by name.
 * @throws UsageError if values cannot be assigned to options.
 */
export async function recoverFromNpm(
  args: readonly string[],
  kinds: ReadonlyMap<string, OptionKind>,
  env: NodeJS.ProcessEnv,
  fileSystem: Pick<FileSystem, 'readdir' | 'readFile'>,
): Promise<RecoveredArguments> {
  if (!env['npm_command']?.startsWith('run')) return { args, notes: [] };
  const consumed = [...kinds]
    .filter(([name]) => !ALSO_OF_NPM.includes(name))
    .flatMap(([name, kind]) => consumedOption(name, kind, env));
  const separated = consumed.filter(({ isSeparated }) => isSeparated).map(({ name }) => name);
  const isUncertain =
    separated.length > 0 || env['npm_config_all'] === 'true' || env['npm_config_loglevel'] === 'verbose';
  const typed = isUncertain ? await typedArguments(env, fileSystem) : undefined;
  const values = separated.length > 0 ? separatedValues(separated, kinds, args, typed, env) : new Map<string, string>();
  const options = [
    ...consumed.map(({ name, text }) => (values.has(name) ? `--${name}=${values.get(name)}` : text)),
    ...(env['npm_config_all'] === 'true' && typed?.includes('--all') ? ['--all'] : []),
  ];
  return {
    args: [...without(args, [...values.values()]), ...options, ...colour(env, args)],
    notes: [...consumedNotes(options, env), ...verboseNotes(typed, env)],
  };
}

interface ConsumedOption {
  readonly name: string;
  /** The option with the value that npm left with it. */
  readonly text: string;
  /** Whether npm passed its value on as a separate argument. */
  readonly isSeparated: boolean;
}

function consumedOption(name: string, kind: OptionKind, env: NodeJS.ProcessEnv): ConsumedOption[] {
  const value = env[`npm_config_${name.replaceAll('-', '_')}`];
  if (value === undefined) return [];
  if (kind === 'flag')
    return [{ name, text: value === '' || value === 'false' ? `--no-${name}` : `--${name}`, isSeparated: false }];
  return [{ name, text: `--${name}=${value}`, isSeparated: value === 'true' }];
}

function separatedValues(
  names: readonly string[],
  kinds: ReadonlyMap<string, OptionKind>,
  args: readonly string[],
  typed: readonly string[] | undefined,
  env: NodeJS.ProcessEnv,
): Map<string, string> {
  const positionals = args.slice(1).filter((arg) => !arg.startsWith('-'));
  const found = (typed && valuesInOrder(names, positionals, typed)) ?? onlyValue(names, kinds, positionals);
  if (found !== undefined) return found;
  const list = names.map((name) => `--${name}`).join(', ');
  throw new UsageError(
    `npm consumed ${list} and passed on ${quoted(positionals)}, so it is unknown which value belongs to which option: put all options after npm run ${script(env)} --`,
  );
}

/** The values in the order of npm's command line; `undefined` if the log is of another command line. */
function valuesInOrder(
  names: readonly string[],
  positionals: readonly string[],
  typed: readonly string[],
): Map<string, string> | undefined {
  const rest = [...positionals];
  const values = new Map<string, string>();
  for (const [i, option] of typed.entries()) {
    const name = option.replace(/^--/, '');
    const value = typed[i + 1];
    if (!option.startsWith('--') || !names.includes(name) || value === undefined) continue;
    const place = rest.indexOf(value);
    if (place < 0) return undefined;
    rest.splice(place, 1);
    values.set(name, value);
  }
  return values.size === names.length ? values : undefined;
}

function onlyValue(
  names: readonly string[],
  kinds: ReadonlyMap<string, OptionKind>,
  positionals: readonly string[],
): Map<string, string> | undefined {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) return undefined;
  const fitting =
    kinds.get(name) === 'number' ? positionals.filter((text) => Number.isFinite(Number(text))) : positionals;
  return fitting.length === 1 ? new Map([[name, fitting[0] as string]]) : undefined;
}

/** The arguments typed after `npm run <script>`, short forms expanded, from the newest log of this script. */
async function typedArguments(
  env: NodeJS.ProcessEnv,
  fileSystem: Pick<FileSystem, 'readdir' | 'readFile'>,
): Promise<string[] | undefined> {
  const directory = env['npm_config_logs_dir'] || path.join(env['npm_config_cache'] ?? '', '_logs');
  try {
    const logs = (await fileSystem.readdir(directory)).filter((file) => file.endsWith('-debug-0.log')).sort();
    for (const log of logs.reverse()) {
      const text = await fileSystem.readFile(path.join(directory, log), 'utf8');
      const line = /^\d+ verbose argv (.*)$/m.exec(text)?.[1] ?? '';
      const typed = (line.match(/"(?:[^"\\]|\\.)*"/g) ?? []).map((word) => JSON.parse(word) as string);
      const start = typed.indexOf(env['npm_lifecycle_event'] ?? '');
      if (start < 0) continue;
      const words = typed.slice(start + 1);
      return words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
    }
  } catch {
    // npm may be configured to keep no logs
  }
  return undefined;
}

function without(args: readonly string[], values: readonly string[]): string[] {
  const rest = [...args];
  for (const value of values) rest.splice(rest.indexOf(value, 1), 1);
  return rest;
}

/** npm's colour preference, unless the arguments name another. */
function colour(env: NodeJS.ProcessEnv, args: readonly string[]): string[] {
  if (args.some((arg) => /^--(no-)?color/.test(arg))) return [];
  if (env['npm_config_color'] === 'always') return ['--color'];
  return env['npm_config_color'] === '' ? ['--no-color'] : [];
}

function consumedNotes(options: readonly string[], env: NodeJS.ProcessEnv): string[] {
  if (options.length === 0) return [];
  const list = options.join(' ');
  return [`npm consumed ${list}, which was recovered; to pass options reliably, use npm run ${script(env)} -- ${list}`];
}

function verboseNotes(typed: readonly string[] | undefined, env: NodeJS.ProcessEnv): string[] {
  const place = typed?.indexOf('--loglevel') ?? -1;
  if (place < 0 || typed?.[place + 1] !== 'verbose') return [];
  return [`npm applied --verbose to itself; to make the bench verbose, use npm run ${script(env)} -- --verbose`];
}

function script(env: NodeJS.ProcessEnv): string {
  return env['npm_lifecycle_event'] ?? 'bench';
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ') || 'nothing';
}
