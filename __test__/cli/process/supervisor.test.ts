// Tests of the process supervisor, with real processes.
import test from 'ava';

import { benchProcess, suiteOf } from '../process.js';

const WORKS = '() => sync(() => Math.random())';

/** The lines on standard error, without notes and progress. */
function errorLines(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line !== '' && !line.startsWith('note: ') && !/^\[\d/.test(line));
}

for (const [how, ...args] of [['measured'], ['tested', '--test'], ['profiled', '--profile-time', '0.1']] as const) {
  test.serial(`a benchmark that ends the process is named, with status 1, ${how}`, async (t) => {
    const suite = suiteOf({ a: WORKS, b: '() => sync(() => process.exit(0))', c: WORKS });
    const { status, stderr } = await benchProcess(t, suite, ...args);
    t.is(status, 1);
    t.deepEqual(errorLines(stderr), ['error: benchmark x/b ended the process: do not call process.exit in a suite']);
  });

  test.serial(`a benchmark that never finishes fails, and the next one runs, ${how}`, async (t) => {
    const suite = suiteOf({ b: '() => async(() => new Promise(() => {}))', c: WORKS });
    const { status, stdout, stderr } = await benchProcess(t, suite, ...args);
    t.is(status, 1);
    t.is(errorLines(stderr).length, 1, stderr);
    t.regex(stderr, /^error: benchmark x\/b failed: never finished: .*$/m);
    t.regex(stdout, args.length === 0 ? /^x\/c +time:/m : /^1 of 2 benchmarks work$/m);
  });

  test.serial(`an unhandled rejection fails the running benchmark, and the next one runs, ${how}`, async (t) => {
    const suite = suiteOf({ b: "() => sync(() => (Promise.reject(new Error('boom')), 1))", c: WORKS });
    const { status, stdout, stderr } = await benchProcess(t, suite, ...args);
    t.is(status, 1);
    t.deepEqual(errorLines(stderr), ['error: benchmark x/b failed: boom']);
    t.regex(stdout, args.length === 0 ? /^x\/c +time:/m : /^1 of 2 benchmarks work$/m);
  });
}

test.serial('a suite file that ends the process is named', async (t) => {
  const { status, stderr } = await benchProcess(t, 'process.exit(0);');
  t.is(status, 1);
  t.regex(stderr, /^error: .*x\.bench\.js ended the process: do not call process\.exit in a suite$/m);
});

test.serial('a suite file that never finishes is rejected', async (t) => {
  const { status, stderr } = await benchProcess(t, 'await new Promise(() => {}); export default {};', '--list');
  t.is(status, 1);
  t.regex(stderr, /^error: .*x\.bench\.js cannot be imported: never finished: .*\n$/);
});

test.serial(
  'with --verbose, an error while a suite loads is printed with all lines and the stack of its cause',
  async (t) => {
    const { status, stderr } = await benchProcess(t, "\nthrow new Error('one\\ntwo');", '--list', '--verbose');
    t.is(status, 1);
    t.regex(
      stderr,
      /cannot be imported: one \(.*x\.bench\.js:2\)\n {4}at [^]*\n {2}caused by: Error: one\n {2}two\n {4}at .*x\.bench\.js:2/,
    );
  },
);

test.serial('a benchmark whose suite disables the timers fails', async (t) => {
  const { status, stderr } = await benchProcess(t, suiteOf({ a: WORKS }, 'globalThis.setTimeout = () => 0;'));
  t.is(status, 1);
  t.regex(stderr, /^error: benchmark x\/a failed: never finished: .* do not replace timers$/m);
});

test.serial('a suite that freezes the clocks is still measured', async (t) => {
  const frozen = [
    'Date.now = () => 5; performance.now = () => 5;',
    'process.hrtime = Object.assign(() => [0, 5], { bigint: () => 5n });',
  ];
  for (const statement of frozen) {
    const { status, stdout, stderr } = await benchProcess(
      t,
      suiteOf({ a: WORKS, b: '() => async(() => 1)' }, statement),
    );
    t.is(status, 0, `${statement}\n${stderr}`);
    t.regex(stdout, /^x\/a +time:[^]*^x\/b +time:/m);
  }
});

test.serial('resources that a suite left open do not keep the process alive, and a note names them', async (t) => {
  const leak = '() => { setInterval(() => {}, 1000); return sync(() => Math.random()); }';
  for (const [args, status] of [
    [['--test'], 0],
    [['--list'], 0],
    [[], 1],
  ] as const) {
    const suite = suiteOf(
      status === 0 ? { leak } : { leak, b: '() => null' },
      args[0] === '--list' ? `(${leak})()` : '',
    );
    const ended = await benchProcess(t, suite, ...args);
    t.is(ended.status, status, ended.stderr);
    t.regex(ended.stderr, /^note: a suite left resources open \(Timeout\), which end with the process: /m);
  }
  const tidy = suiteOf({ a: WORKS });
  t.notRegex((await benchProcess(t, tidy, '--test')).stderr, /left resources open/);
});

test.serial('a setup and a disposal that never finish fail too', async (t) => {
  const stuck = '() => new Promise(() => {})';
  const suite = suiteOf({ a: stuck, b: `() => sync(() => 1, { dispose: ${stuck} })`, c: WORKS });
  const { status, stdout, stderr } = await benchProcess(t, suite, '--test');
  t.is(status, 1);
  t.regex(stderr, /x\/a failed: never finished/);
  t.regex(stderr, /x\/b failed: never finished/);
  t.regex(stdout, /^1 of 3 benchmarks work$/m);
});

test.serial('an error that a timer throws later fails the running benchmark', async (t) => {
  const thrower = "() => { setTimeout(() => { throw new TypeError('later'); }, 0); return sync(() => Math.random()); }";
  const { status, stdout, stderr } = await benchProcess(t, suiteOf({ b: thrower, c: WORKS }));
  t.is(status, 1);
  t.deepEqual(errorLines(stderr), ['error: benchmark x/b failed: later']);
  t.regex(stdout, /^x\/c +time:/m);
});

test.serial('a benchmark that hangs because of an error elsewhere fails with that error', async (t) => {
  const waits = "() => async(() => new Promise(() => { setTimeout(() => { throw new Error('lost'); }, 0); }))";
  const { status, stderr } = await benchProcess(t, suiteOf({ b: waits }), '--test');
  t.is(status, 1);
  t.deepEqual(errorLines(stderr), ['error: benchmark x/b failed: lost']);
});
