// Tests of transactions.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import test from 'ava';

import { BaselineError } from '../../src/baseline/errors.js';
import { type RecordLocation, loadBaseline, type Store } from '../../src/baseline/store.js';
import { commit, recover } from '../../src/baseline/transaction.js';
import { child } from '../runtime/child.js';
import { dyingAt, filesOf, measured, saveAll, temporaryStore, watched } from './fake.js';

const FAKE = JSON.stringify(new URL('./fake.js', import.meta.url).href);
const run = promisify(execFile);
const ID = 'group/function';
const PLACE = { directory: ID, title: ID };
const FILES = ['benchmark', 'estimates', 'metrics', 'sample', 'tukey'];
const EXPECTED = [
  `${ID}/change/estimates.json`,
  ...['main', 'new'].flatMap((name) => FILES.map((file) => `${ID}/${name}/${file}.json`)),
];

/**
 * Source of a process that saves a result of `ns` in `root`, and is killed at its `point`th change of the file system.
 */
const saveAndDie = (root: string, ns: number, point: number) => `
  import { dyingAt, measured, saveAll } from ${FAKE};
  const fileSystem = dyingAt(${point}, () => {
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  });
  await saveAll({ root: ${JSON.stringify(root)}, fileSystem }, [measured('${ID}', ${ns})], ['main']);`;

async function typicalOf(store: Store, name: RecordLocation['name']): Promise<number | undefined> {
  const baseline = await loadBaseline(store, PLACE, name, ID);
  return baseline && Math.floor(baseline.estimates.median.pointEstimate / 100) * 100;
}

/** The number of file system changes of a save that replaces another. */
async function countChanges(store: Store): Promise<number> {
  let changes = 0;
  await saveAll(store, [measured(ID, 100)], ['main']);
  const fileSystem = watched((count) => {
    changes = count;
  });
  await saveAll({ ...store, fileSystem }, [measured(ID, 200)], ['main']);
  return changes;
}

test('a process killed at any point leaves the benchmark complete or unchanged, and no traces after the next save', async (t) => {
  t.timeout(300_000);
  const points = await countChanges(await temporaryStore(t));
  t.true(points > 25, 'the lock, every temporary, the marker, every rename and their removal');
  const outcomes = new Set<number>();
  for (let point = 1; point <= points; point++) {
    const store = await temporaryStore(t);
    await saveAll(store, [measured(ID, 100)], ['main']);
    const { signal, stderr } = await child(saveAndDie(store.root, 200, point), { importsPackage: false });
    t.is(signal, 'SIGKILL', `${point}: ${stderr}`);
    const found = await typicalOf(store, 'main');
    t.true(found === 100 || found === 200, `${point}: ${found}`);
    t.is(await typicalOf(store, 'new'), found, `${point}: both names tell of one run`);
    outcomes.add(found as number);
    await saveAll(store, [measured(ID, 300)], ['main']);
    t.deepEqual(Object.keys(await filesOf(store.root)), EXPECTED, `${point}: nothing is left over`);
    t.is(await typicalOf(store, 'main'), 300);
  }
  t.deepEqual(
    [...outcomes].sort((a, b) => a - b),
    [100, 200],
  );
});

test('a first save that is killed leaves no baseline or a complete one', async (t) => {
  for (const point of [3, 6, 14, 17, 22]) {
    const store = await temporaryStore(t);
    await child(saveAndDie(store.root, 200, point), { importsPackage: false });
    const found = await typicalOf(store, 'main');
    t.is(await typicalOf(store, 'new'), found);
    t.true(found === undefined || found === 200, `${point}: ${found}`);
  }
});

test('processes killed at random times leave every benchmark complete', async (t) => {
  t.timeout(300_000);
  const store = await temporaryStore(t);
  const ids = ['a/1', 'a/2', 'a/3'];
  const script = (ms: number) => `
    import * as fs from 'node:fs/promises';
    import { measured, saveAll } from ${FAKE};
    const store = { root: ${JSON.stringify(store.root)}, fileSystem: fs };
    const runs = [100, 200].map((ns) => ${JSON.stringify(ids)}.map((id) => measured(id, ns)));
    await saveAll(store, runs[0], ['main']);
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${ms});
    for (let i = 1; ; i++) await saveAll(store, runs[i % 2], ['main']);`;
  for (let round = 0; round < 12; round++) {
    const { signal, stderr } = await child(script(1 + 5 * round), { importsPackage: false });
    t.is(signal, 'SIGKILL', stderr);
    for (const id of ids) {
      const place = { directory: id, title: id };
      const main = await loadBaseline(store, place, 'main', id);
      t.is(main?.name, 'main');
      t.deepEqual(main?.sample, (await loadBaseline(store, place, 'new'))?.sample, `${round} ${id}`);
    }
  }
});

test('concurrent writers of one benchmark never mix it, and readers see it complete', async (t) => {
  t.timeout(120_000);
  const store = await temporaryStore(t);
  const script = (ns: number) => `
    import * as fs from 'node:fs/promises';
    import { measured, saveAll } from ${FAKE};
    for (let i = 0; i < 40; i++) await saveAll({ root: ${JSON.stringify(store.root)}, fileSystem: fs }, [measured('${ID}', ${ns})], ['main']);`;
  const end = new AbortController();
  const writers = Promise.all([100, 200, 300].map((ns) => child(script(ns), { importsPackage: false })));
  void writers.finally(() => end.abort());
  const seen = new Set<number | undefined>();
  while (!end.signal.aborted) seen.add(await typicalOf(store, 'main'));
  for (const { code, stderr } of await writers) t.is(code, 0, stderr);
  for (const found of seen) t.true(found === undefined || [100, 200, 300].includes(found), String(found));
  t.is(await typicalOf(store, 'main'), await typicalOf(store, 'new'));
  t.deepEqual(Object.keys(await filesOf(store.root)), EXPECTED);
});

test('a failure before the commit leaves everything unchanged, and no temporary files', async (t) => {
  const store = await temporaryStore(t);
  await saveAll(store, [measured(ID, 100)], ['main']);
  const before = await filesOf(store.root);
  for (const point of Array.from({ length: 15 }, (_, i) => i + 1)) {
    const fileSystem = dyingAt(point, () =>
      Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })),
    );
    const error = await t.throwsAsync(() => saveAll({ ...store, fileSystem }, [measured(ID, 200)], ['main']), {
      instanceOf: BaselineError,
    });
    t.is(error?.code, 'NOT_WRITTEN', String(point));
    t.regex(error?.message ?? '', /ENOSPC.*: make room or give access, or set CRITERION_HOME/);
    t.deepEqual(await filesOf(store.root), before, String(point));
  }
});

test('the next reader completes a transaction that failed after its commit', async (t) => {
  const store = await temporaryStore(t);
  await saveAll(store, [measured(ID, 100)], ['main']);
  const rename: typeof fs.rename = async (from, to) => {
    if (String(to).endsWith('tukey.json')) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
    return fs.rename(from, to);
  };
  const failing = { ...store, fileSystem: { ...fs, rename } };
  await t.throwsAsync(() => saveAll(failing, [measured(ID, 200)], ['main']), { code: 'NOT_WRITTEN' });
  t.is(await typicalOf(store, 'main'), 200);
  t.is(await typicalOf(store, 'new'), 200);
  t.deepEqual(Object.keys(await filesOf(store.root)), EXPECTED);
});

test('a marker that names files elsewhere is rejected, and nothing changes', async (t) => {
  const store = await temporaryStore(t);
  const directory = path.join(store.root, ID);
  for (const name of [
    '../x/sample.json',
    '/etc/sample.json',
    'main/../../sample.json',
    'sample.json',
    './sample.json',
    'main\\x/../y.json',
  ]) {
    await fs.mkdir(directory, { recursive: true });
    await fs.writeFile(path.join(directory, '.pending.json'), JSON.stringify({ version: 1, put: [], remove: [name] }));
    const error = await t.throwsAsync(() => recover(fs, directory), { instanceOf: BaselineError });
    t.regex(
      error?.message ?? '',
      /\.pending\.json has an unexpected form: 'remove\.0'.*: delete .*\.pending\.json$/,
      name,
    );
  }
});

test('a lock that a running process keeps is an error that names the process', async (t) => {
  t.timeout(60_000);
  const store = await temporaryStore(t);
  const directory = path.join(store.root, ID);
  await fs.mkdir(directory, { recursive: true });
  const holder = { pid: process.pid, host: os.hostname(), since: '2026-01-01T00:00:00.000Z' };
  // On another host, where it cannot be checked.
  await fs.writeFile(path.join(directory, `.lock.${randomUUID()}`), JSON.stringify({ ...holder, host: 'elsewhere' }));
  const error = await t.throwsAsync(() => commit(fs, directory, { put: [] }), { instanceOf: BaselineError });
  t.is(error?.code, 'LOCKED');
  t.regex(
    error?.message ?? '',
    /is being written by process \d+ of elsewhere since 2026-01-01T00:00:00\.000Z: .*\.lock/,
  );
});

// Only root can mount the file system of this test, and root ignores file modes.
test('a disk that is really full or read-only leaves everything unchanged', async (t) => {
  const mounted = await temporaryStore(t);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mounted.root]);
  } catch (error) {
    t.log(`not tried, because nothing can be mounted: ${(error as Error).message}`);
    return t.pass();
  }
  try {
    await saveAll(mounted, [measured(ID, 100)], ['main']);
    const before = await filesOf(mounted.root);
    const save = () => saveAll(mounted, [measured(ID, 200)], ['main']);
    await t.throwsAsync(save, { code: 'NOT_WRITTEN', message: /ENOSPC.*: make room/ });
    t.deepEqual(await filesOf(mounted.root), before);
    await run('mount', ['-o', 'remount,ro', mounted.root]);
    await t.throwsAsync(save, { code: 'NOT_WRITTEN', message: /EROFS.*: make room or give access/ });
    t.is(await typicalOf(mounted, 'main'), 100);
  } finally {
    await run('umount', [mounted.root]);
  }
});
