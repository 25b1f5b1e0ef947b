// Pages on writing and reviewing benchmarks: their code compiles and runs, and the options they name exist.
import { readFileSync } from 'node:fs';

import test from 'ava';

import { project } from '../cli/project.js';
import { workspace } from '../cli/workspace.js';
import { blocksOf } from './commands.js';

const DIST = new URL('../../src/', import.meta.url).href;
const page = (name: string): string => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');

const [template = '', program = ''] = blocksOf(page('bench-writing'), 'js');
const [forms = ''] = blocksOf(page('bench-writing'), 'ts');
const files = { 'parse.bench.mjs': template, 'list.bench.ts': forms, 'program.mjs': program };

test.serial('the template and all forms compile', async (t) => {
  const { compile } = await project(t, files);
  for (const file of Object.keys(files)) {
    t.is(await compile(file, '--module', 'nodenext', '--allowJs', '--checkJs', '--skipLibCheck'), '', file);
  }
});

test.serial('the template and all forms run', async (t) => {
  const { run } = await project(t, files);
  const printed = await run(`
    import { runSuites } from '${DIST}bench.js';
    import { loadSuiteFiles } from '${DIST}cli/suite-files/suites.js';
    const quick = { sampleSize: 5, measurementTimeS: 0.01, warmUpTimeS: 0.005, nresamples: 100 };
    const report = await runSuites(await loadSuiteFiles(['*.bench.*'], process.cwd()), quick);
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
  const printed = await run(`await import(process.cwd() + '/program.mjs');`);
  t.is(printed, 'parse/json/small true\ntrue\n');
});

for (const name of ['bench-writing', 'bench-review']) {
  test.serial(`${name} names only existing options`, async (t) => {
    const { run } = await workspace(t);
    const { stdout } = await run(['bench', '--help']);
    const named = [...page(name).matchAll(/`[^`\n]*?(--[a-z][a-z-]+)[^`\n]*`/g)].map(([, option = '']) => option);
    t.deepEqual(
      named.filter((option) => !stdout.includes(`${option} `)),
      [],
    );
  });
}
