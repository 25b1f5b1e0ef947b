// Tests of locks.
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import path from 'node:path';

import test from 'ava';

import { describeContender, tryLock, unlock, waitForLock } from '../../../src/baseline/locks/lock.js';
import { child } from '../../runtime/child.js';
import { dyingAt, temporaryStore } from '../fake.js';

const LOCK = JSON.stringify(new URL('../../../src/baseline/locks/lock.js', import.meta.url).href);

test('processes hold a lock one at a time', async (t) => {
  t.timeout(120_000);
  const { root } = await temporaryStore(t);
  const counter = path.join(root, 'counter');
  await fs.writeFile(counter, '0');
  const script = `
    import * as fs from 'node:fs/promises';
    import { unlock, waitForLock } from ${LOCK};
    const counter = ${JSON.stringify(counter)};
    for (let i = 0; i < 25; i++) {
      const { lock } = await waitForLock(fs, ${JSON.stringify(path.join(root, '.lock'))}, 60_000);
      const count = Number(await fs.readFile(counter, 'utf8'));
      await fs.writeFile(counter, String(count + 1));
      await unlock(fs, lock);
    }`;
  const ended = await Promise.all(Array.from({ length: 4 }, () => child(script, { importsPackage: false })));
  for (const { code, stderr } of ended) t.is(code, 0, stderr);
  t.is(await fs.readFile(counter, 'utf8'), '100');
  t.deepEqual(await fs.readdir(root), ['counter']);
});

test('taking a held lock fails with its holder, and succeeds after its release', async (t) => {
  const name = path.join((await temporaryStore(t)).root, '.lock');
  const first = await tryLock(fs, name);
  t.true('lock' in first);
  const second = await waitForLock(fs, name, 50);
  t.true('contender' in second);
  if ('contender' in second)
    t.regex(describeContender(second.contender), new RegExp(`^process ${process.pid} since \\d{4}-.*Z$`));
  if ('lock' in first) await unlock(fs, first.lock);
  t.like(await tryLock(fs, name), { lock: { wasAbandoned: false } });
});

test('an unreadable lock file counts while its process may still be writing it', async (t) => {
  const name = path.join((await temporaryStore(t)).root, '.lock');
  const unreadable = `${name}.${randomUUID()}`;
  await fs.writeFile(unreadable, '{"pid":');
  const early = await tryLock(fs, name);
  t.deepEqual(early, { contender: { file: unreadable, holder: undefined } });
  if ('contender' in early) t.is(describeContender(early.contender), 'a process that has just started');
  await fs.utimes(unreadable, 0, 0);
  t.like(await tryLock(fs, name), { lock: { wasAbandoned: true } });
  await t.throwsAsync(() => fs.stat(unreadable), { code: 'ENOENT' });
});

test('files with other names are not lock files', async (t) => {
  const { root } = await temporaryStore(t);
  const others = ['.lock', '.lock.x', `.lock.lock.${randomUUID()}`, `other.lock.${randomUUID()}`];
  for (const other of others) await fs.writeFile(path.join(root, other), 'x');
  t.true('lock' in (await tryLock(fs, path.join(root, '.lock'))));
});

test('a full disk is an error, and leaves no lock file', async (t) => {
  const { root } = await temporaryStore(t);
  const full = dyingAt(1, () => Promise.reject(new Error('ENOSPC: no space left on device')));
  await t.throwsAsync(() => tryLock(full, path.join(root, '.lock')), { message: /ENOSPC/ });
  t.deepEqual(await fs.readdir(root), []);
});
