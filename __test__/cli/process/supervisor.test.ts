import test from 'ava';

import { benchProcess, suiteOf } from '../process.js';

const WORKS = '() => sync(() => Math.random())';

/** What the run says on standard error, without the machine's notes. */
function complaints(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line !== '' && !line.startsWith('note: ') && !/^\[\d/.test(line));
}

for (const [how, ...args] of [['measured'], ['tested', '--test'], ['profiled', '--profile-time', '0.1']] as const) {
  test.serial(`a benchmark that ends the process is named, and the status is 1, ${how}`, async (t) => {
    const suite = suiteOf({ a: WORKS, b: '() => sync(() => process.exit(0))', c: WORKS });
    const { status, stderr } = await benchProcess(t, suite, ...args);
    t.is(status, 1);
    t.deepEqual(complaints(stderr), ['error: benchmark x/b ended the process: leave process.exit to the command']);
  });

  test.serial(`a benchmark that never finishes fails, and the next goes on, ${how}`, async (t) => {
    const suite = suiteOf({ b: '() => async(() => new Promise(() => {}))', c: WORKS });
    const { status, stdout, stderr } = await benchProcess(t, suite, ...args);
    t.is(status, 1);
    t.is(complaints(stderr).length, 1, stderr);
    t.regex(stderr, /^error: benchmark x\/b failed: never finished: .*$/m);
    t.regex(stdout, args.length === 0 ? /^x\/c +time:/m : /^1 of 2 benchmarks work$/m);
  });

  test.serial(
    `a rejection that nobody handles fails the benchmark under way, and the next goes on, ${how}`,
    async (t) => {
      const suite = suiteOf({ b: "() => sync(() => (Promise.reject(new Error('boom')), 1))", c: WORKS });
      const { status, stdout, stderr } = await benchProcess(t, suite, ...args);
      t.is(status, 1);
      t.deepEqual(complaints(stderr), ['error: benchmark x/b failed: boom']);
      t.regex(stdout, args.length === 0 ? /^x\/c +time:/m : /^1 of 2 benchmarks work$/m);
    },
  );
}

test.serial('a suite file that ends the process is named', async (t) => {
  const { status, stderr } = await benchProcess(t, 'process.exit(0);');
  t.is(status, 1);
  t.regex(stderr, /^error: .*x\.bench\.js ended the process: leave process\.exit to the command$/m);
});

test.serial('a suite file that never finishes is refused', async (t) => {
  const { status, stderr } = await benchProcess(t, 'await new Promise(() => {}); export default {};', '--list');
  t.is(status, 1);
  t.regex(stderr, /^error: .*x\.bench\.js cannot be imported: never finished: .*\n$/);
});

test.serial('with --verbose, an error while a suite loads has the stack of its cause, and all lines', async (t) => {
  const { status, stderr } = await benchProcess(t, "\nthrow new Error('one\\ntwo');", '--list', '--verbose');
  t.is(status, 1);
  t.regex(
    stderr,
    /cannot be imported: one \(.*x\.bench\.js:2\)\n {4}at [^]*\n {2}caused by: Error: one\n {2}two\n {4}at .*x\.bench\.js:2/,
  );
});

test.serial('a benchmark whose suite stops the timers fails', async (t) => {
  const { status, stderr } = await benchProcess(t, suiteOf({ a: WORKS }, 'globalThis.setTimeout = () => 0;'));
  t.is(status, 1);
  t.regex(stderr, /^error: benchmark x\/a failed: never finished: .* leave timers as Node has them$/m);
});

test.serial('a suite that stops the clocks is measured all the same', async (t) => {
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

test.serial('what a suite left open does not keep the process alive, and a note says so', async (t) => {
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
    t.regex(ended.stderr, /^note: a suite left something open \(Timeout\), which is ended with the process: /m);
  }
  const tidy = suiteOf({ a: WORKS });
  t.notRegex((await benchProcess(t, tidy, '--test')).stderr, /left something open/);
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

test.serial('an error thrown later, by a timer, fails the benchmark under way', async (t) => {
  const thrower = "() => { setTimeout(() => { throw new TypeError('later'); }, 0); return sync(() => Math.random()); }";
  const { status, stdout, stderr } = await benchProcess(t, suiteOf({ b: thrower, c: WORKS }));
  t.is(status, 1);
  t.deepEqual(complaints(stderr), ['error: benchmark x/b failed: later']);
  t.regex(stdout, /^x\/c +time:/m);
});

test.serial('what waits for ever because of an error elsewhere fails by that error', async (t) => {
  const waits = "() => async(() => new Promise(() => { setTimeout(() => { throw new Error('lost'); }, 0); }))";
  const { status, stderr } = await benchProcess(t, suiteOf({ b: waits }), '--test');
  t.is(status, 1);
  t.deepEqual(complaints(stderr), ['error: benchmark x/b failed: lost']);
});
