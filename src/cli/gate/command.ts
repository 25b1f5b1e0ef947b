// How does `bench gate` run, from its request to its exit status?
import path from 'node:path';

import { NS_PER_S } from '../../bench/sampling/clock.js';
import { endChildren } from '../../gate/process/child.js';
import { type Difference, differencesOf } from '../../gate/verdict/comparable.js';
import { type GateOptions, type GateResult, runGate } from '../../gate/gate.js';
import { type GateSide, idsOf } from '../../gate/side.js';
import { passes, renderGate, renderGateMarkdown } from '../../gate/report.js';
import type { RoundsObserver, Stage } from '../../gate/sampling/rounds.js';
import { createColours } from '../../report/text/colours.js';
import { UsageError } from '../parse/usage-error.js';
import { EXIT } from '../process/exit-status.js';
import type { GateRequest } from './options.js';
import { checkPatterns, checkSelection } from './selection.js';
import { openSide } from './side.js';
import { checkPin } from './cpu-affinity.js';
import { checkReportFiles, type ReportJob, writeReports } from '../output/report-files.js';
import { prefersColour, type Terminal } from '../context.js';
import { writeWhole } from '../output/atomic-write.js';

/** Compares both sides. @returns 1 only on a regression that the gate stands behind, or a failure of the head. */
export async function gate(request: GateRequest, terminal: Terminal): Promise<number> {
  const { signal } = terminal;
  const release = endChildrenOn(signal);
  try {
    return await judge(request, terminal);
  } catch (error) {
    if (!signal.aborted) throw error;
    return interrupted(terminal);
  } finally {
    release();
  }
}

/** Lets no process outlive the gate, however that ends. @returns How to leave that off. */
function endChildrenOn(signal: AbortSignal): () => void {
  const endBy = (name: NodeJS.Signals) => {
    endChildren();
    release();
    process.kill(process.pid, name); // as it would have ended without us
  };
  const release = () => {
    signal.removeEventListener('abort', endChildren);
    process.off('exit', endChildren).off('SIGTERM', endBy).off('SIGHUP', endBy);
  };
  signal.addEventListener('abort', endChildren);
  process.on('exit', endChildren).on('SIGTERM', endBy).on('SIGHUP', endBy);
  return release;
}

function interrupted({ stderr }: Terminal, during = ''): number {
  stderr.write(`interrupted${during}: a gate that is not finished says nothing\n`);
  return EXIT.interrupted;
}

async function judge(request: GateRequest, terminal: Terminal): Promise<number> {
  await checkPin(request.pin);
  await checkPatterns(request, terminal);
  await makeRoom(request, terminal);
  const base = await openSide('base', request, terminal);
  const head = await openSide('head', request, terminal);
  await checkSelection([base, head], request, terminal);
  checkCommon(base, head, request);
  const differences = allowedOf(differencesOf(base, head), request);
  let last = '';
  const observer = { ...progress(terminal), onBenchmark: (id: string) => void (last = ` during ${id}`) };
  const result = await runGate(base, head, optionsOf(request, differences, terminal), observer);
  if (result.wasInterrupted) return interrupted(terminal, last);
  const colours = createColours(request.colour ?? prefersColour(terminal.stdout, terminal.env));
  terminal.stdout.write(renderGate(result.report, colours));
  const areWritten = await writeReports(jobsOf(result, request, terminal), terminal);
  return passes(result.report) && areWritten ? EXIT.ok : EXIT.failed;
}

/** Before minutes are spent on what goes into the reports. */
async function makeRoom({ reportMarkdown, reportJson }: GateRequest, terminal: Terminal): Promise<void> {
  const files = Object.entries({ markdown: reportMarkdown, json: reportJson });
  await checkReportFiles(
    new Map(files.flatMap(([format, file]) => (file === undefined ? [] : [[format, file]]))),
    terminal,
  );
}

/** Where the base has no benchmarks yet, those of the head are new; nothing else is without any in common by intent. */
function checkCommon(base: GateSide, head: GateSide, { filters }: GateRequest): void {
  const [ours, theirs] = [idsOf(base), idsOf(head)];
  const isFirst = ours.length === 0 && theirs.length > 0;
  if (isFirst || theirs.some((id) => ours.includes(id))) return;
  const what = filters.length > 0 ? ` that matches ${filters.join(', ')}` : '';
  throw new UsageError(
    `base and head have no benchmark in common${what}: the base has ${ours.length}, the head ${theirs.length}; see bench --list in each`,
  );
}

/** @throws UsageError naming what differs and was not allowed to. */
function allowedOf(differences: readonly Difference[], { allowed }: GateRequest): string[] {
  const refused = differences.filter(({ aspect }) => !allowed.includes(aspect));
  if (refused.length === 0) return differences.map(({ text }) => text);
  const texts = refused.map(({ text }) => text).join('; ');
  const aspects = [...new Set(refused.map(({ aspect }) => aspect))].join(',');
  throw new UsageError(
    `the sides cannot be compared: ${texts}. Measure both alike, or say --allow-different ${aspects}`,
  );
}

function optionsOf(request: GateRequest, differences: readonly string[], { signal }: Terminal): GateOptions {
  const { options, threshold, rounds, mostRounds, wanted, storedFloor } = request;
  const { significanceLevel, confidenceLevel, seed, warmUpTimeS, measurementTimeS, sampleSize } = options;
  const pace = { warmUpNs: warmUpTimeS * NS_PER_S, measurementNs: measurementTimeS * NS_PER_S, sampleSize };
  return {
    threshold,
    significanceLevel,
    confidenceLevel,
    seed,
    signal,
    pace,
    rounds,
    mostRounds,
    wanted,
    storedFloor,
    options,
    differences,
  };
}

const STAGES: Readonly<Record<Stage, string>> = {
  all: 'all benchmarks',
  spread: 'those whose spread is wide',
  confirmation: 'those that seem to have regressed',
};

function progress({ stderr }: Terminal): RoundsObserver {
  return {
    onRound: (stage, round, benchmarks) =>
      void stderr.write(`round ${round}: ${STAGES[stage]} (${benchmarks} benchmark${benchmarks === 1 ? '' : 's'})\n`),
  };
}

function jobsOf(
  { report, evidence }: GateResult,
  { reportMarkdown, reportJson }: GateRequest,
  { workingDirectory }: Terminal,
): ReportJob[] {
  const json = () =>
    JSON.stringify({ ...report, evidence }, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
  const reports = { markdown: [reportMarkdown, () => renderGateMarkdown(report)], json: [reportJson, json] } as const;
  return Object.entries(reports).flatMap(([name, [file, render]]) => {
    if (file === undefined) return [];
    const write = async () => {
      await writeWhole(path.resolve(workingDirectory, file), render());
      return `wrote ${file}`;
    };
    return [{ asked: `--report-${name} is ${file}`, write }];
  });
}
