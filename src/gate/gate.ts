// Gate: measures the benchmarks that both sides have and puts the report together.
import type { Options } from '../bench/options.js';
import { runSingle, type ProcessResult } from './sampling/single.js';
import { criterionVerdict } from './verdict/criterion.js';
import type { Evidence } from './verdict/verdict.js';
import { SideError } from './sampling/interleave.js';
import type { GateReport } from './report.js';
import { type GateFailure, runRounds, type RoundsObserver, type RoundsOptions } from './rounds.js';
import { type CheckoutSide, type GateSide, idsOf } from './side.js';
import { decideStoredVerdict, type StoredEvidence } from './verdict/stored.js';
import type { Side } from './process/runner.js';

export interface GateOptions extends RoundsOptions {
  /** The options of Criterion's verdict, which is shown for comparison. */
  readonly options: Options;
  /** The relative difference beyond which time counts if a side is stored. */
  readonly storedFloor: number;
  /** The differences between the sides that were allowed. */
  readonly differences: readonly string[];
}

export interface GateResult {
  readonly report: GateReport;
  /** All times of interleaved runs; empty against a stored baseline. */
  readonly evidence: readonly Evidence[];
  readonly wasInterrupted: boolean;
}

/** Measures the benchmarks that both sides have, interleaved if both can be run, and decides their verdicts. */
export async function runGate(
  base: GateSide,
  head: GateSide,
  options: GateOptions,
  observer: RoundsObserver = {},
): Promise<GateResult> {
  const [baseIds, headIds] = [idsOf(base), idsOf(head)];
  const common = headIds.filter((id) => baseIds.includes(id));
  const facts = {
    base: base.label,
    head: head.label,
    added: headIds.filter((id) => !baseIds.includes(id)),
    removed: baseIds.filter((id) => !headIds.includes(id)),
    differences: options.differences,
  };
  if (base.kind === 'checkout' && head.kind === 'checkout') {
    const start = async (side: Side) => (side === 'base' ? base : head).start();
    return measureInterleaved(common, start, options, observer, facts);
  }
  return measureAgainstStored(common, base, head, options, observer, facts);
}

type SideFacts = Pick<GateReport, 'base' | 'head' | 'added' | 'removed' | 'differences'>;

async function measureInterleaved(
  ids: readonly string[],
  start: Parameters<typeof runRounds>[1],
  options: GateOptions,
  observer: RoundsObserver,
  facts: SideFacts,
): Promise<GateResult> {
  const { verdicts, evidence, failures, unconfirmed, wasInterrupted } = await runRounds(ids, start, options, observer);
  const criterionVerdicts = new Map(
    evidence.map(({ id, rounds }) => {
      const [baseTimes, headTimes] = [rounds.flatMap(({ base }) => base), rounds.flatMap(({ head }) => head)];
      return [id, criterionVerdict(id, baseTimes, headTimes, options.options)];
    }),
  );
  const rows = verdicts.map((verdict) => Object.assign({ criterion: criterionVerdicts.get(verdict.id) }, verdict));
  const settings = settingsOf(options, true);
  return { report: { ...facts, verdicts: rows, failures, unconfirmed, settings }, evidence, wasInterrupted };
}

async function measureAgainstStored(
  ids: readonly string[],
  base: GateSide,
  head: GateSide,
  options: GateOptions,
  observer: RoundsObserver,
  facts: SideFacts,
): Promise<GateResult> {
  const failures: GateFailure[] = [];
  const [baseProcesses, headProcesses] = [
    await processesOf('base', base, ids, options, observer, failures),
    await processesOf('head', head, ids, options, observer, failures),
  ];
  const evidence = ids.flatMap((id): StoredEvidence[] => {
    const [baseResults, headResults] = [baseProcesses.get(id) ?? [], headProcesses.get(id) ?? []];
    const isComplete = baseResults.length > 0 && headResults.length > 0;
    return isComplete ? [{ id, base: baseResults, head: headResults }] : [];
  });
  const verdicts = evidence.map((one) => {
    const all = (processes: readonly ProcessResult[]) => processes.flatMap(({ averagesNs }) => averagesNs);
    const criterion = criterionVerdict(one.id, all(one.base), all(one.head), options.options);
    return Object.assign({ criterion }, decideStoredVerdict(one, options.storedFloor));
  });
  const settings = settingsOf(options, false);
  const wasInterrupted = options.signal?.aborted ?? false;
  return { report: { ...facts, verdicts, failures, unconfirmed: [], settings }, evidence: [], wasInterrupted };
}

/** The results of a side's processes: one for a baseline, or one fresh process per round. */
async function processesOf(
  name: Side,
  side: GateSide,
  ids: readonly string[],
  options: GateOptions,
  observer: RoundsObserver,
  failures: GateFailure[],
): Promise<Map<string, ProcessResult[]>> {
  const results = new Map<string, ProcessResult[]>(ids.map((id) => [id, []]));
  if (side.kind === 'stored') {
    for (const id of ids) results.get(id)?.push(side.results.get(id) as ProcessResult);
    return results;
  }
  for (let round = 1; round <= options.rounds; round++) {
    observer.onRound?.('all', round, ids.length);
    await runProcess(name, side, [...results.keys()], options, observer, (id, result) => {
      if (result instanceof SideError) failures.push({ id, side: name, message: result.message });
      if (result instanceof SideError) results.delete(id);
      else results.get(id)?.push(result);
    });
  }
  return results;
}

async function runProcess(
  name: Side,
  side: CheckoutSide,
  ids: readonly string[],
  { sampling, signal }: GateOptions,
  observer: RoundsObserver,
  onResult: (id: string, result: ProcessResult | SideError) => void,
): Promise<void> {
  let runner = side.start();
  for (const [index, id] of ids.entries()) {
    if (signal?.aborted) break;
    observer.onBenchmark?.(id, index + 1, ids.length);
    try {
      onResult(id, await runSingle(id, runner, sampling, name));
    } catch (error) {
      if (!(error instanceof SideError)) throw error;
      if (!signal?.aborted) onResult(id, error);
      await runner.close();
      runner = side.start();
    }
  }
  await runner.close();
}

function settingsOf(options: GateOptions, isAlternating: boolean): GateReport['settings'] {
  const { threshold, significanceLevel, confidenceLevel } = options;
  return { threshold, significanceLevel, confidenceLevel, isAlternating };
}
