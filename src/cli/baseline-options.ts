// Which commands does `bench baseline` have, and what do they ask for?
import type { Argv } from 'yargs';

import { UsageError } from './errors.js';
import { checkArguments, declare, isGiven, listOf, type OptionSpecs, type ParsedArguments, textOf } from './option.js';
import { nearest } from '../bench/suggest.js';

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
    options: { json: { kind: 'flag', describe: 'print JSON' } },
    read: (argv) => ({ action: 'list', json: isGiven(argv, 'json') }),
  },
  {
    usage: 'show <name> [filter..]',
    describe: 'show the figures of a baseline, or of new, the latest results',
    options: {},
    read: (argv) => ({ action: 'show', name: text(argv, 'name'), filters: filters(argv) }),
  },
  {
    usage: 'copy <from> <to> [filter..]',
    describe: 'copy a baseline, or new',
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
    options: {},
    read: (argv) => ({ action: 'delete', name: text(argv, 'name'), filters: filters(argv) }),
  },
  {
    usage: 'export <name> <file> [filter..]',
    describe: 'write a baseline into one file; packed where its name ends in .gz',
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
const FILTER = 'regular expression over ids; several select what any selects, none selects all';

/**
 * Declares the commands under `bench baseline`.
 *
 * @param use - Called with what the command line asks for.
 */
export function declareBaselineCommands(yargs: Argv, use: (request: BaselineRequest) => void): Argv {
  for (const { usage, describe, options, read } of COMMANDS) {
    const positionals = [...usage.matchAll(/[<[](\w+)/g)].map(([, name]) => name as string);
    yargs.command(
      usage,
      describe,
      (below) => declare(describePositionals(below, positionals), options),
      (argv) => {
        const command = `bench baseline ${usage.split(' ', 1)[0]}`;
        // The filters of `bench` itself stand there as well, empty.
        checkArguments(argv, options, { command, positionals: [...positionals, 'filter'] });
        use(read(argv));
      },
    );
  }
  // What is none of them comes here.
  return yargs.command('$0 [word..]', false, {}, (argv) => refuse(listOf(argv, 'word')[0]));
}

function refuse(given: string | undefined): never {
  if (given === undefined) throw new UsageError(`bench baseline has no command: name one of ${NAMES.join(', ')}`);
  const suggestion = nearest(given, NAMES);
  const fix = suggestion === undefined ? `choose from ${NAMES.join(', ')}` : `did you mean ${suggestion}?`;
  throw new UsageError(`unknown command '${given}' of bench baseline: ${fix}`);
}

function describePositionals(yargs: Argv, names: readonly string[]): Argv {
  for (const name of names) {
    const isFilter = name === 'filter';
    yargs.positional(name, { type: 'string', array: isFilter, ...(isFilter && { describe: FILTER }) });
  }
  return yargs;
}
