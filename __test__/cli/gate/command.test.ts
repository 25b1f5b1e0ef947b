// Tests of the gate with real processes, on checkouts that hold one suite file each.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import test, { type ExecutionContext } from 'ava';

import { workspace } from '../workspace.js';

const BENCH = new URL('../../../src/bench.js', import.meta.url).href;

interface Version {
  /** Nanoseconds that an iteration of `steady` takes. */
  readonly turns?: number;
  readonly fuel?: number;
  readonly more?: string;
  readonly settings?: string;
}

/** A suite with exact times, so that only the gate is tested; except for `real`, which spins. */
function suite({ turns = 1_000, fuel = 100, more = '', settings = '{}' }: Version): string {
  return `import { custom, sync } from '${BENCH}';
    // Takes exactly the time that it reports.
    const wait = (ns) => { const end = process.hrtime.bigint() + BigInt(ns); while (process.hrtime.bigint() < end); return ns; };
    const spin = (turns) => { let x = 1; for (let i = 0; i < turns; i++) x = (x * 1664525 + 1013904223) >>> 0; return x; };
    export default { category: 'work', isDefault: true, benchmarks: [
      { group: 'work', function: 'steady', description: 's', side: 'node', settings: ${settings}, setup: () => custom((n) => wait(n * ${turns}), { metrics: () => ({ fuelPerIteration: ${fuel}n }) }) },
      { group: 'work', function: 'real', description: 'r', side: 'node', setup: () => sync(() => spin(1000)) },
      ${more}
    ] };`;
}

async function checkouts(t: ExecutionContext, base: Version, head: Version): Promise<{ base: string; head: string }> {
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'gate-'));
  t.teardown(() => fs.rm(directory, { recursive: true, force: true }));
  for (const [name, version] of Object.entries({ base, head })) {
    await fs.mkdir(path.join(directory, name));
    await fs.writeFile(path.join(directory, name, 'package.json'), '{"type":"module"}');
    await fs.writeFile(path.join(directory, name, 'work.bench.js'), suite(version));
  }
  return { base: path.join(directory, 'base'), head: path.join(directory, 'head') };
}

// The suite's exact times are wall times.
const SHORT = [
  '--wall-time',
  '--rounds',
  '3',
  '--max-rounds',
  '3',
  '--sample-size',
  '8',
  '--measurement-time',
  '0.02',
  '--warm-up-time',
  '0.005',
  '--nresamples',
  '500',
];

async function gate(
  t: ExecutionContext,
  base: Version,
  head: Version,
  more: string[] = [],
  env: NodeJS.ProcessEnv = {},
) {
  const places = await checkouts(t, base, head);
  const { run } = await workspace(t, {});
  return run(['bench', 'gate', '--base', places.base, '--head', places.head, 'work.bench.js', ...SHORT, ...more], {
    env: { ...process.env, ...env, CI: undefined },
  });
}

test.serial('identical checkouts pass, and the smallest detectable slow-down is printed', async (t) => {
  const { status, stdout, stderr } = await gate(t, {}, {});
  t.is(status, 0, stderr);
  t.regex(stdout, /^ {2}work\/steady +1\.0000 µs +1\.0000 µs +\+0\.0 % .* unchanged +unchanged$/m);
  t.regex(stdout, /smallest detectable slow-down: /);
  t.regex(stdout, /\nGate passed: no confirmed regression\.\n$/);
  t.regex(stderr, /^round 3: all benchmarks \(2 benchmarks\)$/m);
});

test.serial('a filter beside a file selects from the benchmarks of that file', async (t) => {
  const { status, stdout, stderr } = await gate(t, {}, {}, ['work/steady']);
  t.is(status, 0, stderr);
  t.regex(stdout, /work\/steady/);
  t.notRegex(stdout, /work\/real/);
  t.regex(stderr, /^round 1: all benchmarks \(1 benchmarks?\)$/m);
});

test.serial('a slower head fails after confirmation rounds, with a summary for a pull request', async (t) => {
  const places = await checkouts(t, {}, { turns: 1_100 });
  const { run, directory } = await workspace(t, {});
  const { status, stdout, stderr } = await run(
    [
      'bench',
      'gate',
      '--base',
      places.base,
      '--head',
      places.head,
      'work.bench.js',
      ...SHORT,
      '--report-markdown',
      'gate.md',
      '--report-json',
      'gate.json',
    ],
    { env: process.env },
  );
  t.is(status, 1, stderr);
  t.regex(stdout, /^ {2}work\/steady .* \+10\.0 % .* REGRESSED \(p < 0\.0001\) +regressed$/m);
  t.regex(stderr, /^round 6: benchmarks that seem to have regressed \(1 benchmark\)$/m);
  const summary = await fs.readFile(path.join(directory, 'gate.md'), 'utf8');
  t.regex(summary, /^## ❌ Gate failed: of 2 benchmarks 1 slower\.\n/);
  t.regex(summary, /\| `work\/steady` \|.*\*\*REGRESSED \(p < 0\.0001\)\*\*/);
  t.regex(summary, /<details><summary>All 2 benchmarks<\/summary>/);
  const json = JSON.parse(await fs.readFile(path.join(directory, 'gate.json'), 'utf8')) as {
    evidence: { rounds: unknown[] }[];
  };
  t.is(json.evidence.length, 2);
});

test.serial('one more unit of fuel alone fails the gate', async (t) => {
  const { status, stdout } = await gate(t, {}, { fuel: 101 });
  t.is(status, 1);
  t.regex(stdout, /^ {2}work\/steady: fuel per iteration 100 → 101 \(\+1\), REGRESSED$/m);
});

test.serial(
  'a benchmark that fails on the head fails the gate; benchmarks that only one side has are named',
  async (t) => {
    const throwing = `{ group: 'work', function: 'broken', description: 'b', side: 'node', setup: () => { FAIL } },`;
    const base = {
      more: `${throwing.replace('FAIL', 'return sync(() => 1);')} { group: 'work', function: 'old', description: 'o', side: 'node', setup: () => sync(() => 1) },`,
    };
    const { status, stdout } = await gate(t, base, {
      more: throwing.replace('FAIL', `throw new Error('no such guest');`),
    });
    t.is(status, 1);
    t.regex(stdout, /^ {2}work\/broken on the head: no such guest$/m);
    t.regex(stdout, /only the base has: work\/old/);
  },
);

test.serial('a benchmark that fails on both sides is named and does not fail the gate', async (t) => {
  const one = (name: string, setup: string) =>
    `{ group: 'work', function: '${name}', description: 'b', side: 'node', setup: () => { ${setup} } },`;
  const more = [
    one('unset', `throw new Error('no such guest');`),
    one('unrun', `return custom(() => { throw new Error('the guest is gone'); });`),
    one('dead', `return custom(() => process.kill(process.pid, 'SIGKILL'));`),
  ].join('');
  const { status, stdout } = await gate(t, { more }, { more });
  t.is(status, 0, stdout);
  t.regex(stdout, /^ {2}work\/unset on both sides: no such guest$/m);
  t.regex(stdout, /^ {2}work\/unrun on both sides: the guest is gone$/m);
  t.regex(stdout, /^ {2}work\/dead on both sides: the process was ended by SIGKILL/m);
  t.regex(stdout, /\nGate passed: no confirmed regression; 3 benchmarks could not be compared\.\n$/);
});

test.serial('a promise that never settles is a failure', async (t) => {
  const more = `{ group: 'work', function: 'never', description: 'n', side: 'node', setup: () => custom(() => new Promise(() => {})) },`;
  const { status, stdout } = await gate(t, { more }, { more }, ['work/never']);
  t.is(status, 0, stdout);
  t.regex(stdout, /^ {2}work\/never on both sides: never finished: /m);
});

const MAIN = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const ENDS: [how: NodeJS.Signals, status: number | null, by: NodeJS.Signals | null][] = [
  ['SIGINT', 130, null],
  ['SIGTERM', null, 'SIGTERM'],
  ['SIGKILL', null, 'SIGKILL'],
];
const posix = process.platform === 'win32' ? test.serial.skip : test.serial;

for (const [how, status, by] of ENDS) {
  posix(`${how} to the gate also ends processes that a benchmark keeps busy`, async (t) => {
    // Writes a file named by its process id once it spins.
    const more = `{ group: 'work', function: 'spins', description: 's', side: 'node', setup: async () => {
      const { writeFileSync } = await import('node:fs');
      return custom(() => { writeFileSync(process.cwd() + '/pid.' + process.pid, ''); for (;;); }); } },`;
    const places = await checkouts(t, { more }, { more });
    const args = ['bench', 'gate', '--base', places.base, '--head', places.head, 'work.bench.js', 'work/spins'];
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    t.teardown(() => child.kill('SIGKILL'));
    const ended = once(child, 'close');
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const pidsIn = async (place: string) =>
      (await fs.readdir(place)).flatMap((name) => (name.startsWith('pid.') ? [Number(name.slice(4))] : []));
    const pids: number[] = [];
    while (pids.length === 0) {
      await setTimeout(50);
      pids.push(...(await pidsIn(places.base)), ...(await pidsIn(places.head)));
    }
    child.kill(how);
    t.deepEqual(await ended, [status, by]);
    const deadline = AbortSignal.timeout(60_000);
    while (pids.some(isAlive) && !deadline.aborted) await setTimeout(50);
    t.deepEqual(pids.filter(isAlive), []);
    if (how === 'SIGINT') t.regex(said, /^interrupted during work\/spins: an unfinished gate has no verdict$/m);
  });
}

test.serial('a process that dies fails its benchmark and no other', async (t) => {
  const dying = `{ group: 'work', function: 'dies', description: 'd', side: 'node', setup: () => custom((n) => process.kill(process.pid, 'SIGKILL')) },`;
  const { status, stdout } = await gate(
    t,
    { more: dying.replace(`process.kill(process.pid, 'SIGKILL')`, 'wait(n * 1000)') },
    { more: dying },
  );
  t.is(status, 1);
  t.regex(stdout, /^ {2}work\/dies on the head: the process was ended by SIGKILL/m);
  t.regex(stdout, /^ {2}work\/real .* unchanged/m);
});

test.serial('different settings are rejected unless they are allowed', async (t) => {
  const rejected = await gate(t, {}, { settings: "{ interruption: 'epoch' }" });
  t.is(rejected.status, 2);
  t.regex(
    rejected.stderr,
    /^error: the sides are not comparable: setting interruption of work\/steady none → epoch\. Measure both alike, or give --allow-different settings$/m,
  );
  const allowed = await gate(t, {}, { settings: "{ interruption: 'epoch' }" }, ['--allow-different', 'settings']);
  t.is(allowed.status, 0, allowed.stderr);
  t.regex(allowed.stdout, /allowed to differ: setting interruption of work\/steady none → epoch/);
});

test.serial('a suite that cannot be imported is an error', async (t) => {
  const { status, stderr } = await gate(t, {}, { more: 'this is no JavaScript' });
  t.is(status, 1);
  t.regex(stderr, /^error: cannot run the head: .*work\.bench\.js cannot be imported: /m);
});

test.serial('a stored baseline can be a side: time counts beyond the floor, and fuel always', async (t) => {
  const places = await checkouts(t, {}, { turns: 3_000, fuel: 101 });
  const { run, directory } = await workspace(t, {});
  const env = { ...process.env, CI: undefined, CRITERION_HOME: path.join(directory, 'criterion') };
  const short = ['--sample-size', '8', '--measurement-time', '0.02', '--warm-up-time', '0.005', '--nresamples', '500'];
  const saved = await run(['bench', path.join(places.base, 'work.bench.js'), '--save-baseline', 'main', ...short], {
    env,
  });
  t.is(saved.status, 0, saved.stderr);
  const gateOf = (side: string, more: string[] = []) =>
    run(['bench', 'gate', '--base', 'main', '--head', side, 'work.bench.js', ...SHORT, ...more], { env });
  const same = await gateOf(places.base);
  t.is(same.status, 0, same.stderr + same.stdout);
  t.regex(same.stdout, /\d processes a side; not interleaved, so time counts only beyond a wide floor/);
  const slower = await gateOf(places.head);
  t.is(slower.status, 1);
  t.regex(slower.stdout, /^ {2}work\/steady .* \+200 % .* REGRESSED/m);
  t.regex(slower.stdout, /fuel per iteration 100 → 101 \(\+1\), REGRESSED/);
  t.notRegex((await gateOf(places.head, ['--stored-floor', '3'])).stdout, /^ {2}work\/steady .* REGRESSED/m);
  const added = `{ group: 'work', function: 'added', description: 'a', side: 'node', setup: () => sync(() => 1) },`;
  await fs.writeFile(path.join(places.head, 'work.bench.js'), suite({ more: added }));
  const withNew = await gateOf(places.head, ['added', 'steady']);
  t.is(withNew.status, 0, withNew.stderr);
  t.regex(withNew.stdout, /only the head has: work\/added$/m);
  const nothing = await gateOf(places.head, ['steady', 'zzz']);
  t.is(nothing.status, 2);
  t.regex(nothing.stderr, /^error: no benchmark of either side matches 'zzz': /m);
  await fs.writeFile(path.join(directory, 'criterion/work/real/main/sample.json'), '{');
  const sound = await gateOf(places.base, ['steady']);
  t.is(sound.status, 0, sound.stderr);
  t.regex((await gateOf(places.base)).stderr, /^error: \S+sample\.json is truncated or not JSON: /m);
});

const REFUSED: [args: string[], message: RegExp][] = [
  [['--head', '.'], /--base is missing: give a checkout’s directory or a baseline, such as \.\.\/main or main/],
  [
    ['--base', 'nowhere', '--head', '.'],
    /--base is nowhere, which is neither a directory nor a baseline: give a checkout’s directory, or save a baseline first/,
  ],
  [['--base', '.', '--head', '.', '--rounds', '1'], /--rounds is 1: give a whole number from 2 to 1,000/],
  [['--base', '.', '--head', '.', '--max-rounds', '2.5'], /--max-rounds is 2\.5: give a whole number from 6/],
  [['--base', '.', '--head', '.', '--threshold', '-1'], /--threshold is -1: give a number from 0 up to 10/],
  [
    ['--base', '.', '--head', '.', '--allow-different', 'moon'],
    /--allow-different is moon: choose from machine, node, wasmtime, settings, or give all/,
  ],
  [['--base', '.', '--head', '.', '--sample-size', '1'], /--sample-size is 1: give a whole number from 2/],
  [['--base', '.', '--head', '.', '['], /^error: '\[' is not a regular expression: /],
  [
    ['--base', '.', '--head', '.', '--pin', '999'],
    process.platform === 'linux'
      ? /^error: --pin is 999: give one of the processors \d+(?:[-,]\d+)*$/m
      : /--pin is 999: only Linux can bind processes to a processor/,
  ],
  [['--base', '.', '--head', '.', '--frobnicate'], /unknown option --frobnicate: see bench gate --help/],
];

for (const [args, message] of REFUSED) {
  test.serial(`gate '${args.join(' ')}' is rejected with a fix, and status 2`, async (t) => {
    const { run } = await workspace(t, {});
    const { status, stderr } = await run(['bench', 'gate', ...args]);
    t.is(status, 2);
    t.regex(stderr, message);
  });
}

test.serial('the benchmarks of a file that only the head has are new and named', async (t) => {
  const places = await checkouts(t, {}, {});
  await fs.copyFile(path.join(places.head, 'work.bench.js'), path.join(places.head, 'new.bench.js'));
  const text = await fs.readFile(path.join(places.head, 'new.bench.js'), 'utf8');
  await fs.writeFile(path.join(places.head, 'new.bench.js'), text.replaceAll(`'work'`, `'new'`));
  const { run } = await workspace(t, {});
  const sides = ['--base', places.base, '--head', places.head];
  const { status, stdout, stderr } = await run(
    ['bench', 'gate', ...sides, 'work.bench.js', 'new.bench.js', 'steady', ...SHORT],
    { env: process.env },
  );
  t.is(status, 0, stderr);
  t.regex(stdout, /only the head has: new\/steady$/m);
  const first = await run(['bench', 'gate', ...sides, 'new.bench.js', ...SHORT], { env: process.env });
  t.is(first.status, 0, first.stderr);
  t.regex(first.stdout, /only the head has: new\/steady, new\/real$/m);
  t.regex(first.stdout, /\nNothing to compare: the base has no benchmarks yet\.\n$/);
  const nothing = await run(['bench', 'gate', ...sides, 'none.bench.js', ...SHORT], { env: process.env });
  t.is(nothing.status, 2);
  t.regex(
    nothing.stderr,
    /^error: there is no file none\.bench\.js in \S+base or \S+head: name a suite file of one of them$/m,
  );
  const other = await run(['bench', 'gate', ...sides, 'work.bench.js', 'steady', 'zzz', ...SHORT], {
    env: process.env,
  });
  t.is(other.status, 2);
  t.regex(other.stderr, /^error: no benchmark of either side matches 'zzz': run bench --list in each$/m);
  const exact = await run(['bench', 'gate', ...sides, 'work.bench.js', 'work/stead', '--exact', ...SHORT]);
  t.is(exact.status, 2);
  t.regex(exact.stderr, /^error: no benchmark of either side has the id 'work\/stead': /m);
});
