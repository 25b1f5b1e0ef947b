// Which benchmarks does one of several machines run?
import { OptionError } from '../errors.js';

/** One of `count` parts of a suite. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

const MOST_SHARDS = 1_000;

/**
 * Reads `2/4`.
 *
 * @throws OptionError for what is not two whole numbers of which the first is from 1 to the second.
 */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  checkShard(shard, text);
  return shard;
}

/**
 * The ids of one shard, in their order. Ids are dealt out one by one, because neighbours are alike in what they cost: every
 * shard gets its part of each category, up to one.
 *
 * Give all ids that exist and keep of the result what is selected. Then a filter moves no benchmark to another shard, and the
 * shards of one command line are disjoint and complete whatever it selects.
 *
 * @throws OptionError for a shard that cannot be.
 */
export function shardOf(ids: readonly string[], shard: Shard): string[] {
  checkShard(shard, `${shard.index}/${shard.count}`);
  return ids.filter((_, i) => i % shard.count === shard.index - 1);
}

function checkShard({ index, count }: Shard, received: string): void {
  const isWhole = Number.isInteger(index) && Number.isInteger(count);
  if (isWhole && index >= 1 && index <= count && count <= MOST_SHARDS) return;
  throw new OptionError(
    'shard',
    received,
    `give i/n with i from 1 to n and n up to ${MOST_SHARDS.toLocaleString('en')}, such as 1/4`,
  );
}
