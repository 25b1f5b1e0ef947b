import test from 'ava';

import { isGone, ownMark } from '../../../src/baseline/locks/process.js';

test('a process on another host is never taken for dead, and one that got a dead one’s number is', (t) => {
  const mark = ownMark();
  t.false(isGone(mark));
  t.false(isGone({ ...mark, host: 'elsewhere', pid: 2 ** 22 + 1 }));
  t.true(isGone({ ...mark, pid: 2 ** 22 + 1 }));
  if (mark.startTicks !== undefined) t.true(isGone({ ...mark, startTicks: '1' }));
});
