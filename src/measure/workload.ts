import type { Batch, SetupContext } from '../bench/suite/definition.js';
import type { ExactMetrics } from '../bench/exact-metrics.js';
import { native as nativeBatch } from '../bench/suite/batch.js';
import { native, type WorkloadOptions } from '../native.js';

/** A workload that the addon has prepared. */
export type Prepared = InstanceType<typeof native.NativeWorkload>;

/** What a batch has beside what every workload gives. */
export interface WorkloadExtras {
  /** What is prepared for; a profiler of native code becomes the engine's. */
  readonly context?: SetupContext | undefined;
  /** Further metrics, asked for after sampling. */
  readonly more?: ((prepared: Prepared) => ExactMetrics) | undefined;
}

/** Milliseconds between two looks of the guest profiler: as often as epochs pass. */
const INTERVAL_MS = 1;

/** Workloads that are calls, which alone the guest profiler sees. */
const CALLS = ['call', 'invoke', 'invoke_fresh'];

/** A batch whose loop runs in the engine's language, over the very code that the runtime runs. */
export function workloadBatch(ingredients: WorkloadOptions, { context, more }: WorkloadExtras = {}): Batch {
  const prepared = new native.NativeWorkload(watched(ingredients, context));
  return nativeBatch((iterations) => prepared.run(iterations), {
    metrics: () => ({ ...exactMetrics(prepared, ingredients), ...more?.(prepared) }),
    ...(CALLS.includes(ingredients.kind) && { profile: (seconds) => prepared.profile(seconds, INTERVAL_MS) }),
  });
}

function watched(ingredients: WorkloadOptions, { profiler }: SetupContext = {}): WorkloadOptions {
  if (profiler === undefined || profiler === 'guest') return ingredients;
  return { ...ingredients, engine: { ...ingredients.engine, profiler } };
}

function exactMetrics(prepared: Prepared, ingredients: WorkloadOptions): ExactMetrics {
  const { fuel, peakMemoryBytes, codeBytes } = prepared.exact();
  return {
    ...(fuel !== undefined && countsFuel(ingredients) && { fuelPerIteration: fuel }),
    ...(peakMemoryBytes !== undefined && { peakMemoryBytes }),
    ...(codeBytes !== undefined && { codeBytes }),
  };
}

/** Engines that count none report nothing consumed. */
function countsFuel({ engine, unmetered = false }: WorkloadOptions): boolean {
  return !unmetered && engine?.interruption !== 'epoch';
}
