// Messages between the gate and its processes.
//
// One response to each request, over Node's IPC channel, so that nothing that a benchmark prints interferes. Each checkout
// runs its own version of the package: never rename a field or value here.
import { z } from 'zod';

import type { Environment } from '../../bench/machine/environment.js';
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import type { ListedBenchmark } from './runner.js';

export type WorkerRequest =
  | { readonly kind: 'list' }
  | { readonly kind: 'prepare'; readonly id: string; readonly warmUpNs: number }
  | { readonly kind: 'run'; readonly iterations: number }
  | { readonly kind: 'finish' };

export type WorkerResponse =
  | { readonly kind: 'listed'; readonly benchmarks: readonly ListedBenchmark[]; readonly environment: Environment }
  | { readonly kind: 'prepared'; readonly meanNs: number }
  | { readonly kind: 'ran'; readonly elapsedNs: number }
  | { readonly kind: 'finished'; readonly metrics: ExactMetrics }
  | { readonly kind: 'failed'; readonly message: string };

const REQUEST: z.ZodType<WorkerRequest> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('list') }),
  z.object({ kind: z.literal('prepare'), id: z.string(), warmUpNs: z.number().positive() }),
  z.object({ kind: z.literal('run'), iterations: z.number().int().positive() }),
  z.object({ kind: z.literal('finish') }),
]);

/** The request that `message` holds; `undefined` if it is none that this version knows. */
export function parseRequest(message: unknown): WorkerRequest | undefined {
  return REQUEST.safeParse(message).data;
}
