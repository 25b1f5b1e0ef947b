// Process of the program: runs `bench` on a test's own suite.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { ExecutionContext } from 'ava';

import { type Finished, QUICK, workspace } from './workspace.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const BENCH = new URL('../../src/bench.js', import.meta.url).href;

/** Generous, since processes start slowly beside other tests. A process that hangs is killed, and its status is −1. */
const TIMEOUT_MS = 60_000;

/** The source of a suite `x` with a benchmark for each source of a `setup`. @param before - Code at the start of the file. */
export function suiteOf(setups: Readonly<Record<string, string>>, before = ''): string {
  const benchmarks = Object.entries(setups).map(([name, setup]) => `{ function: '${name}', setup: ${setup} }`);
  return `import { async, defineSuite, sync } from '${BENCH}';
${before}
export default defineSuite({ category: 'x', benchmarks: [${benchmarks.join(', ')}] });`;
}

/** Runs `bench` on a suite file `x.bench.js` with this source. */
export async function benchProcess(t: ExecutionContext, suite: string, ...args: readonly string[]): Promise<Finished> {
  t.timeout(2 * TIMEOUT_MS);
  const { directory } = await workspace(t, { x: suite });
  const env = { ...process.env, CI: undefined, CRITERION_HOME: undefined, CARGO_TARGET_DIR: undefined };
  const options = { cwd: directory, env, timeout: TIMEOUT_MS };
  return new Promise((resolve) => {
    const all = [MAIN, 'bench', 'benches/x.bench.js', ...(args.length > 0 ? args : [...QUICK, '--no-plots'])];
    execFile(process.execPath, all, options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}
