// Which options did npm keep for itself?
//
// `npm run bench --sample-size 5` is for npm a configuration of its own called sample-size, and an argument `5`. It
// leaves npm_config_sample_size=true in the environment and passes `5` on, so that value and option have to be brought
// together again. Where several values were torn off, the environment does not say which belongs to which; npm's debug
// log, written before the script starts, holds the command line in its order. What npm knows as its own configuration
// is left to it, unless the log shows that it was given on this command line.
import path from 'node:path';

import type { FileSystem } from '../../baseline/files/file.js';
import { UsageError } from './usage-error.js';

/** Which kind of value an option takes. */
export type OptionKind = 'flag' | 'number' | 'text';

export interface RecoveredArguments {
  /** The arguments as they would be, had npm passed everything on. */
  readonly args: readonly string[];
  /** What to tell the user. */
  readonly notes: readonly string[];
}

/** npm's own configuration that is called like one of our options. */
const ALSO_OF_NPM = ['all', 'color'];

/**
 * Puts the options that npm kept back into `args`. Changes nothing outside of `npm run`.
 *
 * @param args - What npm passed on, beginning with the command.
 * @param kinds - The command's options by name.
 * @throws UsageError where it cannot be known which value belongs to which option.
 */
export async function recoverFromNpm(
  args: readonly string[],
  kinds: ReadonlyMap<string, OptionKind>,
  env: NodeJS.ProcessEnv,
  fileSystem: Pick<FileSystem, 'readdir' | 'readFile'>,
): Promise<RecoveredArguments> {
  if (!env['npm_command']?.startsWith('run')) return { args, notes: [] };
  const kept = [...kinds]
    .filter(([name]) => !ALSO_OF_NPM.includes(name))
    .flatMap(([name, kind]) => keptOption(name, kind, env));
  const torn = kept.filter(({ isTorn }) => isTorn).map(({ name }) => name);
  const isUncertain = torn.length > 0 || env['npm_config_all'] === 'true' || env['npm_config_loglevel'] === 'verbose';
  const typed = isUncertain ? await typedArguments(env, fileSystem) : undefined;
  const values = torn.length > 0 ? tornValues(torn, kinds, args, typed, env) : new Map<string, string>();
  const options = [
    ...kept.map(({ name, text }) => (values.has(name) ? `--${name}=${values.get(name)}` : text)),
    ...(env['npm_config_all'] === 'true' && typed?.includes('--all') ? ['--all'] : []),
  ];
  return {
    args: [...without(args, [...values.values()]), ...options, ...colour(env, args)],
    notes: [...keptNotes(options, env), ...verboseNotes(typed, env)],
  };
}

interface KeptOption {
  readonly name: string;
  /** The option as it is written, as far as npm left it together. */
  readonly text: string;
  /** Whether its value was passed on apart from it. */
  readonly isTorn: boolean;
}

function keptOption(name: string, kind: OptionKind, env: NodeJS.ProcessEnv): KeptOption[] {
  const value = env[`npm_config_${name.replaceAll('-', '_')}`];
  if (value === undefined) return [];
  if (kind === 'flag')
    return [{ name, text: value === '' || value === 'false' ? `--no-${name}` : `--${name}`, isTorn: false }];
  return [{ name, text: `--${name}=${value}`, isTorn: value === 'true' }];
}

function tornValues(
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
    `npm kept ${list} and passed ${quoted(positionals)} on without saying what belongs to what: write npm run ${script(env)} -- and the options behind it`,
  );
}

/** The values as they followed their options on npm's command line, if that is the one that led here. */
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

/** What the user typed behind `npm run <script>`, short forms written out, from the newest log of this script. */
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
    // npm can be told to keep no logs
  }
  return undefined;
}

function without(args: readonly string[], values: readonly string[]): string[] {
  const rest = [...args];
  for (const value of values) rest.splice(rest.indexOf(value, 1), 1);
  return rest;
}

/** npm's own preference, taken over unless the bench is told another. */
function colour(env: NodeJS.ProcessEnv, args: readonly string[]): string[] {
  if (args.some((arg) => /^--(no-)?color/.test(arg))) return [];
  if (env['npm_config_color'] === 'always') return ['--color'];
  return env['npm_config_color'] === '' ? ['--no-color'] : [];
}

function keptNotes(options: readonly string[], env: NodeJS.ProcessEnv): string[] {
  if (options.length === 0) return [];
  const list = options.join(' ');
  return [`npm kept ${list} for itself; taken back. To be sure, write npm run ${script(env)} -- ${list}`];
}

function verboseNotes(typed: readonly string[] | undefined, env: NodeJS.ProcessEnv): string[] {
  const place = typed?.indexOf('--loglevel') ?? -1;
  if (place < 0 || typed?.[place + 1] !== 'verbose') return [];
  return [`npm made itself verbose, not the bench. For that, write npm run ${script(env)} -- --verbose`];
}

function script(env: NodeJS.ProcessEnv): string {
  return env['npm_lifecycle_event'] ?? 'bench';
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ') || 'nothing';
}
