// Does one process at a time hold the lock of the set-up?
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';

const run = promisify(execFile);
const lock = new URL('../../../../scripts/setup/lock.mjs', import.meta.url).href;

/** A process that notes when it holds the lock, for a while, and when it gives it back. */
const holder = `
  const [, file, log] = process.argv;
  const { withLock } = await import(${JSON.stringify(lock)});
  const { appendFileSync } = await import('node:fs');
  await withLock(file, async () => {
    appendFileSync(log, process.pid + ' in\\n');
    await new Promise((resolve) => setTimeout(resolve, 20));
    appendFileSync(log, process.pid + ' out\\n');
  });`;

const directory = mkdtempSync(join(tmpdir(), 'lock of the set-up '));
test.after.always(() => rmSync(directory, { recursive: true }));

const hold = (file: string, log: string): Promise<unknown> =>
  run(process.execPath, ['--input-type=module', '-e', holder, file, log]);

function visits(log: string): string[][] {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return lines.map((line) => line.split(' '));
}

function assertInTurn(t: ExecutionContext, noted: string[][]): void {
  for (let index = 0; index < noted.length; index += 2) {
    t.is(noted[index]?.[0], noted[index + 1]?.[0]);
    t.deepEqual([noted[index]?.[1], noted[index + 1]?.[1]], ['in', 'out']);
  }
}

test('processes that want it at once hold it one after another', async (t) => {
  const [file, log] = [join(directory, 'shared'), join(directory, 'shared.log')];
  await Promise.all(Array.from({ length: 6 }, () => hold(file, log)));
  t.is(visits(log).length, 12);
  assertInTurn(t, visits(log));
});

test('a lock left by a process that has ended is taken over by one of those who wait', async (t) => {
  const [file, log] = [join(directory, 'left'), join(directory, 'left.log')];
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(`${file}.b5a5d2f2-9f0c-4a38-a0f5-0c6f1b1f2f11`, `${ended} ${hostname()}`);
  await Promise.all(Array.from({ length: 8 }, () => hold(file, log)));
  t.is(visits(log).length, 16);
  assertInTurn(t, visits(log));
  t.deepEqual(
    readdirSync(directory).filter((name) => name.startsWith('left.') && name !== 'left.log'),
    [],
  );
});
