// Command `bench`: selects benchmarks, and lists, runs or loads them.
import { markEmptyShard } from '../../baseline/transfer/merge.js';
import { benchmarkId } from '../../bench/suite/definition.js';
import { type Shard, shardOf } from '../../bench/suite/shard.js';
import { type CliContext, storeOf } from '../context.js';
import { printIds } from '../output/console.js';
import { EXIT } from '../process/exit-status.js';
import { runSelection } from '../run/run-selection.js';
import { type LoadedSelection, loadSelection } from '../suite-files/selection.js';
import { loadBaselineReport } from './load.js';
import type { BenchRequest } from './options.js';

/** Runs `request`. @returns The exit status: 1 if something failed, 130 after an interruption. */
export async function runBenchCommand(request: BenchRequest, context: CliContext): Promise<number> {
  if (request.mode?.kind === 'load') return loadBaselineReport(request, request.mode.baseline, context);
  const all = request.all || (request.list && request.filters.length === 0);
  const selection = takeShard(await loadSelection({ ...request, all }, context), request.shard);
  if (request.shard !== undefined && selection.selected.length === 0) {
    await noteEmptyShard(request, request.shard, context);
  }
  if (!request.list) return runSelection(request, selection, context);
  printIds(selection.selected, context);
  return EXIT.ok;
}

function takeShard({ suites, selected }: LoadedSelection, shard: Shard | undefined): LoadedSelection {
  if (shard === undefined) return { suites, selected };
  const ids = suites.flatMap(({ benchmarks }) => benchmarks.map(benchmarkId));
  const own = new Set(shardOf(ids, shard));
  return { suites, selected: selected.filter((benchmark) => own.has(benchmarkId(benchmark))) };
}

/** More shards than benchmarks are allowed. The mark shows `bench merge` that the missing results are no mistake. */
async function noteEmptyShard(
  { list, mode }: BenchRequest,
  { index, count }: Shard,
  context: CliContext,
): Promise<void> {
  context.stderr.write(`note: shard ${index}/${count} is empty: all selected benchmarks are in other shards\n`);
  if (!list && mode === undefined) await markEmptyShard(storeOf(context));
}
