// Tests of process identities.
import test from 'ava';

import { isGone, ownIdentity } from '../../../src/baseline/locks/process-identity.js';

test('a process on another host never counts as ended, and a reused id does', (t) => {
  const mark = ownIdentity();
  t.false(isGone(mark));
  t.false(isGone({ ...mark, host: 'elsewhere', pid: 2 ** 22 + 1 }));
  t.true(isGone({ ...mark, pid: 2 ** 22 + 1 }));
  if (mark.startTicks !== undefined) t.true(isGone({ ...mark, startTicks: '1' }));
});
