import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import path from 'node:path';

import test from 'ava';

import { describeRival, tryLock, unlock, waitForLock } from '../../../src/baseline/locks/lock.js';
import { child } from '../../runtime/child.js';
import { dyingAt, temporaryStore } from '../fake.js';

const LOCK = JSON.stringify(new URL('../../../src/baseline/locks/lock.js', import.meta.url).href);

test('of processes that want one lock each has it alone', async (t) => {
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

test('a held lock is refused with its holder, and free again once it is given back', async (t) => {
  const name = path.join((await temporaryStore(t)).root, '.lock');
  const first = await tryLock(fs, name);
  t.true('lock' in first);
  const second = await waitForLock(fs, name, 50);
  t.true('rival' in second);
  if ('rival' in second) t.regex(describeRival(second.rival), new RegExp(`^process ${process.pid} since \\d{4}-.*Z$`));
  if ('lock' in first) await unlock(fs, first.lock);
  t.like(await tryLock(fs, name), { lock: { wasAbandoned: false } });
});

test('a flag on which nothing legible stands holds for as long as its maker may still be writing it', async (t) => {
  const name = path.join((await temporaryStore(t)).root, '.lock');
  const flag = `${name}.${randomUUID()}`;
  await fs.writeFile(flag, '{"pid":');
  const early = await tryLock(fs, name);
  t.deepEqual(early, { rival: { file: flag, holder: undefined } });
  if ('rival' in early) t.is(describeRival(early.rival), 'a process that has just begun');
  await fs.utimes(flag, 0, 0);
  t.like(await tryLock(fs, name), { lock: { wasAbandoned: true } });
  await t.throwsAsync(() => fs.stat(flag), { code: 'ENOENT' });
});

test('files of other names are no flags', async (t) => {
  const { root } = await temporaryStore(t);
  const others = ['.lock', '.lock.x', `.lock.lock.${randomUUID()}`, `other.lock.${randomUUID()}`];
  for (const other of others) await fs.writeFile(path.join(root, other), 'x');
  t.true('lock' in (await tryLock(fs, path.join(root, '.lock'))));
});

test('a full disk is an error, and leaves no flag', async (t) => {
  const { root } = await temporaryStore(t);
  const full = dyingAt(1, () => Promise.reject(new Error('ENOSPC: no space left on device')));
  await t.throwsAsync(() => tryLock(full, path.join(root, '.lock')), { message: /ENOSPC/ });
  t.deepEqual(await fs.readdir(root), []);
});
