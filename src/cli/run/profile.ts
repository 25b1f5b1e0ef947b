// Profile mode, `--profile-time`: runs benchmarks for a profiler and writes what the guest profiler sampled.
import path from 'node:path';

import { type BenchmarkLocation, benchmarkLocations } from '../../baseline/files/directory.js';
import type { Store } from '../../baseline/store.js';
import { type UntimedRun, runForSeconds } from '../../bench/sampling/untimed.js';
import type { Profiler, Suite } from '../../bench/suite/definition.js';
import { type CliContext, storeOf } from '../context.js';
import type { MeasuringRequest, Mode } from '../options/measuring.js';
import type { LoadedSelection } from '../suite-files/selection.js';
import { runUntimedSelection } from './untimed.js';

/** The request of `--profile-time` and `--profiler`. */
type ProfileMode = Extract<Mode, { kind: 'profile' }>;

/** The directory of the guest profiler's files, beside the directories of groups. */
const DIRECTORY = 'profile';

/** Runs each selected benchmark for the requested time. @returns The exit status. */
export async function runProfile(
  mode: ProfileMode,
  request: MeasuringRequest,
  { suites, selected }: LoadedSelection,
  context: CliContext,
): Promise<number> {
  const { profiler } = mode;
  const note = profilerNote(profiler);
  if (note !== undefined) context.stderr.write(`note: ${note}\n`);
  const setupContext = profiler === undefined ? {} : { profiler };
  return runUntimedSelection(
    profileRoutine(mode, suites, storeOf(context), context),
    request,
    selected,
    context,
    setupContext,
  );
}

/** Runs a routine for a profiler that watches the process from outside, or for the guest profiler, and writes its file. */
function profileRoutine(
  { seconds, profiler }: ProfileMode,
  suites: readonly Suite[],
  store: Store,
  context: CliContext,
): UntimedRun {
  if (profiler !== 'guest') return runForSeconds(seconds, context.clock);
  const locations = benchmarkLocations(suites.flatMap((suite) => suite.benchmarks));
  return async (routine, id) => {
    const profile = await routine.profile?.(seconds);
    if (profile === undefined) {
      context.stderr.write(`note: ${id} calls no guest that could be profiled\n`);
      return;
    }
    const file = fileOf(store, locations.get(id) as BenchmarkLocation);
    await store.fileSystem.mkdir(path.dirname(file), { recursive: true });
    await store.fileSystem.writeFile(file, profile.json);
    const relative = path.relative(context.workingDirectory, file);
    context.stdout.write(`wrote ${relative}: ${profile.samples} samples, for profiler.firefox.com\n`);
  };
}

/** The note that says where a profiler outside the process finds the guests' code. */
function profilerNote(profiler: Profiler | undefined): string | undefined {
  if (profiler === 'perfmap') return `perf reads the guests' functions from /tmp/perf-${process.pid}.map`;
  if (profiler === 'jitdump') return `perf inject --jit reads the guests' code from jit-${process.pid}.dump`;
  return undefined;
}

function fileOf({ root }: Store, { directory }: BenchmarkLocation): string {
  return path.join(root, DIRECTORY, `${directory}.json`);
}
