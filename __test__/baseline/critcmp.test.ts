// Tests that critcmp reads the stored files. Its path is $CRITCMP or on the PATH; it is required if CI is set.
import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import test, { type ExecutionContext } from 'ava';

import { copyBaseline } from '../../src/baseline/transfer/copy.js';
import type { Store } from '../../src/baseline/store.js';
import { dyingAt, measured, saveAll, temporaryStore } from './fake.js';

const run = promisify(execFile);
const CRITCMP = process.env['CRITCMP'] || 'critcmp';

/** Whether critcmp can run; logs the reason if not. */
async function isThere(t: ExecutionContext): Promise<boolean> {
  try {
    await run(CRITCMP, ['--version']);
    return true;
  } catch (error) {
    const why = `critcmp cannot be run (${(error as Error).message}): cargo install critcmp --version 0.1.8 --locked`;
    if (process.env['CI']) t.fail(why);
    else t.log(`not tried: ${why}`);
    return false;
  }
}

/** Creates a directory in the layout of critcmp, with the store in `criterion`. */
async function targetDirectory(t: ExecutionContext): Promise<{ target: string; store: Store }> {
  const { root, fileSystem } = await temporaryStore(t);
  return { target: root, store: { root: path.join(root, 'criterion'), fileSystem } };
}

async function critcmp(target: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await run(CRITCMP, ['--target-dir', target, '--color', 'never', ...args]);
  return stdout.split('\n').map((line) => line.trim().split(/ {2,}/).join(' | '));
}

const LONG = `long/${'x'.repeat(300)}`;

function results(ns: number) {
  return [
    measured('instantiation/cold_start/minimal', ns),
    measured('memory/fill', 2 * ns, { throughput: { bytes: 4_000 } }),
    measured('memory/visit', ns, { throughput: { elements: 10 }, value: '1/2' }),
    measured('slow/sort', 1e6 * ns, { mode: 'flat' }),
    measured('été/火 & µ', ns),
    measured(LONG, ns),
  ];
}

test('critcmp compares two baselines of this bench, with any names', async (t) => {
  if (!(await isThere(t))) return t.pass();
  const { target, store } = await targetDirectory(t);
  await saveAll(store, results(100), ['été 1']);
  await saveAll(store, results(110), ['main']);
  t.deepEqual((await critcmp(target, '--baselines')).filter(Boolean), ['main', 'new', 'été 1']);
  const [head, , ...rows] = await critcmp(target, 'main', 'été 1');
  t.is(head, 'group | main | été 1');
  const cells = new Map(rows.filter(Boolean).map((row) => [row.split(' | ', 1)[0], row]));
  const ids = ['instantiation/cold_start/minimal', LONG, 'memory/fill', 'memory/visit/1/2', 'slow/sort', 'été/火 & µ'];
  t.deepEqual(new Set(cells.keys()), new Set(ids));
  for (const id of ids) t.regex(cells.get(id) ?? '', /^.* \| 1\.10 \| [12]\d\d\.\d±.* \| 1\.00 \| [12]\d\d\.\d±/);
  t.regex(cells.get('memory/fill') ?? '', / 1\.00 \| 200\.\d±[\d.]+ns \|? ?1\d\.\d GB\/sec$/);
  t.regex(cells.get('memory/visit/1/2') ?? '', / 1\.00 \| 100\.\d±[\d.]+ns \|? ?9\d\.\d MElem\/sec$/);
  t.regex(cells.get('slow/sort') ?? '', / 1\.00 \| 100\.\d±[\d.]+ms \|? ?\? ?\?\/sec$/);
});

test('critcmp exports files of this bench as it exports Criterion’s', async (t) => {
  if (!(await isThere(t))) return t.pass();
  const { target, store } = await targetDirectory(t);
  await saveAll(store, results(100), ['main']);
  await copyBaseline(store, { from: 'main', to: 'copy' });
  const { stdout } = await run(CRITCMP, ['--target-dir', target, '--export', 'copy']);
  const { benchmarks } = JSON.parse(stdout) as { benchmarks: Record<string, { fullname: string }> };
  t.deepEqual(
    Object.keys(benchmarks).sort(),
    results(100)
      .map(({ benchmark: { group, function: name, value } }) => [group, name, ...(value ? [value] : [])].join('/'))
      .sort(),
  );
});

test('critcmp reads the files that a save leaves when interrupted at any point', async (t) => {
  if (!(await isThere(t))) return t.pass();
  for (let point = 1; point <= 30; point += 2) {
    const { target, store } = await targetDirectory(t);
    await saveAll(store, [measured('a/b', 100)], ['main']);
    // Never settles, like a killed process.
    const died = new Promise<void>((resolve) => {
      const fileSystem = dyingAt(point, () => {
        resolve();
        return new Promise<never>(() => {});
      });
      void saveAll({ ...store, fileSystem }, [measured('a/b', 200)], ['main']).then(resolve);
    });
    await died;
    const rows = await critcmp(target, 'main', 'new');
    t.true(
      rows.some((row) => row.startsWith('a/b')),
      String(point),
    );
  }
});

test('critcmp really runs: it rejects a store without benchmark.json', async (t) => {
  if (!(await isThere(t))) return t.pass();
  const { target, store } = await targetDirectory(t);
  await saveAll(store, [measured('a/b', 100)], ['main']);
  await fs.rm(path.join(store.root, 'a/b/main/benchmark.json'));
  await t.throwsAsync(() => critcmp(target, 'main'), { message: /benchmark\.json/ });
});
