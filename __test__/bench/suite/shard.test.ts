import test from 'ava';

import { OptionError } from '../../../src/bench/errors.js';
import { parseShard, shardOf } from '../../../src/bench/suite/shard.js';

const IDS = ['a', 'b', 'c'].flatMap((category) => Array.from({ length: 7 }, (_, i) => `${category}/${i}`));

function shards(count: number): string[][] {
  return Array.from({ length: count }, (_, i) => shardOf(IDS, { index: i + 1, count }));
}

test('all shards together are everything, and no two have one in common', (t) => {
  for (const count of [1, 2, 3, 5, 21, 40]) {
    const dealt = shards(count).flat();
    t.is(dealt.length, IDS.length, String(count));
    t.deepEqual([...dealt].sort(), [...IDS].sort(), String(count));
  }
});

test('shards are balanced up to one, over all ids as within each category', (t) => {
  for (const count of [2, 3, 4, 5]) {
    for (const category of ['', 'a', 'b', 'c']) {
      const sizes = shards(count).map((ids) => ids.filter((id) => id.startsWith(category)).length);
      t.true(Math.max(...sizes) - Math.min(...sizes) <= 1, `${count} ${category}`);
    }
  }
});

test('ids keep their order', (t) => {
  t.deepEqual(shardOf(['d', 'c', 'b', 'a'], { index: 2, count: 2 }), ['c', 'a']);
  t.deepEqual(shardOf([], { index: 1, count: 3 }), []);
});

test('i/n is read', (t) => {
  t.deepEqual(parseShard('1/1'), { index: 1, count: 1 });
  t.deepEqual(parseShard('3/12'), { index: 3, count: 12 });
});

for (const text of ['', '1', '0/4', '5/4', '1/0', '-1/4', '1/4/2', '1.5/4', 'a/b', '1 / 4', '1/1001', '1/1e1']) {
  test(`'${text}' is refused as a shard`, (t) => {
    const error = t.throws(() => parseShard(text), { instanceOf: OptionError });
    t.is(error?.code, 'BAD_OPTION');
    t.is(error?.message, `shard is '${text}': give i/n with i from 1 to n and n up to 1,000, such as 1/4`);
  });
}

test('a shard that cannot be is refused from code as well', (t) => {
  for (const shard of [
    { index: 0, count: 1 },
    { index: 1.5, count: 2 },
    { index: NaN, count: 2 },
  ]) {
    t.throws(() => shardOf(IDS, shard), { instanceOf: OptionError });
  }
});
