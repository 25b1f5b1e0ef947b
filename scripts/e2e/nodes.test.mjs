// Tests of the installed package on every supported Node, imported, required and bundled.
import { join } from 'node:path';
import { test } from 'node:test';
import { bundle } from './bundle.mjs';
import { assertPrints } from './output.mjs';
import { openProject, withNode } from './project.mjs';
import { env, projects, tools } from './setup.mjs';

const external = ['airssys-wasm'];
const bundles = {
  ESM: await bundle(projects.full, 'esm.mjs', 'esm', external),
  CommonJS: await bundle(projects.full, 'commonjs.cjs', 'cjs', external),
};
const program = join('node_modules', '.bin', 'airssys-wasm');

for (const [version, node] of Object.entries(tools.nodes)) {
  const { run } = openProject(projects.full, withNode(env, node));

  test(`Node ${version} is the Node on the PATH`, () => assertPrints(run('node', ['--version']), `v${version}`));

  test(`Node ${version} imports the package`, () => assertPrints(run('node', ['esm.mjs']), '42 OUT_OF_FUEL'));

  test(`Node ${version} requires the package`, () => assertPrints(run('node', ['commonjs.cjs']), '42'));

  test(`Node ${version} runs guests in worker threads, even if the worker ends before its guest`, () => {
    assertPrints(run('node', ['worker.mjs']), '42 OUT_OF_FUEL\nboth workers ended');
  });

  test(`Node ${version} runs bundles with the package external`, () => {
    assertPrints(run('node', [bundles.ESM]), '42 OUT_OF_FUEL');
    assertPrints(run('node', [bundles.CommonJS]), '42');
  });

  test(`Node ${version} runs the bench on a user's suite`, () => {
    assertPrints(run(program, ['bench', 'mine.bench.ts', '--test']), '1 of 1 benchmarks work');
  });
}
