// What becomes of a run whose output nobody takes? Real processes, since it is about their streams.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import test, { type ExecutionContext } from 'ava';

import { QUICK } from '../terminal.js';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
const BENCH = new URL('../../../src/bench.js', import.meta.url).href;
// The second waits until somebody says that nobody reads any more.
const SUITE = `
  import { existsSync } from 'node:fs';
  import { setTimeout } from 'node:timers/promises';
  import { sync } from '${BENCH}';
  const benchmark = (name, setup) => ({ group: 's', function: name, description: name, side: 'node', setup });
  export default { category: 's', isDefault: true, benchmarks: [
    benchmark('first', () => sync(() => Math.random())),
    benchmark('second', async () => { while (!existsSync('closed')) await setTimeout(20); return sync(() => Math.random()); }),
    benchmark('third', () => sync(() => Math.random())),
  ] };`;

/** A process whose stream `name` is closed as soon as it has said something. */
async function closing(t: ExecutionContext, name: 'stdout' | 'stderr') {
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'streams-'));
  t.teardown(() => fs.rm(directory, { recursive: true, force: true }));
  await fs.writeFile(path.join(directory, 'package.json'), '{"type":"module"}');
  await fs.writeFile(path.join(directory, 's.bench.js'), SUITE);
  const child = spawn(process.execPath, [MAIN, 'bench', 's.bench.js', ...QUICK], {
    cwd: directory,
    env: { ...process.env, CRITERION_HOME: path.join(directory, 'criterion'), CI: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let other = '';
  child[name === 'stdout' ? 'stderr' : 'stdout'].setEncoding('utf8').on('data', (text: string) => (other += text));
  await once(child[name], 'data');
  child[name].destroy();
  await once(child[name], 'close');
  await fs.writeFile(path.join(directory, 'closed'), '');
  const [status] = (await ended) as [number | null];
  const kept = await fs.readdir(path.join(directory, 'criterion/s'));
  return { status, other, kept: kept.toSorted() };
}

const posix = process.platform === 'win32' ? test.serial.skip : test.serial;

posix('a run whose results nobody reads any more ends, and not with success', async (t) => {
  const { status, other, kept } = await closing(t, 'stdout');
  t.is(status, 141, other);
  t.false(kept.includes('third'));
});

posix('a run whose progress nobody reads goes on', async (t) => {
  const { status, other, kept } = await closing(t, 'stderr');
  t.is(status, 0);
  t.regex(other, /s\/third/);
  t.deepEqual(kept, ['first', 'second', 'third']);
});

(process.platform === 'linux' ? test.serial : test.serial.skip)(
  'a full standard output is an error in a line',
  async (t) => {
    const full = await fs.open('/dev/full', 'w');
    t.teardown(() => full.close());
    const child = spawn(process.execPath, [MAIN, '--help'], { stdio: ['ignore', full.fd, 'pipe'] });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [status] = (await once(child, 'close')) as [number | null];
    t.is(status, 1);
    t.regex(said, /^error: standard output cannot be written: ENOSPC: .+\n$/);
  },
);
