// Tests of the command line: rejections, help and version.
import { fileURLToPath } from 'node:url';

import test from 'ava';
import { fixture } from '#guests';

import { workspace } from '../workspace.js';

const REFUSED: [args: string[], message: string][] = [
  [[], 'no command given: use bench or measure, or see --help'],
  [['benhc'], "unknown command 'benhc': did you mean bench?"],
  [['frobnicate'], "unknown command 'frobnicate': choose from bench, measure"],
  [['bench', '--sampel-size', '5'], 'unknown option --sampel-size: did you mean --sample-size?'],
  [['bench', '--frobnicate'], 'unknown option --frobnicate: see bench --help'],
  [['bench', '--no-fial-fast'], 'unknown option --no-fial-fast: did you mean --fail-fast?'],
  [['bench', '-x'], 'unknown option -x: see bench --help'],
  [['bench', '--sample-size'], '--sample-size has no value: give one, as in --sample-size 30'],
  [['bench', '--baseline='], '--baseline has no value: give one, as in --baseline main'],
  [['bench', '--sample-size', '1'], '--sample-size is 1: give a whole number from 2 to 100,000'],
  [['bench', '--sample-size', '2.5'], '--sample-size is 2.5: give a whole number from 2 to 100,000'],
  [['bench', '--sample-size', 'many'], '--sample-size is many: give a whole number from 2 to 100,000'],
  [['bench', '--sample-size', '3', '--sample-size', '4'], '--sample-size is given 2 times: give it once'],
  [
    ['bench', '--measurement-time', '0'],
    '--measurement-time is 0: give a number of seconds above 0 and up to 86400, such as 0.5',
  ],
  [
    ['bench', '--warm-up-time', '-1'],
    '--warm-up-time is -1: give a number of seconds above 0 and up to 86400, such as 0.5',
  ],
  [['bench', '--nresamples', '5'], '--nresamples is 5: give a whole number from 100 to 10,000,000'],
  [['bench', '--confidence-level', '95'], '--confidence-level is 95: give a number between 0 and 1, such as 0.95'],
  [['bench', '--significance-level', '1'], '--significance-level is 1: give a number between 0 and 1, such as 0.05'],
  [
    ['bench', '--noise-threshold', '-0.1'],
    '--noise-threshold is -0.1: give a number from 0 to below 1, such as 0.01 for 1 %',
  ],
  [['bench', '--seed', 'x'], '--seed is x: give a whole number'],
  [
    ['bench', '--save-baseline', 'new'],
    "'new' cannot name a baseline, because every benchmark has a directory of that name: choose another name",
  ],
  [
    ['bench', '--baseline', '../x'],
    "'../x' cannot name a baseline: use 1 to 64 letters, digits, dots, hyphens and underscores",
  ],
  [['bench', '--report-markdown', '.'], '--report-markdown is .: give a file, not a directory'],
  [
    ['bench', '--report-csv', 'x', '--report-json', './x'],
    '--report-json is ./x and --report-csv is x: give each a different path',
  ],
  [['bench', '--report-csv', 'x', '--report-json', 'x/y'], '--report-csv is x: give a file, not a directory'],
  [
    ['bench', 'nowhere'],
    "no benchmark matches 'nowhere': choose from the categories execution, crash_handling, limits, or see --list",
  ],
];

for (const [args, message] of REFUSED) {
  test(`'${args.join(' ')}' is rejected with a fix, and status 2`, async (t) => {
    const { run } = await workspace(t);
    t.deepEqual(await run(args), { status: 2, stdout: '', stderr: `error: ${message}\n` });
  });
}

// Windows distinguishes such a name from a missing file only on writing.
const posix = process.platform === 'win32' ? test.skip : test;

posix('a report that cannot be written is rejected before anything is measured', async (t) => {
  const { run } = await workspace(t);
  for (const command of [
    ['bench', 'first'],
    ['measure', fileURLToPath(fixture('minimal.wat'))],
  ]) {
    const { status, stdout, stderr } = await run([...command, '--report-csv', 'x'.repeat(5000)]);
    t.deepEqual([status, stdout], [2, '']);
    t.regex(stderr, /^error: --report-csv is x+: cannot write it \(ENAMETOOLONG/);
  }
});

test('--test with --quiet prints only the outcome', async (t) => {
  const { run } = await workspace(t);
  const finished = await run(['bench', 'first', '--test', '--quiet']);
  t.deepEqual(finished, { status: 0, stdout: '1 of 1 benchmarks work\n', stderr: '' });
});

test('help and version are printed', async (t) => {
  const { run } = await workspace(t);
  const help = await run(['bench', '--help']);
  t.is(help.status, 0);
  t.regex(help.stdout, /--sample-size +batches per benchmark; no verdict with fewer than 10\s+\(default 30\)/);
  t.deepEqual(await run(['--version']), { status: 0, stdout: '9.9.9\n', stderr: '' });
});
