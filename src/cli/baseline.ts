// How are saved baselines seen, copied, deleted and moved? The commands `bench baseline …`.
import path from 'node:path';

import { getBorderCharacters, table } from 'table';
import yargs, { type Argv } from 'yargs';

import { exportBaseline, importBaseline } from '../baseline/archive.js';
import { copyBaseline, deleteBaseline, type Select } from '../baseline/copy.js';
import { rootDirectory } from '../baseline/directory.js';
import type { StoredBenchmark } from '../baseline/record.js';
import { compareText, type Store } from '../baseline/store.js';
import { type DamagedBenchmark, type Listing, listStored, noBaseline } from '../baseline/stored.js';
import { typicalOf } from '../bench/analyze.js';
import { BenchError, type Environment } from '../bench/index.js';
import { formatThroughput, formatTime } from '../report/format.js';
import { metricText } from '../report/verbose.js';
import { UsageError } from './errors.js';
import { nearest } from './suggest.js';
import type { Terminal } from './terminal.js';

/** What one `bench baseline` command line asks for. Filters are regular expressions over ids; none means all. */
export type BaselineRequest =
  | { readonly action: 'list'; readonly json: boolean }
  | { readonly action: 'show'; readonly name: string; readonly filters: readonly string[] }
  | {
      readonly action: 'copy';
      readonly from: string;
      readonly to: string;
      readonly filters: readonly string[];
      readonly force: boolean;
    }
  | { readonly action: 'delete'; readonly name: string; readonly filters: readonly string[] }
  | {
      readonly action: 'export';
      readonly name: string;
      readonly file: string;
      readonly filters: readonly string[];
      readonly force: boolean;
    }
  | {
      readonly action: 'import';
      readonly file: string;
      readonly as: string | undefined;
      readonly filters: readonly string[];
      readonly force: boolean;
    };

const OPTIONS = {
  json: { type: 'boolean', describe: 'print JSON', default: false },
  force: { type: 'boolean', describe: 'replace what stands there', default: false },
  as: { type: 'string', describe: 'the name of the baseline here; by default that in the file' },
} as const;
const ACTIONS = ['list', 'show', 'copy', 'delete', 'export', 'import'];
const FILTER = 'regular expression over ids; several select what any selects, none selects all';

/**
 * Declares the commands under `bench baseline`.
 *
 * @param use - Called with what the command line asks for, once it is understood.
 */
export function declareBaselineCommands(parser: Argv, use: (request: BaselineRequest) => void): Argv {
  const filters = (argv: Arguments) => (argv.filter ?? []).map(String);
  const force = (argv: Arguments) => argv.force === true;
  const command = (usage: string, says: string, options: OptionName[], read: (argv: Arguments) => BaselineRequest) => {
    parser.command(usage, says, declare(usage, options), (argv) => {
      checkOptions(argv, options);
      use(read(argv as unknown as Arguments));
    });
  };
  command('list', 'list the baselines, with date, commit and machine', ['json'], (argv) => ({
    action: 'list',
    json: argv.json === true,
  }));
  command('show <name> [filter..]', 'show the figures of a baseline', [], (argv) => ({
    action: 'show',
    name: argv.name,
    filters: filters(argv),
  }));
  command('copy <from> <to> [filter..]', 'copy a baseline, or new, the latest results', ['force'], (argv) => ({
    action: 'copy',
    from: argv.from,
    to: argv.to,
    filters: filters(argv),
    force: force(argv),
  }));
  command('delete <name> [filter..]', 'delete a baseline', [], (argv) => ({
    action: 'delete',
    name: argv.name,
    filters: filters(argv),
  }));
  command(
    'export <name> <file> [filter..]',
    'write a baseline into one file, packed as .json.gz',
    ['force'],
    (argv) => ({
      action: 'export',
      name: argv.name,
      file: argv.file,
      filters: filters(argv),
      force: force(argv),
    }),
  );
  command('import <file> [filter..]', 'read a baseline from such a file', ['as', 'force'], (argv) => ({
    action: 'import',
    file: argv.file,
    as: argv.as,
    filters: filters(argv),
    force: force(argv),
  }));
  return parser.demandCommand(1, `bench baseline has no command: name one of ${ACTIONS.join(', ')}`);
}

/**
 * Reads what stands behind `bench baseline`.
 *
 * @returns What is asked for, or the help to print.
 * @throws UsageError for an unknown command or option, with a suggestion, or one that lacks something.
 */
export async function readBaselineArguments(
  args: readonly string[],
): Promise<{ readonly request: BaselineRequest } | { readonly help: string }> {
  let request: BaselineRequest | undefined;
  let help = '';
  const parser = yargs().scriptName('airssys-wasm bench baseline').locale('en').version(false).parserConfiguration({
    'camel-case-expansion': false,
    'dot-notation': false,
    'parse-numbers': false,
    'parse-positional-numbers': false,
  });
  declareBaselineCommands(parser, (read) => {
    request = read;
  });
  await parser.parseAsync([...args], {}, (error: Error | undefined, _argv: unknown, text: string) => {
    if (error instanceof UsageError) throw error;
    if (error) throw new UsageError(oneLine(error.message), { cause: error });
    help = text;
  });
  if (request !== undefined) return { request };
  if (help !== '') return { help };
  const suggestion = nearest(args[0] ?? '', ACTIONS);
  const fix = suggestion === undefined ? `choose from ${ACTIONS.join(', ')}` : `did you mean ${suggestion}?`;
  throw new UsageError(`unknown command '${args[0]}' of bench baseline: ${fix}`);
}

/**
 * Runs what `request` asks for.
 *
 * @returns The exit status: 1 where something shown is damaged.
 * @throws BaselineError, or BenchError with `NO_MATCH` for a filter that is no regular expression.
 */
export async function runBaselineCommand(request: BaselineRequest, terminal: Terminal): Promise<number> {
  const { stdout, env, workingDirectory, fileSystem } = terminal;
  const store: Store = { root: rootDirectory(env, workingDirectory), fileSystem };
  const absolute = (file: string) => path.resolve(workingDirectory, file);
  const say = (text: string): number => {
    stdout.write(`${text}\n`);
    return 0;
  };
  switch (request.action) {
    case 'list':
      return list(await listStored(store), store, request, terminal);
    case 'show':
      return show(store, request, terminal);
    case 'copy': {
      const { from, to, force } = request;
      const ids = await copyBaseline(store, { from, to }, { force, select: selectBy(request.filters) });
      return say(`copied ${counted(ids.length)} from '${from}' to '${to}'`);
    }
    case 'delete': {
      const count = await deleteBaseline(store, request.name, selectBy(request.filters));
      return say(`deleted ${counted(count)} of '${request.name}'`);
    }
    case 'export': {
      const { name, file, force } = request;
      const ids = await exportBaseline(store, name, absolute(file), { force, select: selectBy(request.filters) });
      return say(`wrote ${counted(ids.length)} of '${name}' to ${file}`);
    }
    case 'import': {
      const { file, as, force } = request;
      const { name, ids } = await importBaseline(store, absolute(file), {
        as,
        force,
        select: selectBy(request.filters),
      });
      return say(`read ${counted(ids.length)} into '${name}' from ${file}`);
    }
  }
}

type OptionName = keyof typeof OPTIONS;

interface Arguments {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly file: string;
  readonly filter?: readonly unknown[];
  readonly json?: boolean;
  readonly force?: boolean;
  readonly as?: string;
}

function oneLine(message: string): string {
  const text = message.replaceAll('\n', ' ');
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function declare(usage: string, options: readonly OptionName[]): (parser: Argv) => Argv {
  const names = [...usage.matchAll(/<(\w+)>/g)].map(([, name]) => name as string);
  return (parser) => {
    for (const name of names) parser.positional(name, { type: 'string' });
    if (usage.includes('[filter..]')) parser.positional('filter', { describe: FILTER, type: 'string', array: true });
    return parser.options(Object.fromEntries(options.map((name) => [name, OPTIONS[name]])));
  };
}

function checkOptions(argv: Readonly<Record<string, unknown>>, options: readonly OptionName[]): void {
  const positionals = ['_', '$0', 'name', 'from', 'to', 'file', 'filter'];
  const known = [...options, 'help', 'version'];
  for (const [name, value] of Object.entries(argv)) {
    if (positionals.includes(name)) continue;
    const written = `${name.length === 1 ? '-' : '--'}${name}`;
    if (!known.includes(name)) {
      const suggestion = nearest(name, known);
      const fix = suggestion === undefined ? 'see bench baseline --help' : `did you mean --${suggestion}?`;
      throw new UsageError(`unknown option ${written}: ${fix}`);
    }
    if (Array.isArray(value)) throw new UsageError(`${written} is given ${value.length} times: give it once`);
    if (value === '') throw new UsageError(`${written} has no value: give one, as in ${written} main`);
  }
}

/** What any of `filters` matches; `undefined` where there is none. */
function selectBy(filters: readonly string[]): Select | undefined {
  if (filters.length === 0) return undefined;
  const patterns = filters.map((filter) => {
    try {
      return new RegExp(filter);
    } catch (cause) {
      throw new BenchError('NO_MATCH', `'${filter}' is no regular expression: ${(cause as Error).message}`, { cause });
    }
  });
  return (id) => patterns.some((pattern) => pattern.test(id));
}

interface Row {
  readonly name: string;
  readonly benchmarks: number;
  readonly damaged: number;
  /** Of the latest benchmark; absent where Criterion wrote the baseline. */
  readonly environment: Environment | undefined;
  readonly isOfSeveralRuns: boolean;
}

function list(listing: Listing, store: Store, { json }: { readonly json: boolean }, terminal: Terminal): number {
  const rows = summarize(listing);
  if (json) {
    const objects = rows.map(({ environment, ...row }) => ({ ...row, environment: environment ?? null }));
    terminal.stdout.write(`${JSON.stringify(objects)}\n`);
  } else if (rows.length === 0) {
    terminal.stderr.write(`no baseline stands in ${store.root}\n`);
  } else {
    terminal.stdout.write(columns(rows.map(rowCells), []));
  }
  return complain(listing.damaged, terminal);
}

function summarize({ benchmarks, damaged }: Listing): Row[] {
  const names = [...new Set([...benchmarks, ...damaged].map(({ name }) => name))].sort(compareText);
  return names.map((name) => {
    const own = benchmarks.filter((benchmark) => benchmark.name === name);
    const environments = own.flatMap(({ circumstances }) => (circumstances ? [circumstances.environment] : []));
    const ascending = environments.sort((a, b) => compareText(a.startedAt, b.startedAt));
    return {
      name,
      benchmarks: own.length,
      damaged: damaged.filter((one) => one.name === name).length,
      environment: ascending.at(-1),
      isOfSeveralRuns: new Set(ascending.map(({ startedAt }) => startedAt)).size > 1,
    };
  });
}

function rowCells({ name, benchmarks, damaged, environment, isOfSeveralRuns }: Row): string[] {
  const count = counted(benchmarks) + (damaged > 0 ? `, ${damaged} damaged` : '');
  if (environment === undefined) return [name, count, '-', '-', 'written by Criterion'];
  const { machine, node, commit, startedAt } = environment;
  const hash = commit === null ? 'no commit' : commit.hash.slice(0, 12) + (commit.isModified ? ', modified' : '');
  return [
    name,
    count,
    `${startedAt.slice(0, 16).replace('T', ' ')}${isOfSeveralRuns ? ', several runs' : ''}`,
    hash,
    `${machine.cpu}, ${machine.logicalCores} threads, ${machine.os}, Node ${node}`,
  ];
}

async function show(
  store: Store,
  { name, filters }: { readonly name: string; readonly filters: readonly string[] },
  terminal: Terminal,
): Promise<number> {
  const select = selectBy(filters);
  const { benchmarks, damaged } = await listStored(store, name);
  if (benchmarks.length + damaged.length === 0) throw await noBaseline(store, name);
  const chosen = benchmarks.filter(({ id }) => select?.(id) ?? true);
  if (chosen.length > 0) {
    const head = ['benchmark', 'lower', 'estimate', 'upper', 'throughput', 'samples', 'exact metrics'];
    terminal.stdout.write(columns([head, ...chosen.map(figures)], [1, 2, 3, 4, 5]));
  } else if (benchmarks.length > 0) {
    terminal.stderr.write(`none of the ${benchmarks.length} benchmarks of '${name}' is selected\n`);
  }
  return complain(damaged, terminal);
}

function figures({ id, estimates, throughput, sample, circumstances }: StoredBenchmark): string[] {
  const { pointEstimate, confidenceInterval } = typicalOf(estimates);
  const metrics = Object.entries(circumstances?.metrics ?? {});
  return [
    id,
    formatTime(confidenceInterval.lowerBound).trim(),
    formatTime(pointEstimate).trim(),
    formatTime(confidenceInterval.upperBound).trim(),
    throughput === undefined ? '' : formatThroughput(throughput, pointEstimate).trim(),
    String(sample.timesNs.length),
    metrics.flatMap(([metric, value]) => (value === undefined ? [] : [metricText(metric, value)])).join(', '),
  ];
}

function complain(damaged: readonly DamagedBenchmark[], { stderr }: Terminal): number {
  for (const { error } of damaged) stderr.write(`error: ${error.message}\n`);
  return damaged.length > 0 ? 1 : 0;
}

function counted(count: number): string {
  return count === 1 ? '1 benchmark' : `${count} benchmarks`;
}

function columns(rows: readonly (readonly string[])[], rightAligned: readonly number[]): string {
  const lines = table(
    rows.map((row) => [...row]),
    {
      border: getBorderCharacters('void'),
      columnDefault: { paddingLeft: 0, paddingRight: 2 },
      columns: Object.fromEntries(rightAligned.map((column) => [column, { alignment: 'right' as const }])),
      drawHorizontalLine: () => false,
    },
  );
  return lines.replaceAll(/ +$/gm, '');
}
