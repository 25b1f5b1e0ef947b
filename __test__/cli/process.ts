// How does the program end, as a process of its own, over suites of a test's own?
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { ExecutionContext } from 'ava';

import { type Finished, QUICK, workplace } from './terminal.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const BENCH = new URL('../../src/bench.js', import.meta.url).href;

/** A process starts slowly where other tests run beside; one that hangs is killed, and its status is −1. */
const PATIENCE_MS = 60_000;

/** The text of a suite `x` with these benchmarks: each is the text of its `setup`. @param before - What the file begins with. */
export function suiteOf(setups: Readonly<Record<string, string>>, before = ''): string {
  const benchmarks = Object.entries(setups).map(([name, setup]) => `{ function: '${name}', setup: ${setup} }`);
  return `import { async, defineSuite, native, sync } from '${BENCH}';
${before}
export default defineSuite({ category: 'x', benchmarks: [${benchmarks.join(', ')}] });`;
}

/** Runs `bench` on a suite file `x.bench.js` with this text. */
export async function benchProcess(t: ExecutionContext, suite: string, ...args: readonly string[]): Promise<Finished> {
  t.timeout(2 * PATIENCE_MS);
  const { directory } = await workplace(t, { x: suite });
  const env = { ...process.env, CI: undefined, CRITERION_HOME: undefined, CARGO_TARGET_DIR: undefined };
  const options = { cwd: directory, env, timeout: PATIENCE_MS };
  return new Promise((resolve) => {
    const all = [MAIN, 'bench', 'benches/x.bench.js', ...(args.length > 0 ? args : [...QUICK, '--no-plots'])];
    execFile(process.execPath, all, options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}
