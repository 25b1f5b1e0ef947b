// What does a test save that has measured nothing, and how does it die while it saves?
import * as fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import type { ExecutionContext } from 'ava';

import type { FileSystem } from '../../src/baseline/files/file.js';
import { type Context, saveMeasurement, type Store } from '../../src/baseline/store.js';
import { compare } from '../../src/baseline/compare.js';
import { placesOf } from '../../src/baseline/files/directory.js';
import { analyze } from '../../src/bench/analyze.js';
import { type BenchmarkDefinition, benchmarkId } from '../../src/bench/suite/definition.js';
import type { Environment } from '../../src/bench/machine/environment.js';
import type { ExactMetrics } from '../../src/bench/exact-metrics.js';
import type { Result } from '../../src/bench/run.js';
import type { Sample } from '../../src/bench/sampling/sample.js';
import { CRITERION_HOME } from '../stats/golden.js';
import { benchmark, quickOptions } from '../bench/fake.js';

export const ENVIRONMENT: Environment = {
  machine: {
    os: 'Debian GNU/Linux 12 (6.1.0)',
    architecture: 'x64',
    cpu: 'AMD EPYC',
    physicalCores: 2,
    logicalCores: 4,
    memoryBytes: 2 ** 34,
    isVirtual: false,
  },
  node: '22.1.0',
  versions: { wasmtime: '48.0.8' },
  commit: { hash: '0123456789abcdef0123456789abcdef01234567', isModified: false },
  startedAt: '2026-01-02T03:04:05.000Z',
};

export const CONTEXT: Context = { options: quickOptions(), environment: ENVIRONMENT };

/** A result of `id` whose iterations took about `ns` each. */
export function measured(
  id: string,
  ns: number,
  more: Partial<BenchmarkDefinition> & { mode?: Sample['mode']; metrics?: ExactMetrics } = {},
): Result {
  const { mode = 'linear', metrics = { fuelPerIteration: 7n }, ...definition } = more;
  const [name = '', ...group] = id.split('/').reverse();
  const iterations = Array.from({ length: 12 }, (_, i) => (mode === 'flat' ? 5 : 10 * (i + 1)));
  const sample: Sample = { mode, iterations, timesNs: iterations.map((n, i) => n * ns * (1 + ((i * 7) % 5) / 1000)) };
  return {
    id,
    benchmark: benchmark({
      group: group.reverse().join('/'),
      function: name,
      setup: () => ({ run: () => 1 }),
      ...definition,
    }),
    warmUp: { iterations: 1, elapsedNs: ns, meanNs: ns },
    plan: { mode, iterations, expectedNs: 1 },
    sample,
    analysis: analyze(sample, CONTEXT.options, id),
    metrics,
  };
}

/** A store in a directory of its own that the test's end removes. */
export async function temporaryStore(t: ExecutionContext): Promise<Store> {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'baseline-'));
  t.teardown(() => fs.rm(root, { recursive: true, force: true }));
  return { root, fileSystem: fs };
}

/** What real Criterion wrote, in a store that may be changed. */
export async function criterionStore(t: ExecutionContext): Promise<Store> {
  const store = await temporaryStore(t);
  await fs.cp(CRITERION_HOME, store.root, { recursive: true });
  return store;
}

/** Saves `results` as a run does: under `new` and each of `names`, compared with themselves. */
export async function saveAll(
  store: Store,
  results: readonly Result[],
  names: readonly string[],
  context: Context = CONTEXT,
): Promise<void> {
  const places = placesOf(results.map((result) => result.benchmark));
  for (const result of results) {
    const place = places.get(benchmarkId(result.benchmark));
    if (place === undefined) throw new Error(`${result.id} has no place`);
    const comparison = compare(result.sample, { name: 'self', sample: result.sample }, context.options, result.id);
    await saveMeasurement(store, place, { result, context, names: ['new', ...names], comparison });
  }
}

/** Every file below `root` with its text, by its path with `/`. */
export async function filesOf(root: string): Promise<Record<string, string>> {
  const entries = await fs.readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const named = await Promise.all(
    files.map(
      async (file) => [path.relative(root, file).replaceAll(path.sep, '/'), await fs.readFile(file, 'utf8')] as const,
    ),
  );
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const WRITING = ['mkdir', 'writeFile', 'rename', 'rm', 'rmdir'] as const;

/**
 * A file system that calls `die` instead of its `point`th change, from 1; a file to be written is written half, so that
 * what is cut short lies there.
 */
export function dyingAt(point: number, die: () => Promise<never>): FileSystem {
  return watched(async (count, name, [file, text]) => {
    if (count !== point) return;
    if (name === 'writeFile')
      await fs.writeFile(file as string, (text as string).slice(0, (text as string).length / 2));
    await die();
  });
}

/** A file system that tells of each change before it makes it, with its number from 1. */
export function watched(
  before: (count: number, name: string, args: readonly unknown[]) => void | Promise<void>,
): FileSystem {
  let count = 0;
  const wrapped = WRITING.map((name) => [
    name,
    async (...args: unknown[]) => {
      await before(++count, name, args);
      return (fs[name] as (...args: unknown[]) => Promise<unknown>)(...args);
    },
  ]);
  return { ...fs, ...Object.fromEntries(wrapped) } as FileSystem;
}
