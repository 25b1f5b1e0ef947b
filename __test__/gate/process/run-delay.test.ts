// Tests of the run delay.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import test from 'ava';

import { openRunDelay } from '../../../src/gate/process/run-delay.js';

test('the delay is the second number, read again each time', (t) => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'run-delay-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const file = path.join(directory, 'schedstat');
  writeFileSync(file, '1174563 5464460 3\n');
  const runDelay = openRunDelay(file);
  t.is(runDelay?.(), 5_464_460);
  writeFileSync(file, '2174563 6464461 4\n');
  t.is(runDelay?.(), 6_464_461);
});

test('a missing or unexpected file yields no run delay', (t) => {
  t.is(openRunDelay('/nowhere/schedstat'), undefined);
  t.is(openRunDelay(process.execPath), undefined);
});

if (process.platform === 'linux') {
  test('on Linux the delay of this thread never decreases', (t) => {
    const runDelay = openRunDelay();
    const before = runDelay?.() ?? -1;
    for (let i = 0; i < 1e6; i++) Math.random();
    t.true(before >= 0 && (runDelay?.() ?? -1) >= before);
  });
}
