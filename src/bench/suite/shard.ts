// Shards: parts of a suite for several machines.
import { OptionError } from '../errors.js';

/** A shard: one of `count` parts of a suite. */
export interface Shard {
  /** Number of this shard, from 1 to `count`. */
  readonly index: number;
  /** Number of shards. */
  readonly count: number;
}

const MAX_SHARDS = 1_000;

/**
 * Parses a shard such as `2/4`.
 *
 * @throws OptionError unless the text is two whole numbers, the first from 1 to the second.
 */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  validateShard(shard, text);
  return shard;
}

/**
 * Returns the ids of one shard, in their order. Ids are assigned round-robin, because neighbours have similar costs:
 * the shards' shares of each category differ by at most one.
 *
 * Pass all existing ids and filter the result. Then a filter does not move benchmarks between shards, and the shards of
 * one command line are disjoint and complete for every selection.
 *
 * @throws OptionError if the shard is invalid.
 */
export function shardOf(ids: readonly string[], shard: Shard): string[] {
  validateShard(shard, `${shard.index}/${shard.count}`);
  return ids.filter((_, i) => i % shard.count === shard.index - 1);
}

function validateShard({ index, count }: Shard, received: string): void {
  const isWhole = Number.isInteger(index) && Number.isInteger(count);
  if (isWhole && index >= 1 && index <= count && count <= MAX_SHARDS) return;
  throw new OptionError(
    'shard',
    received,
    `give i/n with i from 1 to n and n up to ${MAX_SHARDS.toLocaleString('en')}, such as 1/4`,
  );
}
