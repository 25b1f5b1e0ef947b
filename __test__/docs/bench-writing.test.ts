// Do the pages on benchmarks say what is true: does their code compile and run, and are there the options that they name?
import { readFileSync } from 'node:fs';

import test from 'ava';

import { project } from '../cli/project.js';
import { workspace } from '../cli/workspace.js';

const DIST = new URL('../../src/', import.meta.url).href;
const page = (name: string): string => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');

const [template = '', forms = '', program = ''] = [...page('bench-writing').matchAll(/```ts\n([\s\S]*?)```/g)].map(
  ([, code]) => code,
);
const files = { 'parse.bench.ts': template, 'list.bench.ts': forms, 'program.mjs': program };

test.serial('the template and all forms compile', async (t) => {
  const { compile } = await project(t, { ...files, 'program.ts': program });
  for (const file of ['parse.bench.ts', 'list.bench.ts', 'program.ts']) {
    t.is(await compile(file, '--module', 'nodenext', '--allowImportingTsExtensions', '--skipLibCheck'), '', file);
  }
});

test.serial('the template and all forms run', async (t) => {
  const { run } = await project(t, files);
  const printed = await run(`
    import { runSuites } from '${DIST}bench.js';
    import { loadSuiteFiles } from '${DIST}cli/suite-files/suites.js';
    const quick = { sampleSize: 5, measurementTimeS: 0.01, warmUpTimeS: 0.005, nresamples: 100 };
    const report = await runSuites(await loadSuiteFiles(['*.bench.ts'], process.cwd()), quick);
    const metrics = report.results.map((result) => result.metrics).filter((found) => Object.keys(found).length > 0);
    console.log(JSON.stringify({
      ids: report.results.map(({ id }) => id), failed: report.failures.map(({ error }) => error.stack),
      derived: report.derived.map(({ id }) => id), metrics, targets: report.targets.map(({ id }) => id),
    }));`);
  t.deepEqual(JSON.parse(printed), {
    ids: [
      'list/sort/numbers/10',
      'list/sort/numbers/1000',
      'list/search/sorted',
      'list/read/file',
      'list/fill/typed',
      'parse/json/small',
    ],
    failed: [],
    derived: ['list/sort/growth'],
    metrics: [{ listBytes: 8000 }],
    targets: ['parse/json/small', 'list/sort/growth'],
  });
});

test.serial('a program runs the template', async (t) => {
  const { run } = await project(t, files);
  const printed = await run(`
    import { registerTypeScriptHook } from '${DIST}cli/suite-files/typescript.js';
    registerTypeScriptHook();
    await import(process.cwd() + '/program.mjs');`);
  t.is(printed, 'parse/json/small true\ntrue\n');
});

for (const name of ['bench-writing', 'bench-review']) {
  test.serial(`${name} names no option that is not there`, async (t) => {
    const { run } = await workspace(t);
    const { stdout } = await run(['bench', '--help']);
    const named = [...page(name).matchAll(/`[^`\n]*?(--[a-z][a-z-]+)[^`\n]*`/g)].map(([, option = '']) => option);
    t.deepEqual(
      named.filter((option) => !stdout.includes(`${option} `)),
      [],
    );
  });
}
