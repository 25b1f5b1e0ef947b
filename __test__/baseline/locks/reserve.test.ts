import * as fs from 'node:fs/promises';
import path from 'node:path';

import test from 'ava';

import { BaselineError } from '../../../src/baseline/errors.js';
import { lockBaselines } from '../../../src/baseline/locks/reserve.js';
import { baselineNames } from '../../../src/baseline/store.js';
import { child } from '../../runtime/child.js';
import { measured, saveAll, temporaryStore } from '../fake.js';

const RESERVE = JSON.stringify(new URL('../../../src/baseline/locks/reserve.js', import.meta.url).href);
const reserving = (root: string, then: string) => `
  import * as fileSystem from 'node:fs/promises';
  import { lockBaselines } from ${RESERVE};
  const held = await lockBaselines({ root: ${JSON.stringify(root)}, fileSystem }, ['main']);
  ${then}`;

test('a baseline that a living run writes is refused by name, with process, time and fix', async (t) => {
  const store = await temporaryStore(t);
  await lockBaselines(store, ['main', 'new']);
  const { code, stderr } = await child(reserving(store.root, ''), { importsPackage: false });
  t.is(code, 1);
  t.regex(stderr, /code: 'LOCKED'/);
  t.regex(
    stderr,
    new RegExp(
      `baseline 'main' is being written by process ${process.pid} since \\d{4}-.*Z: wait for its end, or keep these results elsewhere, by CRITERION_HOME; if that process is gone, delete .*\\.main\\.lock\\.`,
    ),
  );
});

test('of several baselines either all are reserved or none', async (t) => {
  const store = await temporaryStore(t);
  const first = await lockBaselines(store, ['new']);
  await t.throwsAsync(() => lockBaselines(store, ['new', 'base', 'main']), {
    code: 'LOCKED',
    message: /baseline 'new'/,
  });
  const others = await lockBaselines(store, ['base', 'main', 'main']);
  await others.release();
  await first.release();
  await first.release();
  t.deepEqual(await fs.readdir(store.root), []);
});

test('a reservation ends with its scope', async (t) => {
  const store = await temporaryStore(t);
  const reservation = await lockBaselines(store, ['main']);
  t.is((await fs.readdir(store.root)).length, 1);
  await reservation[Symbol.asyncDispose]();
  t.deepEqual(await fs.readdir(store.root), []);
});

test('the end of a process gives back what it reserved, whether it returns, throws or exits', async (t) => {
  const store = await temporaryStore(t);
  for (const end of ['', 'throw new Error("x")', 'process.exit(3)']) {
    await child(reserving(store.root, end), { importsPackage: false });
    t.deepEqual(await fs.readdir(store.root), [], end);
  }
});

test('what a killed process reserved is taken over', async (t) => {
  const store = await temporaryStore(t);
  const kill = reserving(store.root, `process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});`);
  t.is((await child(kill, { importsPackage: false })).signal, 'SIGKILL');
  t.is((await fs.readdir(store.root)).length, 1);
  const reservation = await lockBaselines(store, ['main']);
  await t.throwsAsync(() => lockBaselines(store, ['main']), { code: 'LOCKED' });
  await reservation.release();
  t.deepEqual(await fs.readdir(store.root), []);
});

test('of several who find a dead process’s reservation only one takes it over', async (t) => {
  const store = await temporaryStore(t);
  const kill = reserving(store.root, `process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});`);
  for (let round = 0; round < 10; round++) {
    await child(kill, { importsPackage: false });
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockBaselines(store, ['main'])));
    const held = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    t.is(held.length, 1, String(round));
    await held[0]?.release();
  }
});

test('a directory in which nothing can be written is an error with a fix', async (t) => {
  const store = await temporaryStore(t);
  const root = path.join(store.root, 'file');
  await fs.writeFile(root, '');
  const error = await t.throwsAsync(() => lockBaselines({ ...store, root }, ['main']), { instanceOf: BaselineError });
  t.is(error?.code, 'NOT_WRITTEN');
  t.regex(error?.message ?? '', /baseline 'main' cannot be reserved \(E.*\): make room or give access/);
});

test('a reserved baseline can be written by its run, and is no baseline itself', async (t) => {
  const store = await temporaryStore(t);
  const reservation = await lockBaselines(store, ['new', 'été 2026']);
  await saveAll(store, [measured('a/b', 100)], ['été 2026']);
  t.deepEqual(await baselineNames(store), ['été 2026']);
  await reservation.release();
});
