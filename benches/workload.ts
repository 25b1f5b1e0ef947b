import type { Batch, SetupContext } from '../src/bench/suite/definition.js';
import type { ExactMetrics } from '../src/bench/exact-metrics.js';
import { type Prepared, workloadBatch } from '../src/measure/workload.js';
import type { EngineOptions, WorkloadOptions } from '../src/native.js';
import { MiB } from '../src/runtime/units.js';

/** What is measured, and on what; limits have a default here, since most workloads do not care. */
export type Ingredients = Omit<WorkloadOptions, 'limits'> & { readonly limits?: WorkloadOptions['limits'] };

/** Memory that a guest of the suite may have where its benchmark says nothing else. */
const MEMORY_BYTES = 64 * MiB;

/**
 * A batch whose loop runs in the engine's language.
 *
 * @param ingredients - Kind, guest, engine's options and call.
 * @param context - What it is prepared for, as `setup` is told.
 * @param more - Further metrics, asked for after sampling.
 */
export function workload(
  ingredients: Ingredients,
  context?: SetupContext,
  more?: (workload: Prepared) => ExactMetrics,
): Batch {
  return workloadBatch({ limits: { memoryBytes: MEMORY_BYTES }, ...ingredients }, { context, more });
}

/** The engine's options as a benchmark states them. */
export function settings(options: EngineOptions = {}, unmetered = false): Record<string, string> {
  return {
    interruption: unmetered ? 'none' : (options.interruption ?? 'fuel'),
    traps: options.traps ?? 'signals',
    backtraceFrames: String(options.backtraceFrames ?? 20),
    ...(options.allocation === 'pooling' && { allocation: 'pooling' }),
  };
}
