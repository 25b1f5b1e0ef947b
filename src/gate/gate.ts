// How does a gate go, from its sides to its report?
import type { Options } from '../bench/options.js';
import { runAlone, type ProcessResult } from './sampling/single.js';
import { criterionVerdict } from './verdict/criterion.js';
import type { Evidence } from './verdict/verdict.js';
import { SideError } from './sampling/interleave.js';
import type { GateReport } from './report.js';
import { type GateFailure, runRounds, type RoundsObserver, type RoundsOptions } from './sampling/rounds.js';
import { type CheckoutSide, type GateSide, idsOf } from './side.js';
import { judgeStored, type StoredEvidence } from './stored-side.js';
import type { Side } from './process/runner.js';

export interface GateOptions extends RoundsOptions {
  /** Of Criterion's verdict, which is shown beside. */
  readonly options: Options;
  /** The relative difference from which time counts where a side is stored. */
  readonly storedFloor: number;
  /** What differs between the sides and was allowed to. */
  readonly differences: readonly string[];
}

export interface GateResult {
  readonly report: GateReport;
  /** All times, where both sides took turns. */
  readonly evidence: readonly Evidence[];
  readonly wasInterrupted: boolean;
}

/** Measures what both sides have, in turn where both can be run, and judges it. */
export async function runGate(
  base: GateSide,
  head: GateSide,
  options: GateOptions,
  observer: RoundsObserver = {},
): Promise<GateResult> {
  const [ours, theirs] = [idsOf(base), idsOf(head)];
  const common = theirs.filter((id) => ours.includes(id));
  const facts = {
    base: base.label,
    head: head.label,
    added: theirs.filter((id) => !ours.includes(id)),
    removed: ours.filter((id) => !theirs.includes(id)),
    differences: options.differences,
  };
  if (base.kind === 'checkout' && head.kind === 'checkout') {
    const start = async (side: Side) => (side === 'base' ? base : head).start();
    return alternate(common, start, options, observer, facts);
  }
  return againstStored(common, base, head, options, observer, facts);
}

type Facts = Pick<GateReport, 'base' | 'head' | 'added' | 'removed' | 'differences'>;

async function alternate(
  ids: readonly string[],
  start: Parameters<typeof runRounds>[1],
  options: GateOptions,
  observer: RoundsObserver,
  facts: Facts,
): Promise<GateResult> {
  const { judgements, evidence, failures, unconfirmed, wasInterrupted } = await runRounds(
    ids,
    start,
    options,
    observer,
  );
  const verdicts = new Map(
    evidence.map(({ id, rounds }) => {
      const [ours, theirs] = [rounds.flatMap(({ base }) => base), rounds.flatMap(({ head }) => head)];
      return [id, criterionVerdict(id, ours, theirs, options.options)];
    }),
  );
  const rows = judgements.map((judgement) => Object.assign({ criterion: verdicts.get(judgement.id) }, judgement));
  const settings = settingsOf(options, true);
  return { report: { ...facts, judgements: rows, failures, unconfirmed, settings }, evidence, wasInterrupted };
}

async function againstStored(
  ids: readonly string[],
  base: GateSide,
  head: GateSide,
  options: GateOptions,
  observer: RoundsObserver,
  facts: Facts,
): Promise<GateResult> {
  const failures: GateFailure[] = [];
  const [ours, theirs] = [
    await processesOf('base', base, ids, options, observer, failures),
    await processesOf('head', head, ids, options, observer, failures),
  ];
  const evidence = ids.flatMap((id): StoredEvidence[] => {
    const [of, on] = [ours.get(id) ?? [], theirs.get(id) ?? []];
    return of.length > 0 && on.length > 0 ? [{ id, base: of, head: on }] : [];
  });
  const judgements = evidence.map((one) => {
    const all = (processes: readonly ProcessResult[]) => processes.flatMap(({ averagesNs }) => averagesNs);
    const criterion = criterionVerdict(one.id, all(one.base), all(one.head), options.options);
    return Object.assign({ criterion }, judgeStored(one, options.storedFloor));
  });
  const settings = settingsOf(options, false);
  const wasInterrupted = options.signal?.aborted ?? false;
  return { report: { ...facts, judgements, failures, unconfirmed: [], settings }, evidence: [], wasInterrupted };
}

/** What each process of a side yields: the one of a baseline, or as many fresh ones as there are rounds. */
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
  { pace, signal }: GateOptions,
  observer: RoundsObserver,
  onResult: (id: string, result: ProcessResult | SideError) => void,
): Promise<void> {
  let participant = side.start();
  for (const [index, id] of ids.entries()) {
    if (signal?.aborted) break;
    observer.onBenchmark?.(id, index + 1, ids.length);
    try {
      onResult(id, await runAlone(id, participant, pace, name));
    } catch (error) {
      if (!(error instanceof SideError)) throw error;
      if (!signal?.aborted) onResult(id, error);
      await participant.close();
      participant = side.start();
    }
  }
  await participant.close();
}

function settingsOf(options: GateOptions, isAlternating: boolean): GateReport['settings'] {
  const { threshold, significanceLevel, confidenceLevel } = options;
  return { threshold, significanceLevel, confidenceLevel, isAlternating };
}
