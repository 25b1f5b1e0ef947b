// Workloads of the suites: native routines with the suites' default limits.
import type { Routine, SetupContext } from '../src/bench/suite/definition.js';
import type { ExactMetrics } from '../src/bench/exact-metrics.js';
import { type PreparedWorkload, workloadRoutine } from '../src/measure/workload.js';
import type { EngineOptions, WorkloadOptions } from '../src/native.js';
import { MiB } from '../src/runtime/units.js';

/** Options of a workload; limits are optional here, since most workloads do not depend on them. */
export type WorkloadConfig = Omit<WorkloadOptions, 'limits'> & { readonly limits?: WorkloadOptions['limits'] };

/** Default memory limit of a guest. */
const MEMORY_BYTES = 64 * MiB;

/**
 * Creates a routine whose loop runs in Rust.
 *
 * @param config - Kind, guest, engine options and call.
 * @param context - Context of the benchmark's setup.
 * @param extraMetrics - Returns additional metrics, after sampling.
 */
export function workload(
  config: WorkloadConfig,
  context?: SetupContext,
  extraMetrics?: (workload: PreparedWorkload) => ExactMetrics,
): Routine {
  return workloadRoutine({ limits: { memoryBytes: MEMORY_BYTES }, ...config }, { context, extraMetrics });
}

/** Returns the engine's options in the form of a benchmark's settings. */
export function settings(options: EngineOptions = {}, unmetered = false): Record<string, string> {
  return {
    interruption: unmetered ? 'none' : (options.interruption ?? 'fuel'),
    traps: options.traps ?? 'signals',
    backtraceFrames: String(options.backtraceFrames ?? 20),
    ...(options.allocation === 'pooling' && { allocation: 'pooling' }),
  };
}
