import os from 'node:os';

import test from 'ava';

import { describeEnvironment } from '../../../src/bench/machine/environment.js';

test('the machine is described by facts', async (t) => {
  const startedAt = new Date('2026-11-20T10:00:00Z');
  const environment = await describeEnvironment({
    versions: { wasmtime: '48.0.8' },
    directory: os.tmpdir(),
    startedAt,
  });
  t.is(environment.node, process.versions.node);
  t.deepEqual(environment.versions, { wasmtime: '48.0.8' });
  t.is(environment.startedAt, '2026-11-20T10:00:00.000Z');
  t.is(environment.machine.memoryBytes, os.totalmem());
  t.true(environment.machine.logicalCores >= environment.machine.physicalCores);
  t.true(environment.machine.physicalCores >= 1);
  t.truthy(environment.machine.cpu);
  t.true(environment.machine.os.includes(os.release()));
});

test('outside a repository there is no commit', async (t) => {
  const environment = await describeEnvironment({ versions: {}, directory: os.tmpdir(), startedAt: new Date() });
  t.is(environment.commit, null);
});
