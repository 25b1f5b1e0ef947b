// Tests of the GitHub workflows, and of the parser that checks them.
import { readdirSync, readFileSync } from 'node:fs';

import test from 'ava';
import { parse } from 'yaml';

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly { readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> }[];
  readonly uses?: string;
  readonly 'timeout-minutes'?: number;
}

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface ParserModule {
  readonly parserErrors: (path: string, content: string) => Promise<string[]>;
}

const root = new URL('../../../../', import.meta.url);
const directory = new URL('.github/workflows/', root);
const { parserErrors } = (await import(new URL('scripts/ready/workflow-parser.mjs', root).href)) as ParserModule;
const read = (name: string): string => readFileSync(new URL(name, directory), 'utf8');
const names = readdirSync(directory);

test('the parser reports an error with its line', async (t) => {
  const errors = await parserErrors(
    'bad.yml',
    'on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    permission: x\n    steps: []\n',
  );
  t.deepEqual(errors, ["bad.yml (Line: 5, Col: 5): Unexpected value 'permission'"]);
  const [error = ''] = await parserErrors(
    'bad.yml',
    'on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: "${{ nothing.x }}"}]\n',
  );
  t.regex(error, /^bad\.yml \(Line: 5, .*nothing/);
});

for (const name of names) {
  const text = read(name);
  const { permissions, jobs } = parse(text) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);

  test(`${name}: GitHub’s parser accepts it`, async (t) => {
    t.deepEqual(await parserErrors(name, text), []);
  });

  test(`${name}: every job has permissions and a timeout`, (t) => {
    t.deepEqual(permissions, {});
    for (const [id, job] of Object.entries(jobs)) {
      t.truthy(job.permissions, id);
      t.true(job.uses !== undefined || (job['timeout-minutes'] ?? 0) > 0, id);
    }
  });

  test(`${name}: actions are pinned by commit, with their version in a comment`, (t) => {
    const lines = text.split('\n').filter((line) => /\buses:/.test(line));
    t.true(lines.length > 0);
    for (const line of lines) t.regex(line, /uses: (?:\.\/\S+|[\w/-]+@[\da-f]{40} # v\d+\.\d+\.\d+)$/);
  });

  test(`${name}: no checkout persists its credentials`, (t) => {
    for (const { uses, with: given } of steps) {
      if (uses?.startsWith('actions/checkout@')) t.is(given?.['persist-credentials'], false);
    }
  });
}

test('only one job may get npm’s trust, and it installs nothing', (t) => {
  const trusted = names.flatMap((name) =>
    Object.entries((parse(read(name)) as Workflow).jobs).filter(([, job]) => job.permissions?.['id-token'] === 'write'),
  );
  t.deepEqual(
    trusted.map(([id]) => id),
    ['publish'],
  );
  t.false(JSON.stringify(trusted[0]?.[1].steps).includes('npm ci'));
});
