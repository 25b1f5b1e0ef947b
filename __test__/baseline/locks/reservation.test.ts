// Tests of reservations.
import * as fs from 'node:fs/promises';
import path from 'node:path';

import test from 'ava';

import { BaselineError } from '../../../src/baseline/errors.js';
import { reserveBaselines } from '../../../src/baseline/locks/reservation.js';
import { baselineNames } from '../../../src/baseline/store.js';
import { child } from '../../runtime/child.js';
import { measured, saveAll, temporaryStore } from '../fake.js';

const RESERVE = JSON.stringify(new URL('../../../src/baseline/locks/reservation.js', import.meta.url).href);
const reserving = (root: string, then: string) => `
  import * as fileSystem from 'node:fs/promises';
  import { reserveBaselines } from ${RESERVE};
  const held = await reserveBaselines({ root: ${JSON.stringify(root)}, fileSystem }, ['main']);
  ${then}`;

test('the error for a baseline that a run is writing names baseline, process, time and fix', async (t) => {
  const store = await temporaryStore(t);
  await reserveBaselines(store, ['main', 'new']);
  const { code, stderr } = await child(reserving(store.root, ''), { importsPackage: false });
  t.is(code, 1);
  t.regex(stderr, /code: 'LOCKED'/);
  t.regex(
    stderr,
    new RegExp(
      `baseline 'main' is being written by process ${process.pid} since \\d{4}-.*Z: wait until it ends, or set CRITERION_HOME to another directory; if that process is gone, delete .*\\.main\\.lock\\.`,
    ),
  );
});

test('either all of several baselines are reserved or none', async (t) => {
  const store = await temporaryStore(t);
  const first = await reserveBaselines(store, ['new']);
  await t.throwsAsync(() => reserveBaselines(store, ['new', 'base', 'main']), {
    code: 'LOCKED',
    message: /baseline 'new'/,
  });
  const others = await reserveBaselines(store, ['base', 'main', 'main']);
  await others.release();
  await first.release();
  await first.release();
  t.deepEqual(await fs.readdir(store.root), []);
});

test('a reservation ends with its scope', async (t) => {
  const store = await temporaryStore(t);
  const reservation = await reserveBaselines(store, ['main']);
  t.is((await fs.readdir(store.root)).length, 1);
  await reservation[Symbol.asyncDispose]();
  t.deepEqual(await fs.readdir(store.root), []);
});

test('a process releases its reservations when it ends, whether it returns, throws or exits', async (t) => {
  const store = await temporaryStore(t);
  for (const end of ['', 'throw new Error("x")', 'process.exit(3)']) {
    await child(reserving(store.root, end), { importsPackage: false });
    t.deepEqual(await fs.readdir(store.root), [], end);
  }
});

test('the reservation of a killed process is taken over', async (t) => {
  const store = await temporaryStore(t);
  const kill = reserving(store.root, `process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});`);
  t.is((await child(kill, { importsPackage: false })).signal, 'SIGKILL');
  t.is((await fs.readdir(store.root)).length, 1);
  const reservation = await reserveBaselines(store, ['main']);
  await t.throwsAsync(() => reserveBaselines(store, ['main']), { code: 'LOCKED' });
  await reservation.release();
  t.deepEqual(await fs.readdir(store.root), []);
});

test('only one of several processes takes over the reservation of a dead process', async (t) => {
  const store = await temporaryStore(t);
  const kill = reserving(store.root, `process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});`);
  for (let round = 0; round < 10; round++) {
    await child(kill, { importsPackage: false });
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => reserveBaselines(store, ['main'])));
    const held = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    t.is(held.length, 1, String(round));
    await held[0]?.release();
  }
});

test('an unwritable root is an error with a fix', async (t) => {
  const store = await temporaryStore(t);
  const root = path.join(store.root, 'file');
  await fs.writeFile(root, '');
  const error = await t.throwsAsync(() => reserveBaselines({ ...store, root }, ['main']), {
    instanceOf: BaselineError,
  });
  t.is(error?.code, 'NOT_WRITTEN');
  t.regex(error?.message ?? '', /baseline 'main' cannot be reserved \(E.*\): make room or give access/);
});

test('a reserved baseline can be written by its run, and the lock file is not listed as a baseline', async (t) => {
  const store = await temporaryStore(t);
  const reservation = await reserveBaselines(store, ['new', 'été 2026']);
  await saveAll(store, [measured('a/b', 100)], ['été 2026']);
  t.deepEqual(await baselineNames(store), ['été 2026']);
  await reservation.release();
});
