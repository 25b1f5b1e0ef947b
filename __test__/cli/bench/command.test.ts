// Tests of `bench`.
import * as fs from 'node:fs/promises';
import path from 'node:path';

import test from 'ava';

import { QUICK, workspace } from '../workspace.js';

test('the default run measures the default suites in the order of their categories, and ends with the summary', async (t) => {
  const { run } = await workspace(t);
  const { status, stdout, stderr } = await run(['bench', ...QUICK]);
  t.is(status, 1);
  t.deepEqual(stdout.match(/^\S+\/group\/\S+(?=$| +time:)/gm), [
    'execution/group/first',
    'execution/group/second',
    'crash_handling/group/works',
  ]);
  t.regex(stdout, /\n {24}time: {3}\[[\d.]+ ns [\d.]+ ns [\d.]+ ns\]\n/);
  t.regex(stdout, /^ {2}execution\/ratio +[\d.]+ × +one over the other$/m);
  t.regex(stdout, /^ {2}execution\/group\/first +< 1\.0000 s +[\d.]+ ns +met +under a second$/m);
  t.regex(stdout, /^ {2}execution\/group\/second .* MISSED$/m);
  t.regex(stdout, /\n1 failed\n {2}crash_handling\/group\/throws: the guest is gone\n/);
  t.true(stdout.endsWith("10 samples; Criterion's default is 100.\n"));
  t.regex(stderr, /^\[1\/4\] execution\/group\/first …$/m);
  t.regex(stderr, /^error: benchmark crash_handling\/group\/throws failed: the guest is gone$/m);
  t.notRegex(stderr, /^ {4}at /m);
});

test('a filter runs only what it matches, and without failures the status is 0', async (t) => {
  const { run } = await workspace(t);
  const { status, stdout } = await run(['bench', 'works', ...QUICK]);
  t.is(status, 0);
  t.true(stdout.includes('crash_handling/group/works'));
  t.false(stdout.includes('execution'));
});

test('--fail-fast stops at the first failure, and --no-fail-fast is the default', async (t) => {
  const { run } = await workspace(t);
  t.false((await run(['bench', 'crash', '--fail-fast', ...QUICK])).stdout.includes('works'));
  t.true((await run(['bench', 'crash', '--no-fail-fast', ...QUICK])).stdout.includes('works'));
});

test('a stack is printed with --verbose or DEBUG', async (t) => {
  const { run } = await workspace(t);
  t.regex((await run(['bench', 'throws', '--verbose', ...QUICK])).stderr, /failed: Error: the guest is gone\n {4}at /);
  t.regex((await run(['bench', 'nowhere'], { env: { DEBUG: '1' } })).stderr, /^error: BenchError: .*\n {4}at /);
});

test('--list prints ids and measures nothing', async (t) => {
  const { run, directory } = await workspace(t);
  const everything = await run(['bench', '--list']);
  t.is(everything.status, 0);
  t.is(
    everything.stdout,
    [
      'execution/group/first',
      'execution/group/second',
      'crash_handling/group/throws',
      'crash_handling/group/works',
      'limits/fuel',
    ]
      .map((id) => `${id}: benchmark\n`)
      .join(''),
  );
  t.is((await run(['bench', '--list', 'limits'])).stdout, 'limits/fuel: benchmark\n');
  t.is((await run(['bench', '--list', '--exact', 'limits/fuel'])).stdout, 'limits/fuel: benchmark\n');
  await t.throwsAsync(fs.stat(path.join(directory, 'target')), { code: 'ENOENT' });
});

test('the second run is compared with the first, which it replaces', async (t) => {
  const { run, directory } = await workspace(t);
  const base = path.join(directory, 'target/criterion/execution_group/first/base/sample.json');
  t.notRegex((await run(['bench', 'first', ...QUICK])).stdout, /change:/);
  const before = await fs.readFile(base, 'utf8');
  t.regex(
    (await run(['bench', 'first', ...QUICK])).stdout,
    /change: \[.*%\] \(p = [01]\.\d\d [<>] 0\.05\)\n {24}(No change|Change|Performance)/,
  );
  t.not(await fs.readFile(base, 'utf8'), before);
});

test('baselines are saved by name, compared by name, and both at once', async (t) => {
  const { run, directory } = await workspace(t);
  const names = async () => (await fs.readdir(path.join(directory, 'target/criterion/execution_group/first'))).sort();
  await run(['bench', 'first', '--save-baseline', 'main', ...QUICK]);
  t.deepEqual(await names(), ['main', 'new', 'report']);
  t.regex((await run(['bench', 'first', '--baseline', 'main', ...QUICK])).stdout, /change:/);
  t.deepEqual(await names(), ['change', 'main', 'new', 'report']);
  t.regex((await run(['bench', 'first', '--baseline', 'main', '--save-baseline', 'pr-1', ...QUICK])).stdout, /change:/);
  t.deepEqual(await names(), ['change', 'main', 'new', 'pr-1', 'report']);
});

test('a baseline that does not exist is rejected before anything is measured', async (t) => {
  const { run } = await workspace(t);
  await run(['bench', 'first', '--save-baseline', 'main', ...QUICK]);
  const { status, stdout, stderr } = await run(['bench', 'first', '--baseline', 'mian', ...QUICK]);
  t.is(status, 2);
  t.is(stdout, '');
  t.is(stderr, "error: baseline 'mian' does not exist for execution/group/first: choose from main, or save it first\n");
});

test('a damaged baseline is rejected before anything is measured', async (t) => {
  const { run, directory } = await workspace(t);
  await run(['bench', 'first', ...QUICK]);
  await fs.writeFile(path.join(directory, 'target/criterion/execution_group/first/base/estimates.json'), '{"mean":');
  const { status, stdout, stderr } = await run(['bench', 'first', ...QUICK]);
  t.is(status, 1);
  t.is(stdout, '');
  t.regex(stderr, /^error: .*base.estimates\.json is truncated or not JSON: delete /);
});

test('fewer than ten batches run, without a verdict', async (t) => {
  const { run } = await workspace(t);
  const args = ['bench', 'first', ...QUICK.with(1, '2')];
  await run(args);
  const { status, stdout } = await run(args);
  t.is(status, 0);
  t.regex(stdout, /No verdict: fewer than 10 samples\./);
});

test('the same seed and samples yield the same intervals', async (t) => {
  const { run, directory } = await workspace(t);
  await run(['bench', 'first', '--seed', '5', ...QUICK]);
  const file: unknown = JSON.parse(
    await fs.readFile(path.join(directory, 'target/criterion/execution_group/first/new/metrics.json'), 'utf8'),
  );
  t.like(file, { options: { seed: 5, sampleSize: 10 }, environment: { versions: { engine: '1.2.3' } } });
});

test('--verbose prints the other estimates', async (t) => {
  const { run } = await workspace(t);
  t.regex(
    (await run(['bench', 'first', '--verbose', ...QUICK])).stdout,
    /\nmean {3}\[.*\] std\. dev\..*\nmedian .*\np95 of batch means /,
  );
});

test('the Markdown report is written to the given path', async (t) => {
  const { run, directory } = await workspace(t);
  const { stderr } = await run(['bench', 'execution', '--report-markdown', 'docs/deep/baseline.md', ...QUICK]);
  t.true(stderr.endsWith('wrote docs/deep/baseline.md\n'));
  t.regex(
    await fs.readFile(path.join(directory, 'docs/deep/baseline.md'), 'utf8'),
    /^# Baseline results\n[^]*\| `execution\/group\/first`/,
  );
});

test('colour follows the option', async (t) => {
  const { run } = await workspace(t);
  t.true((await run(['bench', 'first', '--color', ...QUICK])).stdout.includes('\u001B[32m'));
  t.false(
    (await run(['bench', 'first', '--no-color', ...QUICK], { env: { FORCE_COLOR: '1' } })).stdout.includes('\u001B['),
  );
});

test('an interruption saves the finished benchmarks and exits with 130', async (t) => {
  const { run, directory } = await workspace(t);
  const controller = new AbortController();
  const fileSystem: typeof fs = {
    ...fs,
    rename: async (from, to) => {
      await fs.rename(from, to);
      if (String(to).endsWith('estimates.json')) controller.abort();
    },
  };
  const { status, stdout, stderr } = await run(['bench', 'execution', ...QUICK], {
    signal: controller.signal,
    fileSystem,
  });
  t.is(status, 130);
  t.true(stdout.includes('execution/group/first'));
  t.true(stderr.endsWith('interrupted: 1 of 2 benchmarks finished, and their results are saved\n'));
  t.deepEqual(await fs.readdir(path.join(directory, 'target/criterion/execution_group')), ['first']);
});

const BROKEN: [why: string, suites: Record<string, string>, message: RegExp][] = [
  [
    'a suite that cannot be imported',
    { bad: 'import "../nowhere.js";' },
    /^error: .*bad\.bench\.js cannot be imported: /,
  ],
  [
    'a file without a suite',
    { bad: 'export default 3;' },
    /^error: .*bad\.bench\.js exports no suite: add export default defineSuite\(/,
  ],
  [
    'a suite with an invalid benchmark',
    { bad: `export default { category: 'a', isDefault: true, benchmarks: [{ group: 'b', function: 'f' }] };` },
    /^error: .*bad\.bench\.js: benchmark 'f' of suite 'a': setup is undefined: give a function/,
  ],
];

test('without any suite, the error asks for a suite file', async (t) => {
  const { run } = await workspace(t, {});
  const { status, stderr } = await run(['bench']);
  t.is(status, 2);
  t.regex(stderr, /^error: there is no suite in .*benches: name your own suite file/);
});

for (const [why, suites, message] of BROKEN) {
  test(`${why} is an error on one line`, async (t) => {
    const { run } = await workspace(t, suites);
    const { status, stdout, stderr } = await run(['bench']);
    t.is(status, 1);
    t.is(stdout, '');
    t.regex(stderr, message);
    t.is(stderr.trimEnd().split('\n').length, 1);
  });
}

test('a baseline that Criterion wrote is reported and compared without a suite, and nothing is written', async (t) => {
  const { run } = await workspace(t, {});
  const root = path.resolve('fixtures/criterion');
  const before = await fs.readdir(root, { recursive: true });
  const { status, stdout } = await run(['bench', '--load-baseline', 'b', '--baseline', 'a', '--no-plots'], {
    env: { CRITERION_HOME: root },
  });
  t.is(status, 0);
  // Criterion's own output; bounds are bootstrapped again, points and verdicts are not.
  const printed = await fs.readFile(path.join(root, 'b-against-a.txt'), 'utf8');
  const withoutBounds = (text: string) =>
    text.replaceAll(/\[\S+( \S+)? (\S+ \S*?s?) \S+( \S+)?\]/g, '[$2]').replaceAll(/p = \d\.\d\d/g, 'p');
  const verdicts = (text: string) => text.match(/^ +(Performance|No change|Change) .*$|^Found .*$|^ {2}\d+ \(.*$/gm);
  t.deepEqual(verdicts(stdout), verdicts(printed));
  t.is(stdout.match(/^\S+ {2,}time:|^\S+$/gm)?.length, printed.match(/^\S+ {2,}time:|^\S+$/gm)?.length);
  t.true(withoutBounds(stdout).startsWith(withoutBounds(printed).split('\n')[0] as string));
  t.deepEqual(await fs.readdir(root, { recursive: true }), before);
});

test('a regression fails the run with --fail-on-regression or in CI, but not below the threshold', async (t) => {
  const slow = (ms: number) => ({
    work: `import { custom } from '${new URL('../../../src/bench.js', import.meta.url).href}';
      let i = 0;
      export default { category: 'work', isDefault: true, benchmarks: [{ group: 'work', function: 'f', description: 'f', side: 'node',
        setup: () => custom((n) => {
          const ns = Math.round(n * ${ms}e6 * (1 + (i++ % 3) / 1000));
          const end = process.hrtime.bigint() + BigInt(ns);
          while (process.hrtime.bigint() < end);
          return ns;
        }) }] };`,
  });
  const before = await workspace(t, slow(1));
  const after = await workspace(t, slow(1.5));
  const env = { CRITERION_HOME: path.join(before.directory, 'criterion') };
  await before.run(['bench', '--save-baseline', 'main', ...QUICK], { env });
  const compared = ['bench', '--baseline', 'main', ...QUICK];
  t.is((await after.run(compared, { env })).status, 0);
  const failed = await after.run([...compared, '--fail-on-regression'], { env });
  t.is(failed.status, 1);
  t.regex(failed.stderr, /^failed: performance regressed by more than 1 %: work\/f$/m);
  t.is(failed.stderr.match(/^note: the machine also changes between two runs; bench gate measures both/gm)?.length, 1);
  t.is((await after.run(compared, { env: { ...env, CI: 'true' } })).status, 1);
  for (const CI of ['false', '0', '']) t.is((await after.run(compared, { env: { ...env, CI } })).status, 0, CI);
  t.is((await after.run([...compared, '--no-fail-on-regression'], { env: { ...env, CI: 'true' } })).status, 0);
  t.is((await after.run([...compared, '--fail-on-regression', '--threshold', '0.6'], { env })).status, 0);
});

test('a lenient baseline may be missing, and --discard-baseline keeps the last run', async (t) => {
  const { run, directory } = await workspace(t);
  t.is((await run(['bench', 'first', '--baseline-lenient', 'main', ...QUICK])).status, 0);
  await run(['bench', 'first', ...QUICK]);
  const base = path.join(directory, 'target/criterion/execution_group/first/base/sample.json');
  const before = await fs.readFile(base, 'utf8');
  t.regex((await run(['bench', 'first', '--discard-baseline', ...QUICK])).stdout, /change:/);
  t.is(await fs.readFile(base, 'utf8'), before);
});

test('--test runs each benchmark once, --profile-time for a while, and neither writes anything', async (t) => {
  const { run, directory } = await workspace(t);
  const tested = await run(['bench', '--test']);
  t.is(tested.status, 1);
  t.is(tested.stdout, '3 of 4 benchmarks work\n');
  t.regex(tested.stderr, /^error: benchmark crash_handling\/group\/throws failed: the guest is gone$/m);
  t.is((await run(['bench', 'first', '--profile-time', '0.05'])).status, 0);
  await t.throwsAsync(fs.stat(path.join(directory, 'target')), { code: 'ENOENT' });
});

test('a quick sample has two batches, and no verdict', async (t) => {
  const { run, directory } = await workspace(t);
  const quick = ['bench', 'first', '--quick', '--nresamples', '1000', '--measurement-time', '0.2'];
  await run(quick);
  const { stdout } = await run([...quick, '--report-json', 'run.json']);
  t.regex(stdout, /No verdict: fewer than 10 samples\./);
  t.true(stdout.endsWith("\n2 samples; Criterion's default is 100.\n"));
  const report = await fs.readFile(path.join(directory, 'run.json'), 'utf8');
  t.is((JSON.parse(report) as { options: { sampleSize: number } }).options.sampleSize, 2);
  const sample = await fs.readFile(
    path.join(directory, 'target/criterion/execution_group/first/new/sample.json'),
    'utf8',
  );
  t.is((JSON.parse(sample) as { iters: number[] }).iters.length, 2);
});

test('shards are disjoint and complete, and merge into one', async (t) => {
  const { run, directory } = await workspace(t);
  const home = (i: number) => ({ CRITERION_HOME: path.join(directory, `shard-${i}`) });
  const parts = await Promise.all(
    [1, 2].map((i) => run(['bench', '--list', '--shard', `${i}/2`]).then(({ stdout }) => stdout.trim().split('\n'))),
  );
  t.deepEqual(parts.flat().toSorted(), (await run(['bench', '--list'])).stdout.trim().split('\n').toSorted());
  for (const i of [1, 2])
    await run(['bench', 'execution', '--shard', `${i}/2`, '--save-baseline', 'main', ...QUICK], { env: home(i) });
  t.is((await run(['bench', 'merge', 'shard-1', 'shard-2'])).status, 0);
  const shown = await run(['bench', 'baseline', 'show', 'main']);
  t.true(shown.stdout.includes('execution/group/first') && shown.stdout.includes('execution/group/second'));
});

test('results are printed as JSON lines and in the bencher format', async (t) => {
  const { run } = await workspace(t);
  const json = await run(['bench', 'execution', '--message-format', 'json', ...QUICK]);
  const messages = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { reason: string });
  t.deepEqual(
    messages.map(({ reason }) => reason),
    ['benchmark-complete', 'benchmark-complete', 'group-complete'],
  );
  const bencher = await run(['bench', 'first', '--output-format', 'bencher', ...QUICK]);
  t.regex(bencher.stdout, /^test execution\/group\/first \.\.\. bench: +\d+ ns\/iter \(\+\/- \d+\)\n$/);
});

test('Criterion’s short options have the same meaning', async (t) => {
  const { run, directory } = await workspace(t);
  const files = async () => (await fs.readdir(path.join(directory, 'target/criterion/execution_group/first'))).sort();
  await run(['bench', 'first', '-s', 'main', '-n', ...QUICK]);
  t.deepEqual(await files(), ['main', 'new'], 'no report');
  const { stdout } = await run(['bench', 'first', '-b', 'main', '-v', '--noplot', ...QUICK]);
  t.regex(stdout, /change:[^]*\nmean {3}\[/);
});

for (const [format, file] of [
  ['json', 'run.json'],
  ['csv', 'run.csv'],
  ['junit', 'junit.xml'],
  ['bmf', 'bmf.json'],
  ['github', 'github.json'],
  ['bencher', 'bencher.txt'],
  ['html', 'pages'],
] as const) {
  test(`the report ${format} is written to the given path`, async (t) => {
    const { run, directory } = await workspace(t);
    const { status, stderr } = await run(['bench', 'first', `--report-${format}`, `out/${file}`, ...QUICK]);
    t.is(status, 0, stderr);
    const written = path.join(directory, 'out', file, format === 'html' ? 'report/index.html' : '');
    t.true((await fs.readFile(written, 'utf8')).includes(format === 'bencher' ? 'bench:' : 'execution'));
  });
}

test('two runs cannot write one baseline at the same time', async (t) => {
  const { run } = await workspace(t);
  const results = await Promise.all([1, 2].map(() => run(['bench', 'first', ...QUICK])));
  t.deepEqual(
    results.map(({ status }) => status).toSorted((a, b) => a - b),
    [0, 1],
  );
  const rejected = results.find(({ status }) => status === 1)?.stderr ?? '';
  t.regex(rejected, /^error: baseline '(base|new)' is being written by .*: wait until it ends/m);
});

const DERIVED = `
  import { sync } from '${new URL('../../../src/bench.js', import.meta.url).href}';
  export default { category: 'x', isDefault: true,
    benchmarks: [{ group: 'x', function: 'a', description: 'a', side: 'node', setup: () => sync(() => Math.random()) }],
    derived: [{ id: 'x/row', description: 'd', unit: 'ratio', inputs: ['x/a'], compute: () => { throw new Error('no row') } }] };`;

test('a failed derived row is printed on standard error in every output format', async (t) => {
  const { run } = await workspace(t, { x: DERIVED });
  for (const output of [[], ['--quiet'], ['--output-format', 'bencher'], ['--message-format', 'json']]) {
    const { status, stderr } = await run(['bench', ...QUICK, ...output]);
    t.is(status, 1);
    t.regex(stderr, /^error: derived row x\/row failed: no row$/m);
  }
});

const TEXTLESS = `
  import { sync } from '${new URL('../../../src/bench.js', import.meta.url).href}';
  const thrown = { bare: Object.create(null), refusing: { toString: null }, plain: { a: 1 } };
  export default { category: 'x', isDefault: true, benchmarks: Object.entries(thrown).map(([name, value]) => {
    return { group: 'x', function: name, description: name, side: 'node', setup: () => sync(() => { throw value; }) };
  }) };`;

test('a thrown value without a text fails its benchmark, and every report contains it', async (t) => {
  const { run, directory } = await workspace(t, { x: TEXTLESS });
  const formats = ['json', 'junit', 'markdown', 'csv', 'html', 'bmf'];
  const reports = formats.flatMap((name) => [`--report-${name}`, `out.${name}`]);
  const { status, stderr } = await run(['bench', ...QUICK, ...reports]);
  t.is(status, 1);
  t.regex(stderr, /^error: benchmark x\/bare failed: \[Object: null prototype\] \{\}$/m);
  t.regex(stderr, /^error: benchmark x\/refusing failed: \{ toString: null \}$/m);
  t.regex(stderr, /^error: benchmark x\/plain failed: \{ a: 1 \}$/m);
  const { failures } = JSON.parse(await fs.readFile(path.join(directory, 'out.json'), 'utf8')) as {
    failures: { message: string }[];
  };
  t.deepEqual(
    failures.map(({ message }) => message),
    ['[Object: null prototype] {}', '{ toString: null }', '{ a: 1 }'],
  );
});

const onLinux = process.platform === 'linux' ? test.serial : test.serial.skip;

onLinux('a report that cannot be written does not affect the others, and is named with status 1', async (t) => {
  const { run, directory } = await workspace(t);
  // A directory in the place of the index page.
  await fs.mkdir(path.join(directory, 'target/criterion/report/index.html'), { recursive: true });
  const reports = ['--report-json', '/dev/full', '--report-csv', 'run.csv'];
  const { status, stderr } = await run(['bench', 'first', ...reports, ...QUICK]);
  t.is(status, 1);
  t.regex(
    stderr,
    /^error: the HTML report in \S+criterion: cannot write it \(.+\): free disk space, or choose another path$/m,
  );
  t.regex(stderr, /^error: --report-json is \/dev\/full: cannot write it \(ENOSPC/m);
  t.regex(stderr, /^wrote run\.csv$/m);
  t.regex(await fs.readFile(path.join(directory, 'run.csv'), 'utf8'), /^id,/);
});

test.serial('a damaged stored benchmark does not affect others that are loaded or compared', async (t) => {
  const { run, directory } = await workspace(t);
  t.is((await run(['bench', 'execution', '--save-baseline', 'main', ...QUICK])).status, 0);
  await fs.writeFile(path.join(directory, 'target/criterion/execution_group/first/main/sample.json'), '{');
  for (const more of [[], ['--baseline', 'main']]) {
    const load = (filter: string) => run(['bench', filter, '--load-baseline', 'main', ...more, '--nresamples', '1000']);
    const { status, stderr, stdout } = await load('second');
    t.is(status, 0, stderr);
    t.regex(stdout, /execution\/group\/second/);
    t.regex((await load('first')).stderr, /^error: \S+sample\.json is truncated or not JSON: /m);
  }
});

test.serial('an empty shard prints a note, and is merged with the others', async (t) => {
  const { run, directory } = await workspace(t);
  const of = (i: number) => ({ env: { CRITERION_HOME: path.join(directory, `s${i}`) } });
  // Of five benchmarks, only the last is selected.
  for (const i of [1, 2, 3]) {
    const { status, stdout, stderr } = await run(['bench', 'limits', '--shard', `${i}/3`, ...QUICK], of(i));
    t.is(status, 0, stderr);
    const isEmpty = stdout === '';
    t.is(
      isEmpty,
      stderr.includes(`note: shard ${i}/3 is empty: all selected benchmarks are in other shards\n`),
      stderr,
    );
    t.is(isEmpty, (await fs.readdir(path.join(directory, `s${i}`))).includes('.empty-shard'));
  }
  const merged = await run(['bench', 'merge', 's1', 's2', 's3', '--into', 'all']);
  t.is(merged.status, 0, merged.stderr);
  t.regex(merged.stdout, /^merged 1 benchmark into 'new': 1 of s\d$/m);
  await fs.mkdir(path.join(directory, 'nothing'));
  t.regex((await run(['bench', 'merge', 's1', 's2', 's3', 'nothing'])).stderr, /^error: nothing holds no results: /m);
  const empty = (await fs.readdir(path.join(directory, 's1'))).includes('.empty-shard') ? 's1' : 's2';
  t.regex((await run(['bench', 'merge', empty])).stderr, /^error: s\d holds no results: /m);
});

const SENSELESS: [args: string[], message: string][] = [
  [
    ['--test', '--report-json', 'x.json'],
    '--test and --report-json exclude each other: there are no measurements to report',
  ],
  [
    ['--profile-time', '1', '--report-html', 'x'],
    '--profile-time and --report-html exclude each other: there are no measurements to report',
  ],
  [['--no-sample-size'], '--no-sample-size is not an option: leave out --sample-size for its default'],
];

for (const [args, message] of SENSELESS) {
  test.serial(`'${args.join(' ')}' is rejected with a fix`, async (t) => {
    const { run } = await workspace(t);
    const { status, stderr } = await run(['bench', ...args]);
    t.is(status, 2);
    t.is(stderr, `error: ${message}\n`);
  });
}

test.serial('a directory in the place of a stored file is an error that names what to delete', async (t) => {
  const { run, directory } = await workspace(t);
  const file = path.join(directory, 'target/criterion/execution_group/first/main/sample.json');
  await fs.mkdir(file, { recursive: true });
  const { status, stderr } = await run(['bench', 'first', '--save-baseline', 'main', ...QUICK]);
  t.is(status, 1);
  t.true(stderr.includes(`${file} is a directory: delete it, and save the baseline again`), stderr);
  const other = await run(['bench', 'first', '--save-baseline', 'main', '--baseline-lenient', 'base', ...QUICK]);
  t.is(other.status, 1);
  t.true(other.stderr.includes(`: delete ${file}, which is in the way, or set CRITERION_HOME`), other.stderr);
});
