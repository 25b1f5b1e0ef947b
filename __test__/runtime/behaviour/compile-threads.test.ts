// Tests of the threads that compile.
import os from 'node:os';
import test from 'ava';
import { fixture } from '#guests';
import { child } from '../child.js';

const algorithms = JSON.stringify(fixture('guests/c/algorithms.wasm').href);
const onLinux = process.platform === 'linux' ? test : test.skip;

/** The names of this package's threads after `script`; Linux keeps 15 letters of each. */
async function threads(script: string): Promise<unknown> {
  const { stdout, stderr } = await child(`
    import { readdirSync, readFileSync } from 'node:fs';
    const kept = [];
    const compile = async (limits) =>
      kept.push(await new wasm.Engine({ cache: false, limits }).compileModule(new URL(${algorithms})));
    ${script}
    const names = readdirSync('/proc/self/task').map((task) => readFileSync('/proc/self/task/' + task + '/comm', 'utf8').trim());
    console.log(JSON.stringify(names.filter((name) => name.startsWith('airssys-wasm-')).sort()));`);
  return stdout === '' ? stderr : JSON.parse(stdout);
}

const clock = 'airssys-wasm-cl';
const compilers = (count: number): string[] => Array.from({ length: count }, () => 'airssys-wasm-co');

onLinux('with one thread no compiler thread is started', async (t) => {
  t.deepEqual(await threads('await Promise.all([compile({ threads: 1 }), compile({ threads: 1 })]);'), [clock]);
});

onLinux('with more, all engines with that number share the threads', async (t) => {
  const script = 'await Promise.all([compile({ threads: 3 }), compile({ threads: 3 }), compile({ threads: 3 })]);';
  t.deepEqual(await threads(script), [clock, ...compilers(3)]);
});

onLinux('by default there are as many threads as processors', async (t) => {
  const count = os.availableParallelism();
  t.deepEqual(await threads('await compile();'), [clock, ...compilers(count <= 1 ? 0 : count)]);
});
