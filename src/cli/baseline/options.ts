// Which commands does `bench baseline` have, and what do they ask for?
import type { Argv } from 'yargs';

import { UsageError } from '../parse/usage-error.js';
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
import { nearest } from '../../bench/suite/did-you-mean.js';

/** What one `bench baseline` command line asks for. Filters are regular expressions over ids; none means all. */
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
  /** Replace what stands there. */
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
  /** The baseline's name here; that in the file by default. */
  readonly as: string | undefined;
  readonly filters: readonly string[];
  readonly force: boolean;
}

interface CommandSpec {
  readonly usage: string;
  readonly describe: string;
  /** Arguments behind the command's name, and what they do. */
  readonly examples: Readonly<Record<string, string>>;
  readonly options: OptionSpecs;
  readonly read: (argv: ParsedArguments) => BaselineRequest;
}

const FORCE: OptionSpecs = { force: { kind: 'flag', describe: 'replace what stands there' } };
const filters = (argv: ParsedArguments): string[] => listOf(argv, 'filter');
const text = (argv: ParsedArguments, name: string): string => String(argv[name]);

const COMMANDS: readonly CommandSpec[] = [
  {
    usage: 'list',
    describe: 'list the baselines, with date, commit and machine',
    examples: { '': 'one line each', '--json': 'the same for programs' },
    options: { json: { kind: 'flag', describe: 'print JSON' } },
    read: (argv) => ({ action: 'list', json: isGiven(argv, 'json') }),
  },
  {
    usage: 'show <name> [filter..]',
    describe: 'show the figures of a baseline, or of new, the latest results',
    examples: { main: 'all figures', "new '^memory/'": 'the latest of one category' },
    options: {},
    read: (argv) => ({ action: 'show', name: text(argv, 'name'), filters: filters(argv) }),
  },
  {
    usage: 'copy <from> <to> [filter..]',
    describe: 'copy a baseline, or new',
    examples: { 'new main': 'keep the latest results', 'new main --force': 'in place of older ones' },
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
    describe: 'write a baseline into one file; packed where its name ends in .gz',
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
    describe: 'read a baseline from such a file',
    examples: { 'main.json.gz --as theirs': 'under a name of its own' },
    options: {
      as: { kind: 'text', describe: 'its name here; by default that in the file', example: 'main' },
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
const FILTER = 'regular expression over ids; several select what any selects, none selects all';

/**
 * Declares the commands under `bench baseline`.
 *
 * @param use - Called with what the command line asks for.
 */
export function declareBaselineCommands(yargs: Argv, use: (request: BaselineRequest) => void): Argv {
  for (const { usage, describe, examples, options, read } of COMMANDS) {
    const positionals = [...usage.matchAll(/[<[](\w+)/g)].map(([, name]) => name as string);
    yargs.command(
      usage,
      describe,
      (below) => {
        const own = declare(describePositionals(below, positionals), options);
        return withExamples(own, `bench baseline ${usage.split(' ', 1)[0]}`, examples);
      },
      (argv) => {
        const command = `bench baseline ${usage.split(' ', 1)[0]}`;
        // The filters of `bench` itself stand there as well, empty.
        checkArguments(argv, options, { command, positionals: [...positionals, 'filter'] });
        use(read(argv));
      },
    );
  }
  // What is none of them comes here.
  return yargs
    .example('$0 bench baseline list', 'what there is')
    .example('$0 bench baseline copy new main', 'keep the latest results')
    .example('$0 bench baseline export main main.json.gz', 'for another machine')
    .command('$0 [word..]', false, {}, (argv) => refuse(listOf(argv, 'word')[0]));
}

function refuse(given: string | undefined): never {
  if (given === undefined) throw new UsageError(`bench baseline has no command: name one of ${NAMES.join(', ')}`);
  const suggestion = nearest(given, NAMES);
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
