// What do the gate and its processes say to each other?
//
// One question, one answer, over Node's channel between processes: nothing that a benchmark prints gets in between.
import { z } from 'zod';

import type { Environment } from '../../bench/machine/environment.js';
import type { ExactMetrics } from '../../bench/exact-metrics.js';
import type { Offer } from './runner.js';

export type Question =
  | { readonly kind: 'list' }
  | { readonly kind: 'prepare'; readonly id: string; readonly warmUpNs: number }
  | { readonly kind: 'run'; readonly iterations: number }
  | { readonly kind: 'finish' };

export type Answer =
  | { readonly kind: 'listed'; readonly benchmarks: readonly Offer[]; readonly environment: Environment }
  | { readonly kind: 'prepared'; readonly meanNs: number }
  | { readonly kind: 'ran'; readonly elapsedNs: number }
  | { readonly kind: 'finished'; readonly metrics: ExactMetrics }
  | { readonly kind: 'failed'; readonly message: string };

const QUESTION: z.ZodType<Question> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('list') }),
  z.object({ kind: z.literal('prepare'), id: z.string(), warmUpNs: z.number().positive() }),
  z.object({ kind: z.literal('run'), iterations: z.number().int().positive() }),
  z.object({ kind: z.literal('finish') }),
]);

/** What came over the channel, if it is a question. */
export function readQuestion(message: unknown): Question | undefined {
  return QUESTION.safeParse(message).data;
}
