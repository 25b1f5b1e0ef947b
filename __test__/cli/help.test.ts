// Tests of the help of every command.
import test from 'ava';

import { workspace } from './workspace.js';

const COMMANDS = [
  [],
  ['bench'],
  ['bench', 'gate'],
  ['bench', 'merge'],
  ['bench', 'baseline'],
  ...['list', 'show', 'copy', 'delete', 'export', 'import'].map((name) => ['bench', 'baseline', name]),
  ['measure'],
];

for (const command of COMMANDS) {
  const name = ['airssys-wasm', ...command].join(' ');
  test(`${name} --help has examples, and describes every argument`, async (t) => {
    const { run } = await workspace(t, {});
    const { status, stdout } = await run([...command, '--help']);
    t.is(status, 0);
    const [before = '', examples = ''] = stdout.split('\nExamples:\n');
    t.true(examples.includes(`  ${name} `), stdout);
    const positionals = /\nPositionals:\n([\s\S]*?)\n\n/.exec(before)?.[1] ?? '';
    t.notRegex(positionals, /^ {2}\w+ +\[/m);
  });
}

test('help of a subcommand of bench does not list filters that it does not take', async (t) => {
  const { run } = await workspace(t, {});
  for (const command of [
    ['bench', 'merge'],
    ['bench', 'baseline', 'list'],
  ]) {
    t.notRegex((await run([...command, '--help'])).stdout, /filter/);
  }
  t.regex((await run(['bench', 'baseline', 'copy', '--help'])).stdout, /^ {2}filter +regular expressions over ids/m);
});
