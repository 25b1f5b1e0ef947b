import type { Batch, SetupContext } from '../bench/suite/definition.js';
import type { ExactMetrics } from '../bench/exact-metrics.js';
import { custom as nativeBatch } from '../bench/suite/batch.js';
import { native, type WorkloadOptions } from '../native.js';

/** A workload that the addon has prepared. */
export type PreparedWorkload = InstanceType<typeof native.NativeWorkload>;

/** What a batch has beside what every workload gives. */
export interface WorkloadBatchOptions {
  /** What is prepared for; a profiler of native code becomes the engine's. */
  readonly context?: SetupContext | undefined;
  /** Further metrics, asked for after sampling. */
  readonly extraMetrics?: ((prepared: PreparedWorkload) => ExactMetrics) | undefined;
}

/** Milliseconds between two looks of the guest profiler: as often as epochs pass. */
const INTERVAL_MS = 1;

/** Workloads that are calls, which alone the guest profiler sees. */
const CALLS = ['call', 'invoke', 'invoke_fresh'];

/** A batch whose loop runs in the engine's language, over the very code that the runtime runs. */
export function workloadBatch(config: WorkloadOptions, { context, extraMetrics }: WorkloadBatchOptions = {}): Batch {
  const prepared = new native.NativeWorkload(withProfiler(config, context));
  return nativeBatch((iterations) => prepared.run(iterations), {
    metrics: () => ({ ...exactMetrics(prepared, config), ...extraMetrics?.(prepared) }),
    ...(CALLS.includes(config.kind) && { profile: (seconds) => prepared.profile(seconds, INTERVAL_MS) }),
  });
}

function withProfiler(config: WorkloadOptions, { profiler }: SetupContext = {}): WorkloadOptions {
  if (profiler === undefined || profiler === 'guest') return config;
  return { ...config, engine: { ...config.engine, profiler } };
}

function exactMetrics(prepared: PreparedWorkload, config: WorkloadOptions): ExactMetrics {
  const { fuel, peakMemoryBytes, codeBytes } = prepared.exact();
  return {
    ...(fuel !== undefined && countsFuel(config) && { fuelPerIteration: fuel }),
    ...(peakMemoryBytes !== undefined && { peakMemoryBytes }),
    ...(codeBytes !== undefined && { codeBytes }),
  };
}

/** Engines that count none report nothing consumed. */
function countsFuel({ engine, unmetered = false }: WorkloadOptions): boolean {
  return !unmetered && engine?.interruption !== 'epoch';
}
