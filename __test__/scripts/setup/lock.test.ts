// Tests of the set-up's lock between processes.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';

const run = promisify(execFile);
const lock = new URL('../../../../scripts/setup/lock.mjs', import.meta.url).href;

/** A process that holds the lock for 20 ms, and logs its beginning and end. */
const holder = `
  const [, file, log] = process.argv;
  const { withLock } = await import(${JSON.stringify(lock)});
  const { appendFileSync } = await import('node:fs');
  await withLock(file, async () => {
    appendFileSync(log, process.pid + ' in\\n');
    await new Promise((resolve) => setTimeout(resolve, 20));
    appendFileSync(log, process.pid + ' out\\n');
  });`;

const directory = mkdtempSync(join(tmpdir(), 'lock with spaces '));
test.after.always(() => rmSync(directory, { recursive: true }));

const hold = (file: string, log: string): Promise<unknown> =>
  run(process.execPath, ['--input-type=module', '-e', holder, file, log]);

function linesOf(log: string): string[][] {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return lines.map((line) => line.split(' '));
}

function assertInTurn(t: ExecutionContext, logged: string[][]): void {
  for (let index = 0; index < logged.length; index += 2) {
    t.is(logged[index]?.[0], logged[index + 1]?.[0]);
    t.deepEqual([logged[index]?.[1], logged[index + 1]?.[1]], ['in', 'out']);
  }
}

test('concurrent processes hold it one after another', async (t) => {
  const [file, log] = [join(directory, 'shared'), join(directory, 'shared.log')];
  await Promise.all(Array.from({ length: 6 }, () => hold(file, log)));
  t.is(linesOf(log).length, 12);
  assertInTurn(t, linesOf(log));
});

test('the lock of a dead process is removed by a waiting one', async (t) => {
  const [file, log] = [join(directory, 'dead'), join(directory, 'dead.log')];
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(`${file}.b5a5d2f2-9f0c-4a38-a0f5-0c6f1b1f2f11`, `${ended} ${hostname()}`);
  await Promise.all(Array.from({ length: 8 }, () => hold(file, log)));
  t.is(linesOf(log).length, 16);
  assertInTurn(t, linesOf(log));
  t.deepEqual(
    readdirSync(directory).filter((name) => name.startsWith('dead.') && name !== 'dead.log'),
    [],
  );
});
