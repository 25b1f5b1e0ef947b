import * as fs from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import test from 'ava';

import { exportBaseline, importBaseline, readArchive } from '../../../src/baseline/transfer/archive.js';
import { compare } from '../../../src/baseline/compare.js';
import { BaselineError } from '../../../src/baseline/errors.js';
import { lockBaselines } from '../../../src/baseline/locks/reserve.js';
import { listStored, loadStored } from '../../../src/baseline/stored-benchmarks.js';
import { child } from '../../runtime/child.js';
import { CONTEXT, criterionStore, dyingAt, filesOf, measured, saveAll, temporaryStore } from '../fake.js';

const LONG = `g/${'x'.repeat(300)}`;
const IDS = ['a b/c d', 'a/b', 'été/火', LONG];

type Content = Record<string, unknown> & { benchmarks: { directory: string; files: Record<string, unknown> }[] };

test('an archive gives the same comparisons on another machine', async (t) => {
  const here = await temporaryStore(t);
  const there = await temporaryStore(t);
  await saveAll(
    here,
    IDS.map((id) => measured(id, 100)),
    ['main'],
  );
  const file = path.join(here.root, 'main.json');
  t.deepEqual(await exportBaseline(here, 'main', file), [...IDS].sort());
  await importBaseline(there, file);
  const [ours, theirs] = [await loadStored(here, 'main'), await loadStored(there, 'main')];
  t.deepEqual(theirs, ours);
  for (const [i, baseline] of theirs.entries()) {
    const { sample } = measured(baseline.id, 103);
    t.deepEqual(
      compare(sample, baseline, CONTEXT.options, baseline.id),
      compare(sample, ours[i] ?? baseline, CONTEXT.options, baseline.id),
    );
  }
});

test('what Criterion wrote travels too', async (t) => {
  const criterion = await criterionStore(t);
  const store = await temporaryStore(t);
  const file = path.join(store.root, 'a.json.gz');
  await exportBaseline(criterion, 'a', file);
  await importBaseline(store, file, { as: 'theirs' });
  const [from, to] = [await loadStored(criterion, 'a'), await loadStored(store, 'theirs')];
  t.deepEqual(
    to.map(({ id, sample, estimates, fences }) => ({ id, sample, estimates, fences })),
    from.map(({ id, sample, estimates, fences }) => ({ id, sample, estimates, fences })),
  );
});

test('a part can be exported and imported', async (t) => {
  const store = await temporaryStore(t);
  const file = path.join(store.root, 'a.json');
  const isFib = (id: string) => id.includes('fib_');
  t.is((await exportBaseline(await criterionStore(t), 'a', file, { select: isFib })).length, 3);
  const { ids } = await importBaseline(store, file, { select: (id) => id.endsWith('fib_20') });
  t.deepEqual(ids, ['execution/compute_heavy/fib_20']);
  await importBaseline(store, file, { select: (id) => id.endsWith('fib_30') });
  t.is((await listStored(store, 'a')).benchmarks.length, 2);
});

const FOREIGN: [why: string, edit: (content: Content) => unknown, message: RegExp][] = [
  ['of another schema', (content) => ({ ...content, schema: 'x' }), /'schema': must be "airssys-wasm\/baseline"/],
  ['of a newer form', (content) => ({ ...content, version: 2 }), /'version': must be 1; a newer release/],
  ['a list', () => [], /'the whole file'/],
  ['without benchmarks', (content) => ({ ...content, benchmarks: [] }), /'benchmarks'/],
  [
    'that leads out of the store',
    (content) => at(content, { directory: '../../etc' }),
    /'benchmarks\.1\.directory': must name a directory below the root/,
  ],
  ['with an absolute directory', (content) => at(content, { directory: '/etc' }), /'benchmarks\.1\.directory'/],
  [
    'with a directory for Windows',
    (content) => at(content, { directory: 'a\\..\\..\\b' }),
    /'benchmarks\.1\.directory'/,
  ],
  [
    'with a directory twice',
    (content) => at(content, { directory: content.benchmarks[0]?.directory }),
    /has the directory a\/1 twice/,
  ],
  [
    'with an id twice',
    (content) => at(content, { files: content.benchmarks[0]?.files }),
    /has 'a\/1' twice, in a\/1 and a\/2/,
  ],
  ['with a file of another name', (content) => inFiles(content, { '../x.json': {} }), /'benchmarks\.1\.files/],
  [
    'without a file',
    (content) => inFiles(content, { 'sample.json': undefined }),
    /benchmarks\.1\.files\.sample\.json is missing: export the baseline again/,
  ],
  [
    'with null for a file',
    (content) => inFiles(content, { 'sample.json': null }),
    /benchmarks\.1\.files\.sample\.json has another form/,
  ],
  [
    'with a damaged file',
    (content) => inFiles(content, { 'sample.json': { sampling_mode: 'Flat', iters: [1, 1], times: [1, null] } }),
    /files\.sample\.json has another form: 'times\.1'/,
  ],
  [
    'with another run’s sample',
    (content) => inFiles(content, { 'sample.json': { sampling_mode: 'Flat', iters: [1, 1], times: [1, 2] } }),
    /files\.estimates\.json is of another run/,
  ],
];

function at(content: Content, change: Record<string, unknown>): unknown {
  return { ...content, benchmarks: content.benchmarks.map((entry, i) => (i === 1 ? { ...entry, ...change } : entry)) };
}

function inFiles(content: Content, change: Record<string, unknown>): unknown {
  return at(content, { files: { ...content.benchmarks[1]?.files, ...change } });
}

for (const [why, edit, message] of FOREIGN) {
  test(`a file ${why} is an error naming file, field and fix, and nothing is written`, async (t) => {
    const from = await temporaryStore(t);
    await saveAll(from, [measured('a/1', 100), measured('a/2', 100)], ['main']);
    const file = path.join(from.root, 'x.json');
    await exportBaseline(from, 'main', file);
    await fs.writeFile(file, JSON.stringify(edit(JSON.parse(await fs.readFile(file, 'utf8')) as Content)));
    const store = await temporaryStore(t);
    const error = await t.throwsAsync(() => importBaseline(store, file), { instanceOf: BaselineError, message });
    t.is(error?.code, 'BAD_FILE');
    t.true(error?.message.startsWith(file), error?.message);
    t.deepEqual(await filesOf(store.root), {});
  });
}

test('a file that is none is an error with a fix', async (t) => {
  const store = await temporaryStore(t);
  await saveAll(store, [measured('a/b', 100)], ['main']);
  const file = path.join(store.root, 'x.json.gz');
  const read = () => readArchive(store, file);
  await t.throwsAsync(read, { message: /x\.json\.gz is missing: name a file that bench baseline export wrote/ });
  await fs.writeFile(file, '');
  await t.throwsAsync(read, { message: /is empty: export the baseline again/ });
  await fs.writeFile(file, gzipSync('{"schema":').subarray(0, 15));
  await t.throwsAsync(read, { message: /cannot be read \(unexpected end of file\)/ });
  await fs.writeFile(file, gzipSync(Buffer.alloc(300 * 2 ** 20)));
  await t.throwsAsync(read, { message: /unpacks to more than \d+ bytes/ });
  await fs.rm(file);
  await fs.mkdir(file);
  await t.throwsAsync(read, { message: /cannot be read \(EISDIR/ });
  await t.throwsAsync(() => exportBaseline(store, 'main', file, { force: true }), {
    message: /exists and is a directory: name a file in it/,
  });
});

test('a baseline that a run writes is neither exported nor replaced', async (t) => {
  const store = await temporaryStore(t);
  await saveAll(store, [measured('a/b', 100)], ['main']);
  const file = path.join(store.root, 'main.json');
  await exportBaseline(store, 'main', file);
  const reservation = await lockBaselines(store, ['main']);
  await t.throwsAsync(() => exportBaseline(store, 'main', file, { force: true }), { code: 'LOCKED' });
  await t.throwsAsync(() => importBaseline(store, file, { force: true }), { code: 'LOCKED' });
  await reservation.release();
});

test('an export that fails leaves no file behind', async (t) => {
  const store = await temporaryStore(t);
  await saveAll(store, [measured('a/b', 100)], ['main']);
  const before = await filesOf(store.root);
  const file = path.join(store.root, 'main.json');
  // The first two changes put the flag up and take it down again.
  for (const point of [4, 5]) {
    const failing = { ...store, fileSystem: dyingAt(point, () => Promise.reject(new Error('ENOSPC: no space left'))) };
    await t.throwsAsync(() => exportBaseline(failing, 'main', file), {
      code: 'NOT_WRITTEN',
      message: /cannot write .*main\.json \(ENOSPC/,
    });
    t.deepEqual(await filesOf(store.root), before, String(point));
  }
});

test('an import that is killed leaves each benchmark whole, and can be done again', async (t) => {
  t.timeout(120_000);
  const from = await temporaryStore(t);
  await saveAll(from, [measured('a/1', 100), measured('a/2', 100)], ['main']);
  const file = path.join(from.root, 'main.json');
  await exportBaseline(from, 'main', file);
  const url = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  for (const point of [5, 9, 14, 20, 25, 29]) {
    const store = await temporaryStore(t);
    await saveAll(store, [measured('a/1', 200), measured('a/2', 200)], ['main']);
    const script = `
      import { dyingAt } from ${url('../fake.js')};
      import { importBaseline } from ${url('../../../src/baseline/transfer/archive.js')};
      const fileSystem = dyingAt(${point}, () => { process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}); });
      await importBaseline({ root: ${JSON.stringify(store.root)}, fileSystem }, ${JSON.stringify(file)}, { force: true });`;
    t.is((await child(script, { importsPackage: false })).signal, 'SIGKILL', String(point));
    t.is((await loadStored(store, 'main')).length, 2);
    await importBaseline(store, file, { force: true });
    t.deepEqual(await loadStored(store, 'main'), await loadStored(from, 'main'));
    t.deepEqual(await fs.readdir(store.root), ['a']);
  }
});
