// Routines that run and time a workload natively.
import type { Routine, SetupContext } from '../bench/suite/definition.js';
import type { ExactMetrics } from '../bench/exact-metrics.js';
import { custom } from '../bench/suite/routine.js';
import { native, type WorkloadOptions } from '../native.js';

/** A workload of the addon, ready to run. */
export type PreparedWorkload = InstanceType<typeof native.NativeWorkload>;

/** Options of a workload's routine. */
export interface WorkloadRoutineOptions {
  /** Context of the setup; a profiler of native code becomes the engine's. */
  readonly context?: SetupContext | undefined;
  /** Returns additional metrics, after sampling. */
  readonly extraMetrics?: ((prepared: PreparedWorkload) => ExactMetrics) | undefined;
}

/** Sampling interval of the guest profiler in milliseconds: one epoch. */
const INTERVAL_MS = 1;

/** Kinds of workloads that are calls: the guest profiler sees no others. */
const CALLS = ['call', 'invoke', 'invoke_fresh'];

/** Creates a routine whose loop runs in Rust, over the same code as the runtime. */
export function workloadRoutine(
  config: WorkloadOptions,
  { context, extraMetrics }: WorkloadRoutineOptions = {},
): Routine {
  const prepared = new native.NativeWorkload(withProfiler(config, context));
  return custom((iterations) => prepared.run(iterations), {
    metrics: () => ({ ...exactMetrics(prepared, config), ...extraMetrics?.(prepared) }),
    ...(CALLS.includes(config.kind) && { profile: (seconds) => prepared.profile(seconds, INTERVAL_MS) }),
  });
}

function withProfiler(config: WorkloadOptions, { profiler }: SetupContext = {}): WorkloadOptions {
  if (profiler === undefined || profiler === 'guest') return config;
  return { ...config, engine: { ...config.engine, profiler } };
}

function exactMetrics(prepared: PreparedWorkload, config: WorkloadOptions): ExactMetrics {
  const { fuel, peakMemoryBytes, codeBytes } = prepared.deterministicCosts();
  return {
    ...(fuel !== undefined && countsFuel(config) && { fuelPerIteration: fuel }),
    ...(peakMemoryBytes !== undefined && { peakMemoryBytes }),
    ...(codeBytes !== undefined && { codeBytes }),
  };
}

/** Whether the engine counts fuel; others would report 0 as consumed. */
function countsFuel({ engine, unmetered = false }: WorkloadOptions): boolean {
  return !unmetered && engine?.interruption !== 'epoch';
}
