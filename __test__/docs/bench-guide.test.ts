// Pages on running, reading and comparing benchmarks: their options, links, commands and samples match the program.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';
import { parse } from 'yaml';

import { diagnoseConditions, diagnoseResult } from '../../src/bench/diagnostics.js';
import { createColours } from '../../src/report/text/colours.js';
import { VERDICT_TEXTS } from '../../src/report/text/benchmark-lines.js';
import { renderSummary } from '../../src/report/text/summary.js';
import { workspace } from '../cli/workspace.js';
import { finishedRun } from '../report/fake-run.js';
import { blocksOf, commandsIn, optionsIn } from './commands.js';
import { examples } from './examples.js';

const ROOT = new URL('../../../', import.meta.url);
const DOCS = new URL('docs/', ROOT);
const PAGES = ['bench', 'bench-results', 'bench-troubleshooting', 'bench-optimizing', 'ci', 'releasing'];
const page = (name: string): string => readFileSync(new URL(`${name}.md`, DOCS), 'utf8');

/** The options of a command, from its help. */
async function optionsOf(t: Parameters<typeof workspace>[0], command: string): Promise<string[]> {
  const { run } = await workspace(t);
  const { stdout } = await run([...command.split(' '), '--help']);
  return [...stdout.matchAll(/^ +(?:-\w, )?(--[a-z][a-z-]*)/gm)].map(([, option = '']) => option);
}

const isKnown = (option: string, known: readonly string[]): boolean =>
  known.includes(option) || known.includes(option.replace('--no-', '--'));

for (const name of PAGES) {
  test(`${name}: every option it names exists`, async (t) => {
    const commands = ['bench', 'bench gate', 'bench baseline list', 'bench merge', 'measure'];
    const known = (await Promise.all(commands.map((command) => optionsOf(t, command)))).flat();
    for (const { name: command, args } of commandsIn(page(name))) {
      const ofCommand = await optionsOf(t, command);
      const given = args.filter((arg) => arg.startsWith('--'));
      t.deepEqual(
        given.filter((option) => !isKnown(option.replace(/=.*/, ''), ofCommand)),
        [],
        args.join(' '),
      );
    }
    // Options of other programs.
    const others = ['--cpu-prof', '--inspect', '--access', '--all', '--binaries', '--out'];
    t.deepEqual(
      optionsIn(page(name)).filter((option) => !isKnown(option, [...known, ...others])),
      [],
    );
  });

  test(`${name}: links resolve to files and headings`, (t) => {
    for (const [, link = ''] of page(name).matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [file = '', heading] = link.split('#');
      t.true(existsSync(new URL(file, DOCS)), link);
      if (heading !== undefined) t.true(headingsOf(file).includes(heading), link);
    }
  });
}

function headingsOf(file: string): string[] {
  const headings = [...readFileSync(new URL(file, DOCS), 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

test('bench: its commands parse and find what they name', async (t) => {
  const commands = commandsIn(page('bench')).filter(({ name }) => name === 'bench');
  t.true(commands.length >= 5);
  const { run } = await workspace(t);
  for (const { args } of commands.filter(
    (command) => !command.args.some((arg) => /\.bench\.m?[jt]s$|^memory/.test(arg)),
  )) {
    const { status, stderr } = await run([...args, '--list']);
    t.is(status, 0, `${args.join(' ')}: ${stderr}`);
  }
});

test('bench: every option of the command is explained', async (t) => {
  const text = page('bench');
  // docs/reports.md describes each format, and another test checks that.
  const known = (await optionsOf(t, 'bench')).filter(
    (option) => !['--help', '--version', '--plots'].includes(option) && !option.startsWith('--report-'),
  );
  t.deepEqual(
    known.filter((option) => !text.includes(option)),
    [],
  );
});

test('bench: the categories are those of the suite', async (t) => {
  const { run } = await workspace(t);
  const suites = new URL('dist/benches/', ROOT).pathname;
  const { stdout } = await run(['bench', '--list'], { suiteDirectory: suites });
  const ofSuite = [
    ...new Set(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split('/', 1)[0] as string),
    ),
  ];
  const ofPage = [...page('bench').matchAll(/^\| `([a-z_]+)` \| .* \| (?:yes|by name) \|$/gm)].map(([, name]) => name);
  t.deepEqual(new Set(ofPage), new Set(ofSuite));
});

test('bench-results: the bench prints its examples', (t) => {
  const lines = (examples()['console'] ?? '').split('\n');
  for (const line of blocksOf(page('bench-results'), 'text').flatMap((block) => block.trimEnd().split('\n'))) {
    t.true(lines.includes(line), line);
  }
  const [summary = 'none'] = blocksOf(page('bench-results'), 'summary');
  const printed = renderSummary(finishedRun(), createColours(false));
  for (const line of summary.trimEnd().split('\n')) t.true(printed.split('\n').includes(line), line);
});

test('bench-results: every verdict is explained', (t) => {
  const text = page('bench-results').replace(
    'has improved. · has regressed.',
    'has improved. Performance has regressed.',
  );
  for (const verdict of Object.values(VERDICT_TEXTS)) t.true(text.includes(verdict), verdict);
});

test('bench-troubleshooting: every note about the machine and the result has a row', (t) => {
  const conditions = {
    governors: ['powersave'],
    isBoosting: true,
    isOnBattery: true,
    busyShare: 1,
    stolenShare: 1,
    cores: 2,
    cpuQuota: 1,
    isVirtual: true,
    nodeOptions: ['--inspect'],
  };
  const notes = [
    ...diagnoseConditions(conditions),
    ...diagnoseResult({
      benchmark: { side: 'node' },
      analysis: { typical: { pointEstimate: 0.31 } } as Parameters<typeof diagnoseResult>[0]['analysis'],
    }),
  ];
  t.true(notes.length >= 9);
  const firstCells = page('bench-troubleshooting').matchAll(/^\| (.*?) \| /gm);
  const starts = [...firstCells].map(([, cell = '']) => cell.replace(/ ?….*/, ''));
  for (const note of notes)
    t.true(
      starts.some((start) => start !== '' && note.startsWith(start)),
      note,
    );
});

test('ci: GitHub’s parser accepts its workflows, and they call what exists', async (t) => {
  const parser = new URL('scripts/ready/workflow-parser.mjs', ROOT).href;
  const { parserErrors } = (await import(parser)) as {
    parserErrors: (path: string, text: string) => Promise<string[]>;
  };
  const workflows = blocksOf(page('ci'), 'yaml');
  t.is(workflows.length, 2);
  const [own = '', reused = ''] = workflows;
  t.deepEqual(await parserErrors('own.yml', own), []);
  t.regex(own, /bench gate --base base --head head 'benches\/\*\.bench\.ts'/);
  // Only the inputs of the reused workflow can be checked: its repository is a placeholder.
  const { jobs } = parse(reused) as { jobs: { gate: { uses: string; with: Record<string, string> } } };
  t.is(path.posix.basename(jobs.gate.uses), 'regression.yml@v0.1.0');
  const regression = readFileSync(new URL('.github/workflows/regression.yml', ROOT), 'utf8');
  const { on } = parse(regression) as { on: { workflow_call: { inputs: Record<string, { default: string }> } } };
  const { inputs } = on.workflow_call;
  t.deepEqual(
    Object.keys(jobs.gate.with).filter((input) => !(input in inputs)),
    [],
  );
  const explained = [...page('ci').matchAll(/^\| `([a-z-]+)` \| (?:`(.*?)`)?/gm)].map(([, name, value]) => [
    name,
    value ?? '',
  ]);
  t.deepEqual(
    explained.filter(([name]) => name !== 'base'),
    Object.entries(inputs)
      .map(([name, input]) => [name, input.default])
      .filter(([name]) => name !== 'base'),
  );
});

test('releasing: its table names the jobs of the workflow', (t) => {
  const { jobs } = parse(readFileSync(new URL('.github/workflows/release.yml', ROOT), 'utf8')) as { jobs: object };
  for (const job of Object.keys(jobs)) t.true(page('releasing').includes(`\n| \`${job}\` | `), job);
});
