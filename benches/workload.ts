/** How does a workload of the engine become a batch? */

import { type Batch, type ExactMetrics, native as nativeBatch } from '../src/bench/index.js';
import { native, type NativeEngineOptions, type WorkloadOptions } from '../src/native.js';
import { MiB } from '../src/runtime/sizes.js';

/** What is measured, and on what; limits have a default here, since most workloads do not care. */
export type Ingredients = Omit<WorkloadOptions, 'limits'> & { readonly limits?: WorkloadOptions['limits'] };

/** Memory that a guest of the suite may have where its benchmark says nothing else. */
const MEMORY_BYTES = 64 * MiB;

/** What the addon prepares for `ingredients`. */
export function prepare(ingredients: Ingredients): InstanceType<typeof native.NativeWorkload> {
  return new native.NativeWorkload({ limits: { memoryBytes: MEMORY_BYTES }, ...ingredients });
}

/**
 * A batch whose loop runs in the engine's language.
 *
 * @param ingredients - Kind, guest, engine's options and call.
 * @param more - Further metrics, asked for after sampling.
 */
export function workload(
  ingredients: Ingredients,
  more: (workload: ReturnType<typeof prepare>) => ExactMetrics = () => ({}),
): Batch {
  const prepared = prepare(ingredients);
  return nativeBatch((iterations) => prepared.run(iterations), {
    metrics: () => ({ ...exact(prepared), ...more(prepared) }),
  });
}

function exact(prepared: ReturnType<typeof prepare>): ExactMetrics {
  const { fuel, peakMemoryBytes, codeBytes } = prepared.exact();
  return {
    ...(fuel !== undefined && { fuelPerIteration: fuel }),
    ...(peakMemoryBytes !== undefined && { peakMemoryBytes }),
    ...(codeBytes !== undefined && { codeBytes }),
  };
}

/** The engine's options as a benchmark states them. */
export function settings(options: NativeEngineOptions = {}, unmetered = false): Record<string, string> {
  return {
    interruption: unmetered ? 'none' : (options.interruption ?? 'fuel'),
    traps: options.traps ?? 'signals',
    backtraceFrames: String(options.backtraceFrames ?? 20),
    ...(options.allocation === 'pooling' && { allocation: 'pooling' }),
  };
}
