// The bench example: its commands do what its page says.
import test from 'ava';

import { project } from '../cli/project.js';
import { QUICK } from '../cli/workspace.js';
import { filesOf, type ProcessResult, runScript } from './folder.js';

const files = filesOf('bench');
const COMMAND = 'node_modules/airssys-wasm/dist/src/cli/main.js';
const FEW_ROUNDS = ['--rounds', '2', '--max-rounds', '2', ...QUICK];

const bench = async (directory: string, ...args: readonly string[]): Promise<ProcessResult> =>
  runScript(directory, COMMAND, 'bench', ...args);

/** The arguments of the page's commands, after `npx airssys-wasm bench`. */
const commands = [...(files['README.md'] ?? '').matchAll(/^npx airssys-wasm bench (.*)$/gm)].map(([, args = '']) =>
  args.split(' '),
);

test.serial('the page’s commands keep a baseline and compare with it', async (t) => {
  const { directory, compile } = await project(t, files);
  t.is(await compile('words.bench.ts', '--module', 'nodenext', '--allowImportingTsExtensions', '--skipLibCheck'), '');
  const [save = [], compare = []] = commands;
  const saved = await bench(directory, ...save, ...QUICK);
  t.is(saved.status, 0, saved.stderr);
  t.regex(saved.stdout, /words\/count\/sentences\/long[\s\S]*words\/growth .*(met|MISSED)/);
  const compared = await bench(directory, ...compare, ...QUICK);
  t.is(compared.status, 0, compared.stderr);
  t.regex(compared.stdout, /change:/);
});

test.serial('the page’s gate passes identical code', async (t) => {
  const { directory } = await project(t, files);
  const gate = commands[2] ?? [];
  // A few rounds on a busy machine are noisy, so only a slow-down of many times may fail here.
  const { status, stdout, stderr } = await bench(directory, ...gate, 'short', ...FEW_ROUNDS, '--threshold', '4');
  t.is(status, 0, stdout + stderr);
  t.regex(stdout, /Gate passed/);
});

test.serial('the gate fails on a large slow-down', async (t) => {
  const { directory } = await project(t, files);
  const slow = (files['words.ts'] ?? '').replace('text.toLowerCase()', 'text.repeat(50).toLowerCase()');
  const head = await project(t, { ...files, 'words.ts': slow });
  const sides = ['--base', directory, '--head', head.directory];
  const { status, stdout } = await bench(directory, 'gate', ...sides, 'words.bench.ts', 'short', ...FEW_ROUNDS);
  t.is(status, 1, stdout);
  t.regex(stdout, /words\/count\/sentences\/short .* REGRESSED/);
});
