import * as fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { writeWhole } from '../../../src/cli/output/atomic-write.js';

async function place(t: ExecutionContext): Promise<string> {
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'write-whole-'));
  t.teardown(() => fs.rm(directory, { recursive: true, force: true }));
  return directory;
}

test('a file is replaced, and nothing stays beside it', async (t) => {
  const directory = await place(t);
  const file = path.join(directory, 'run.json');
  await writeWhole(file, 'one');
  const { ino } = await fs.stat(file);
  await writeWhole(file, 'two');
  t.is(await fs.readFile(file, 'utf8'), 'two');
  t.not((await fs.stat(file)).ino, ino, 'the older file was never open for writing');
  t.deepEqual(await fs.readdir(directory), ['run.json']);
});

test('what a link names is replaced, and the link stays', async (t) => {
  const directory = await place(t);
  const [file, link] = [path.join(directory, 'run.json'), path.join(directory, 'latest.json')];
  await fs.writeFile(file, 'one');
  await fs.symlink(file, link);
  await writeWhole(link, 'two');
  t.is(await fs.readFile(file, 'utf8'), 'two');
  t.true((await fs.lstat(link)).isSymbolicLink());
});

test('where nothing can be written nothing is left', async (t) => {
  const directory = await place(t);
  await t.throwsAsync(writeWhole(path.join(directory, 'x'.repeat(300)), 'one'));
  t.deepEqual(await fs.readdir(directory), []);
});

(process.platform === 'linux' ? test : test.skip)('a device is written as it is', async (t) => {
  await writeWhole('/dev/null', 'one');
  t.true((await fs.stat('/dev/null')).isCharacterDevice());
  await t.throwsAsync(writeWhole('/dev/full', 'one'), { code: 'ENOSPC' });
});
