// What does a profiler see of benchmarks, and where is that kept?
import path from 'node:path';

import { type Place, placesOf } from '../../baseline/files/directory.js';
import type { Store } from '../../baseline/store.js';
import { type Exercise, forSeconds } from '../../bench/sampling/untimed.js';
import type { Profiler, Suite } from '../../bench/suite/definition.js';
import type { Terminal } from '../context.js';

/** Where the guest profiler's files lie, beside the directories of groups. */
const DIRECTORY = 'profile';

/** What `--profile-time` asks for. */
export interface ProfileRequest {
  readonly seconds: number;
  readonly profiler: Profiler | undefined;
}

/** Runs benchmarks for a profiler: one that watches the process from outside, or the guest's own, whose files it writes. */
export function profiling(
  { seconds, profiler }: ProfileRequest,
  suites: readonly Suite[],
  store: Store,
  terminal: Terminal,
): Exercise {
  if (profiler !== 'guest') return forSeconds(seconds, terminal.clock);
  const places = placesOf(suites.flatMap((suite) => suite.benchmarks));
  return async (batch, id) => {
    const profile = await batch.profile?.(seconds);
    if (profile === undefined) {
      terminal.stderr.write(`note: ${id} calls no guest that could be profiled\n`);
      return;
    }
    const file = fileOf(store, places.get(id) as Place);
    await store.fileSystem.mkdir(path.dirname(file), { recursive: true });
    await store.fileSystem.writeFile(file, profile.json);
    const named = path.relative(terminal.workingDirectory, file);
    terminal.stdout.write(`wrote ${named}: ${profile.samples} samples, for profiler.firefox.com\n`);
  };
}

/** Where a profiler that watches from outside finds the guests' code. */
export function profilerNote(profiler: Profiler | undefined): string | undefined {
  if (profiler === 'perfmap') return `perf reads the guests' functions from /tmp/perf-${process.pid}.map`;
  if (profiler === 'jitdump') return `perf inject --jit reads the guests' code from jit-${process.pid}.dump`;
  return undefined;
}

function fileOf({ root }: Store, { directory }: Place): string {
  return path.join(root, DIRECTORY, `${directory}.json`);
}
