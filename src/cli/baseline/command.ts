// How are saved baselines seen, copied, deleted and moved? The commands `bench baseline …`.
import path from 'node:path';

import { getBorderCharacters, table } from 'table';

import { exportBaseline, importBaseline } from '../../baseline/transfer/archive.js';
import { copyBaseline, deleteBaseline, type Select } from '../../baseline/transfer/copy.js';
import { printable, rootDirectory } from '../../baseline/files/directory.js';
import type { StoredBenchmark } from '../../baseline/files/record.js';
import { compareText, type Store } from '../../baseline/store.js';
import { type DamagedBenchmark, type Listing, listStored, noBaseline } from '../../baseline/stored-benchmarks.js';
import { typicalOf } from '../../bench/analyze.js';
import { BenchError } from '../../bench/errors.js';
import type { Environment } from '../../bench/machine/environment.js';
import { formatThroughput, formatTime } from '../../report/text/format.js';
import { metricsOf, metricText } from '../../report/text/exact-metrics.js';
import type { BaselineRequest, ListRequest, ShowRequest } from './options.js';
import { EXIT } from '../process/exit-status.js';
import type { Terminal } from '../context.js';

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
    return EXIT.ok;
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

function list(listing: Listing, store: Store, { json }: ListRequest, terminal: Terminal): number {
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

async function show(store: Store, { name, filters }: ShowRequest, terminal: Terminal): Promise<number> {
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
  return [
    id,
    formatTime(confidenceInterval.lowerBound).trim(),
    formatTime(pointEstimate).trim(),
    formatTime(confidenceInterval.upperBound).trim(),
    throughput === undefined ? '' : formatThroughput(throughput, pointEstimate).trim(),
    String(sample.timesNs.length),
    metricsOf(circumstances?.metrics ?? {})
      .map((metric) => metricText(metric))
      .join(', '),
  ];
}

function complain(damaged: readonly DamagedBenchmark[], { stderr }: Terminal): number {
  for (const { error } of damaged) stderr.write(`error: ${error.message}\n`);
  return damaged.length > 0 ? EXIT.failed : EXIT.ok;
}

function counted(count: number): string {
  return count === 1 ? '1 benchmark' : `${count} benchmarks`;
}

function columns(rows: readonly (readonly string[])[], rightAligned: readonly number[]): string {
  const lines = table(
    rows.map((row) => row.map(printable)),
    {
      border: getBorderCharacters('void'),
      columnDefault: { paddingLeft: 0, paddingRight: 2 },
      columns: Object.fromEntries(rightAligned.map((column) => [column, { alignment: 'right' as const }])),
      drawHorizontalLine: () => false,
    },
  );
  return lines.replaceAll(/ +$/gm, '');
}
