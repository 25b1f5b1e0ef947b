// Options of `bench baseline …`: the declaration of each command, and the requests that they make.
import type { Argv } from 'yargs';

import { UsageError } from '../usage-error.js';
import {
  checkArguments,
  declare,
  hideFilter,
  isGiven,
  listOf,
  type OptionSpecs,
  type ParsedArguments,
  textOf,
} from '../options/option.js';
import { didYouMean } from '../../bench/suite/did-you-mean.js';

/** The request of one `bench baseline` command line. `filters` are regular expressions over ids; empty selects all. */
export type BaselineRequest = ListRequest | ShowRequest | CopyRequest | DeleteRequest | ExportRequest | ImportRequest;

export interface ListRequest {
  readonly action: 'list';
  readonly json: boolean;
}

export interface ShowRequest {
  readonly action: 'show';
  readonly name: string;
  readonly filters: readonly string[];
}

export interface CopyRequest {
  readonly action: 'copy';
  readonly from: string;
  readonly to: string;
  readonly filters: readonly string[];
  /** Replace an existing target. */
  readonly force: boolean;
}

export interface DeleteRequest {
  readonly action: 'delete';
  readonly name: string;
  readonly filters: readonly string[];
}

export interface ExportRequest {
  readonly action: 'export';
  readonly name: string;
  readonly file: string;
  readonly filters: readonly string[];
  readonly force: boolean;
}

export interface ImportRequest {
  readonly action: 'import';
  readonly file: string;
  /** The imported baseline's name. Default: the name in the file. */
  readonly as: string | undefined;
  readonly filters: readonly string[];
  readonly force: boolean;
}

interface CommandSpec {
  readonly usage: string;
  readonly describe: string;
  /** Example arguments, and what each does. */
  readonly examples: Readonly<Record<string, string>>;
  readonly options: OptionSpecs;
  readonly read: (argv: ParsedArguments) => BaselineRequest;
}

const FORCE: OptionSpecs = { force: { kind: 'flag', describe: 'replace an existing target' } };
const filters = (argv: ParsedArguments): string[] => listOf(argv, 'filter');
const text = (argv: ParsedArguments, name: string): string => String(argv[name]);

const COMMANDS: readonly CommandSpec[] = [
  {
    usage: 'list',
    describe: 'list the baselines, with date, commit and machine',
    examples: { '': 'one line each', '--json': 'the same as JSON' },
    options: { json: { kind: 'flag', describe: 'print JSON' } },
    read: (argv) => ({ action: 'list', json: isGiven(argv, 'json') }),
  },
  {
    usage: 'show <name> [filter..]',
    describe: 'show the results of a baseline, or of new, the latest results',
    examples: { main: 'all results', "new '^memory/'": 'the latest of one category' },
    options: {},
    read: (argv) => ({ action: 'show', name: text(argv, 'name'), filters: filters(argv) }),
  },
  {
    usage: 'copy <from> <to> [filter..]',
    describe: 'copy a baseline, or new',
    examples: { 'new main': 'keep the latest results', 'new main --force': 'replace older ones' },
    options: FORCE,
    read: (argv) => ({
      action: 'copy',
      from: text(argv, 'from'),
      to: text(argv, 'to'),
      filters: filters(argv),
      force: isGiven(argv, 'force'),
    }),
  },
  {
    usage: 'delete <name> [filter..]',
    describe: 'delete a baseline',
    examples: { main: 'all of it', "main '^memory/'": 'one category of it' },
    options: {},
    read: (argv) => ({ action: 'delete', name: text(argv, 'name'), filters: filters(argv) }),
  },
  {
    usage: 'export <name> <file> [filter..]',
    describe: 'write a baseline to one file; compressed if its name ends in .gz',
    examples: { 'main main.json.gz': 'for another machine' },
    options: FORCE,
    read: (argv) => ({
      action: 'export',
      name: text(argv, 'name'),
      file: text(argv, 'file'),
      filters: filters(argv),
      force: isGiven(argv, 'force'),
    }),
  },
  {
    usage: 'import <file> [filter..]',
    describe: 'read a baseline from an exported file',
    examples: { 'main.json.gz --as theirs': 'under another name' },
    options: {
      as: { kind: 'text', describe: 'name of the imported baseline (default: the name in the file)', example: 'main' },
      ...FORCE,
    },
    read: (argv) => ({
      action: 'import',
      file: text(argv, 'file'),
      as: textOf(argv, 'as'),
      filters: filters(argv),
      force: isGiven(argv, 'force'),
    }),
  },
];
const NAMES = COMMANDS.map(({ usage }) => usage.split(' ', 1)[0] as string);
const POSITIONALS: Readonly<Record<string, string>> = {
  name: 'the baseline',
  from: 'the baseline to copy, or new',
  to: 'the name of the copy',
  file: 'the file',
};
const FILTER = 'regular expressions over ids; a benchmark is selected if any matches, or if none is given';

/**
 * Declares the commands under `bench baseline`.
 *
 * @param use - Called with the request.
 */
export function declareBaselineCommands(yargs: Argv, use: (request: BaselineRequest) => void): Argv {
  for (const { usage, describe, examples, options, read } of COMMANDS) {
    const positionals = [...usage.matchAll(/[<[](\w+)/g)].map(([, name]) => name as string);
    yargs.command(
      usage,
      describe,
      (command) => {
        const declared = declare(describePositionals(command, positionals), options);
        return withExamples(declared, `bench baseline ${usage.split(' ', 1)[0]}`, examples);
      },
      (argv) => {
        const command = `bench baseline ${usage.split(' ', 1)[0]}`;
        // yargs also parses the filters of `bench` itself, empty here.
        checkArguments(argv, options, { command, positionals: [...positionals, 'filter'] });
        use(read(argv));
      },
    );
  }
  // Any other word runs this default command.
  return yargs
    .example('$0 bench baseline list', 'all baselines')
    .example('$0 bench baseline copy new main', 'keep the latest results')
    .example('$0 bench baseline export main main.json.gz', 'for another machine')
    .command('$0 [word..]', false, {}, (argv) => reject(listOf(argv, 'word')[0]));
}

function reject(given: string | undefined): never {
  if (given === undefined) throw new UsageError(`no command given to bench baseline: choose from ${NAMES.join(', ')}`);
  const suggestion = didYouMean(given, NAMES);
  const fix = suggestion === undefined ? `choose from ${NAMES.join(', ')}` : `did you mean ${suggestion}?`;
  throw new UsageError(`unknown command '${given}' of bench baseline: ${fix}`);
}

function withExamples(yargs: Argv, command: string, examples: CommandSpec['examples']): Argv {
  for (const [args, what] of Object.entries(examples)) yargs.example(`$0 ${command} ${args}`.trimEnd(), what);
  return yargs;
}

function describePositionals(yargs: Argv, names: readonly string[]): Argv {
  for (const name of names) {
    const isFilter = name === 'filter';
    yargs.positional(name, { type: 'string', array: isFilter, describe: isFilter ? FILTER : POSITIONALS[name] });
  }
  return names.includes('filter') ? yargs : hideFilter(yargs);
}
