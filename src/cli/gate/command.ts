// Command `bench gate`: compares two sides, prints and writes the report, and decides the exit status.
import path from 'node:path';

import { NS_PER_S } from '../../bench/timing/clock.js';
import { killRunners } from '../../gate/process/child.js';
import { type Difference, differencesOf } from '../../gate/verdict/comparable.js';
import { type GateOptions, type GateResult, runGate } from '../../gate/gate.js';
import { type GateSide, idsOf } from '../../gate/side.js';
import { passes, renderGate, renderGateJson, renderGateMarkdown } from '../../gate/report.js';
import type { RoundsObserver, Stage } from '../../gate/rounds.js';
import { createColours } from '../../report/text/colours.js';
import { UsageError } from '../usage-error.js';
import { EXIT } from '../process/exit-status.js';
import type { GateRequest } from './options.js';
import { checkPatterns, checkSelection } from './selection.js';
import { openSide } from './side.js';
import { checkAffinity } from './cpu-affinity.js';
import { checkReportFiles, type ReportJob, writeReports } from '../output/report-files.js';
import { type CliContext, prefersColour } from '../context.js';
import { writeAtomically } from '../output/atomic-write.js';

/** Compares both sides. @returns The exit status: 1 on a confirmed regression or a failure of the head. */
export async function runGateCommand(request: GateRequest, context: CliContext): Promise<number> {
  const { signal } = context;
  const release = killRunnersOn(signal);
  try {
    return await compareSides(request, context);
  } catch (error) {
    if (!signal.aborted) throw error;
    return interrupted(context);
  } finally {
    release();
  }
}

/** Kills all runners when the gate ends, however it ends. @returns A function that removes the listeners. */
function killRunnersOn(signal: AbortSignal): () => void {
  const endBy = (name: NodeJS.Signals) => {
    killRunners();
    release();
    process.kill(process.pid, name); // the signal's default action
  };
  const release = () => {
    signal.removeEventListener('abort', killRunners);
    process.off('exit', killRunners).off('SIGTERM', endBy).off('SIGHUP', endBy);
  };
  signal.addEventListener('abort', killRunners);
  process.on('exit', killRunners).on('SIGTERM', endBy).on('SIGHUP', endBy);
  return release;
}

function interrupted({ stderr }: CliContext, during = ''): number {
  stderr.write(`interrupted${during}: an unfinished gate has no verdict\n`);
  return EXIT.interrupted;
}

async function compareSides(request: GateRequest, context: CliContext): Promise<number> {
  await checkAffinity(request.pin);
  await checkPatterns(request, context);
  await checkReports(request, context);
  const base = await openSide('base', request, context);
  const head = await openSide('head', request, context);
  await checkSelection([base, head], request, context);
  checkCommon(base, head, request);
  const differences = allowedDifferences(differencesOf(base, head), request);
  let last = '';
  const observer = { ...progress(context), onBenchmark: (id: string) => void (last = ` during ${id}`) };
  const result = await runGate(base, head, optionsOf(request, differences, context), observer);
  if (result.wasInterrupted) return interrupted(context, last);
  const colours = createColours(request.colour ?? prefersColour(context.stdout, context.env));
  context.stdout.write(renderGate(result.report, colours));
  const areWritten = await writeReports(jobsOf(result, request, context), context);
  return passes(result.report) && areWritten ? EXIT.ok : EXIT.failed;
}

/** Checks the report files before a run spends minutes on their contents. */
async function checkReports({ reportMarkdown, reportJson }: GateRequest, context: CliContext): Promise<void> {
  const files = Object.entries({ markdown: reportMarkdown, json: reportJson });
  await checkReportFiles(
    new Map(files.flatMap(([format, file]) => (file === undefined ? [] : [[format, file]]))),
    context,
  );
}

/** An empty base is allowed (the first run); otherwise both sides must share a benchmark. */
function checkCommon(base: GateSide, head: GateSide, { filters }: GateRequest): void {
  const [baseIds, headIds] = [idsOf(base), idsOf(head)];
  const isFirst = baseIds.length === 0 && headIds.length > 0;
  if (isFirst || headIds.some((id) => baseIds.includes(id))) return;
  const what = filters.length > 0 ? ` that matches ${filters.join(', ')}` : '';
  throw new UsageError(
    `base and head have no benchmark in common${what}: the base has ${baseIds.length}, the head ${headIds.length}; run bench --list in each`,
  );
}

/** The differences as text. @throws UsageError naming those that were not allowed. */
function allowedDifferences(differences: readonly Difference[], { allowDifferent }: GateRequest): string[] {
  const rejected = differences.filter(({ aspect }) => !allowDifferent.includes(aspect));
  if (rejected.length === 0) return differences.map(({ text }) => text);
  const texts = rejected.map(({ text }) => text).join('; ');
  const aspects = [...new Set(rejected.map(({ aspect }) => aspect))].join(',');
  throw new UsageError(
    `the sides are not comparable: ${texts}. Measure both alike, or give --allow-different ${aspects}`,
  );
}

function optionsOf(request: GateRequest, differences: readonly string[], { signal }: CliContext): GateOptions {
  const { options, threshold, rounds, maxRounds, targetDetectable, storedFloor } = request;
  const { significanceLevel, confidenceLevel, seed, warmUpTimeS, measurementTimeS, sampleSize } = options;
  const sampling = { warmUpNs: warmUpTimeS * NS_PER_S, measurementNs: measurementTimeS * NS_PER_S, sampleSize };
  return {
    threshold,
    significanceLevel,
    confidenceLevel,
    seed,
    signal,
    sampling,
    rounds,
    maxRounds,
    targetDetectable,
    storedFloor,
    options,
    differences,
  };
}

const STAGES: Readonly<Record<Stage, string>> = {
  all: 'all benchmarks',
  spread: 'benchmarks with a wide spread',
  confirmation: 'benchmarks that seem to have regressed',
};

function progress({ stderr }: CliContext): RoundsObserver {
  return {
    onRound: (stage, round, benchmarks) =>
      void stderr.write(`round ${round}: ${STAGES[stage]} (${benchmarks} benchmark${benchmarks === 1 ? '' : 's'})\n`),
  };
}

function jobsOf(
  { report, evidence }: GateResult,
  { reportMarkdown, reportJson }: GateRequest,
  { workingDirectory }: CliContext,
): ReportJob[] {
  const reports = {
    markdown: [reportMarkdown, () => renderGateMarkdown(report)],
    json: [reportJson, () => renderGateJson(report, evidence)],
  } as const;
  return Object.entries(reports).flatMap(([name, [file, render]]) => {
    if (file === undefined) return [];
    const write = async () => {
      await writeAtomically(path.resolve(workingDirectory, file), render());
      return `wrote ${file}`;
    };
    return [{ label: `--report-${name} is ${file}`, write }];
  });
}
