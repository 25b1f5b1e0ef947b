// Tests of `measure`, for valid and invalid guests and command lines.
import * as fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import test from 'ava';
import { fixture } from '#guests';

import { QUICK, workspace } from '../workspace.js';

const minimal = fileURLToPath(fixture('minimal.wat'));
const calculator = fileURLToPath(fixture('calculator.wat'));
const types = fileURLToPath(fixture('guests/c/types.wasm'));

test('a guest is compiled, instantiated cold and warm, and called', async (t) => {
  const { run, directory } = await workspace(t);
  const { status, stdout, stderr } = await run(['measure', minimal, '--invoke', 'add(42, 42)', '--no-plots', ...QUICK]);
  t.is(status, 0, stderr);
  t.deepEqual(stdout.match(/^minimal\/\S.*?(?=$| +time:)/gm), [
    'minimal/compile',
    'minimal/instantiate_cold',
    'minimal/instantiate_warm',
    'minimal/call/add(42, 42)',
  ]);
  t.true(stderr.startsWith('add(42, 42) → 84\n'));
  const [, call = ''] = stdout.split('minimal/call/add(42, 42)\n');
  for (const metric of [
    /^ +fuel per iteration \d+$/m,
    /^ +peak memory 0 B$/m,
    /^ +code .* KiB$/m,
    /^ +binary \d+ B$/m,
  ]) {
    t.regex(call, metric);
  }
  const metrics = path.join(directory, 'target/criterion/minimal/call/add(42, 42)/new/metrics.json');
  t.like(JSON.parse(await fs.readFile(metrics, 'utf8')), {
    settings: { interruption: 'fuel', traps: 'signals', memoryBytes: '268435456', instance: 'live' },
  });
});

test('a second run is compared with the first, with the baselines of bench', async (t) => {
  const { run } = await workspace(t);
  const args = ['measure', calculator, '--name', 'mine', '--invoke', 'fib(20)', '--no-plots', ...QUICK];
  t.notRegex((await run([...args, '--save-baseline', 'main'])).stdout, /change:/);
  const { status, stdout } = await run([...args, '--baseline', 'main']);
  t.is(status, 0);
  t.is(stdout.match(/change:/g)?.length, 4);
  const missing = await run([...args, '--baseline', 'mian']);
  t.is(missing.status, 2);
  t.regex(missing.stderr, /baseline 'mian' does not exist for mine\/compile/);
});

test('the result of a call is printed in WAVE, but not with --quiet', async (t) => {
  const { run } = await workspace(t);
  const args = ['measure', types, '--invoke', 'ops#scale({x: 1, y: 2}, 0.5)', '--invoke', 'divide(1, 0)', '--test'];
  t.true((await run(args)).stderr.startsWith('ops#scale({x: 1, y: 2}, 0.5) → {x: 0.5, y: 1}\ndivide(1, 0) → err("'));
  t.is((await run([...args, '--quiet'])).stderr, '');
});

test('--fresh-instance measures calls that change their instance', async (t) => {
  const { run, directory } = await workspace(t);
  const once = `(module (global $n (mut i32) (i32.const 0)) (func (export "once")
    (if (global.get $n) (then unreachable)) (global.set $n (i32.const 1))))`;
  await fs.writeFile(path.join(directory, 'once.wat'), once);
  const args = ['measure', 'once.wat', '--invoke', 'once()', '--no-plots', ...QUICK];
  t.is((await run([...args, '--fresh-instance'])).status, 0);
  const { status, stderr } = await run(args);
  t.is(status, 1);
  t.regex(stderr, /^error: benchmark once\/call\/once\(\) failed: .*unreachable/m);
});

test('the guest profiler writes a file for each call', async (t) => {
  const { run, directory } = await workspace(t);
  const args = ['measure', calculator, '--invoke', 'spin(1000000)', '--profile-time', '0.05', '--profiler', 'guest'];
  const { status, stdout, stderr } = await run(args);
  t.is(status, 0, stderr);
  const file = 'target/criterion/profile/calculator/call/spin(1000000).json';
  t.true(stdout.includes(`wrote ${file}: `));
  t.regex(stderr, /^note: calculator\/compile calls no guest that could be profiled$/m);
  t.regex(await fs.readFile(path.join(directory, file), 'utf8'), /^\{.*"threads":/);
});

test('the path of the perf map is printed', async (t) => {
  const { run } = await workspace(t);
  const args = ['measure', minimal, '--profile-time', '0.02', '--profiler', 'perfmap'];
  const { status, stderr } = await run(args);
  const map = `/tmp/perf-${process.pid}.map`;
  if (process.platform === 'win32') return void t.regex(stderr, /profiler/);
  t.is(status, 0, stderr);
  t.true(stderr.includes(`note: perf reads the guests' functions from ${map}\n`));
  t.regex(await fs.readFile(map, 'utf8'), /^0x[\da-f]+ [\da-f]+ /);
  await fs.rm(map);
});

const BAD: [args: string[], status: number, message: RegExp][] = [
  [[], 2, /^error: no guest given: name its file, as in measure guest\.wasm$/],
  [['nowhere.wasm'], 2, /^error: cannot read nowhere\.wasm: there is no such file$/],
  [[fileURLToPath(fixture('README.md'))], 2, /is not WebAssembly, neither binary nor text: expected /],
  [[minimal, 'add(1,', '2)'], 2, /^error: measure takes one guest, but also got add\(1,, 2\): quote each call$/],
  [
    [minimal, '--invoke', 'ad(1, 2)'],
    2,
    /^error: cannot call ad\(1, 2\): no exported function 'ad'; exported functions: add; did you mean add\?$/,
  ],
  [[minimal, '--invoke', 'add(1, "2")'], 2, /argument 2 'b': expected s32 .*, got "2"$/],
  [[minimal, '--invoke', 'add(1'], 2, /cannot read the arguments '\(1': at character 3, it ends too early/],
  [[minimal, '--invoke', ''], 2, /^error: --invoke has no value: give a call, as in --invoke 'add\(42, 42\)'$/],
  [[minimal, '--invok', 'add(1, 2)'], 2, /^error: unknown option --invok: did you mean --invoke\?$/],
  [[minimal, '--load-baseline', 'x'], 2, /^error: unknown option --load-baseline/],
  [[minimal, '--name', 'a/b'], 2, /^error: --name is a\/b: give a name without slashes, such as mine$/],
  [[minimal, '--fuel', '-1'], 2, /^error: --fuel is -1: give a whole number of at least 1, or unlimited$/],
  [[minimal, '--timeout', '0'], 2, /^error: --timeout is 0: give a whole number of milliseconds/],
  [
    [minimal, '--memory', '5 TB'],
    2,
    /^error: --memory is 5 TB: give a number of bytes, KiB, MiB or GiB, such as 64MiB$/,
  ],
  [[minimal, '--memory', '5GiB'], 2, /^error: --memory: expected 1 to 4294967296 bytes/],
  [[minimal, '--interruption', 'often'], 2, /^error: --interruption is often: choose from fuel, epoch, both, none$/],
  [[minimal, '--interruption', 'none', '--fuel', '5'], 2, /^error: --fuel: got 5, but this engine does not count fuel/],
  [
    [minimal, '--compiler', 'winch', '--traps', 'explicit'],
    2,
    /^error: --\w+: .*the compiler 'winch' does not support/,
  ],
  [
    [minimal, '--profiler', 'guest'],
    2,
    /^error: --profiler is guest, but nothing runs for it: also give --profile-time/,
  ],
  [[minimal, '--profile-time', '1', '--profiler', 'vtune'], 2, /choose from perfmap, jitdump, guest$/],
  [[calculator, '--invoke', 'div(1, 0)'], 1, /^error: div\(1, 0\) fails with TRAP: .*integer divide by zero/],
  [
    [calculator, '--invoke', 'infinite()', '--fuel', '1_000'],
    1,
    /OUT_OF_FUEL: .*raise 'limits\.fuel' if the guest needs more \(--fuel sets 'limits\.fuel'\)$/,
  ],
];

for (const [args, status, message] of BAD) {
  test(`measure ${args.map((arg) => path.basename(arg)).join(' ')} ends with ${status}: ${message.source}`, async (t) => {
    const { run } = await workspace(t);
    const finished = await run(['measure', ...args, ...QUICK]);
    t.is(finished.status, status, finished.stderr);
    t.regex(finished.stderr.trimEnd(), message);
    t.is(finished.stderr.trimEnd().split('\n').length, 1);
    t.is(finished.stdout, '');
  });
}

test('names and results of a guest are escaped before they reach the terminal', async (t) => {
  const { run, directory } = await workspace(t);
  const evil = String.raw`(module (func (@name "\1b[31mEVIL\1b]0;pwn\07\c2\9b\e2\80\ae\0a\0aerror: fake") (export "t") unreachable)
    (func (export "\1b[2J\0aerror: fake") (result i32) (i32.const 1)) (func (export "f\7f\c2\9b\e2\80\ae") (result i32) (i32.const 1)))`;
  await fs.writeFile(path.join(directory, 'evil.wat'), evil);
  const trapped = ['measure', 'evil.wat', '--invoke', 't()'];
  const asked = ['measure', 'evil.wat', '--invoke', 'nothing()'];
  for (const args of [trapped, [...trapped, '--verbose'], asked, [...asked, '--verbose']]) {
    const { stdout, stderr } = await run(args);
    t.notRegex(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]|^error: fake/m);
  }
  t.regex((await run(trapped)).stderr, /in \\u\{1b\}\[31mEVIL\\u\{1b\}\]0;pwn\\u\{7\}\\u\{9b\}\\u\{202e\}/);
  t.true((await run(asked)).stderr.includes(String.raw`exported functions: t, "\u001b[2J\nerror: fake", "f\u{7f}`));
});

test('help lists the options of the guest beside those of bench', async (t) => {
  const { run } = await workspace(t);
  const { status, stdout } = await run(['measure', '--help']);
  t.is(status, 0);
  for (const option of ['--invoke', '--fresh-instance', '--memory', '--sample-size', '--save-baseline']) {
    t.true(stdout.includes(option), option);
  }
});
