// Tests of the rounds, on a fake machine.
import test from 'ava';

import type { FailedSide } from '../../src/gate/process/runner.js';
import { type RoundsOptions, runRounds } from '../../src/gate/rounds.js';
import { type FakeBenchmark, fakeMachine, type FakeNoise } from './fake.js';

const OPTIONS: RoundsOptions = {
  sampling: { warmUpNs: 1e6, measurementNs: 2e8, sampleSize: 20 },
  rounds: 5,
  maxRounds: 10,
  threshold: 0.01,
  significanceLevel: 0.05,
  confidenceLevel: 0.95,
  targetDetectable: 0.05,
  seed: 1,
};
const NOISE: FakeNoise = { process: 0.015, batch: 0.03, drift: 0.5 };
const QUIET: FakeNoise = { process: 0.001, batch: 0.001, drift: 0 };

const suite = (count: number, more: (i: number) => Partial<FakeBenchmark> = () => ({})): FakeBenchmark[] =>
  Array.from({ length: count }, (_, i) => ({ id: `group/b${i}`, ns: 10 ** (1 + (i % 6)), ...more(i) }));
const ids = (benchmarks: readonly FakeBenchmark[]) => benchmarks.map(({ id }) => id);
const regressed = (verdicts: readonly { id: string; time: string }[]) =>
  verdicts.filter(({ time }) => time === 'regressed').map(({ id }) => id);

test('identical code on a machine that drifts by half its speed raises no alarm in 40 suites of 20', async (t) => {
  const benchmarks = suite(20);
  for (let seed = 1; seed <= 40; seed++) {
    const { verdicts } = await runRounds(ids(benchmarks), fakeMachine(benchmarks, NOISE, seed).start, {
      ...OPTIONS,
      seed,
    });
    t.is(verdicts.length, 20);
    t.deepEqual(regressed(verdicts), [], `seed ${seed}`);
  }
});

test('10 % more time of one benchmark in twenty is found every time, and nothing else is', async (t) => {
  const benchmarks = suite(20, (i) => (i === 7 ? { factor: 1.1 } : {}));
  for (let seed = 1; seed <= 20; seed++) {
    const { verdicts } = await runRounds(ids(benchmarks), fakeMachine(benchmarks, NOISE, seed).start, {
      ...OPTIONS,
      seed,
    });
    t.deepEqual(regressed(verdicts), ['group/b7'], `seed ${seed}`);
  }
});

test('10 % less time is an improvement, and its interval contains the true change', async (t) => {
  const benchmarks = suite(3, (i) => (i === 1 ? { factor: 0.9 } : {}));
  const { verdicts } = await runRounds(ids(benchmarks), fakeMachine(benchmarks, QUIET, 3).start, OPTIONS);
  t.deepEqual(
    verdicts.map(({ time }) => time),
    ['unchanged', 'improved', 'unchanged'],
  );
  const interval = verdicts[1]?.interval;
  t.true((interval?.lower ?? 0) < -0.1 && (interval?.upper ?? -1) > -0.1, JSON.stringify(interval));
});

test('a slow-down below the threshold is tolerated, and one above it is not', async (t) => {
  const benchmarks = suite(2, (i) => ({ factor: i === 0 ? 1.04 : 1.06 }));
  const machine = fakeMachine(benchmarks, QUIET, 5);
  const { verdicts } = await runRounds(ids(benchmarks), machine.start, { ...OPTIONS, threshold: 0.05 });
  t.deepEqual(regressed(verdicts), ['group/b1']);
});

test('every round has three fresh processes and a new order, and all processes are closed', async (t) => {
  const benchmarks = suite(4);
  const machine = fakeMachine(benchmarks, QUIET, 1);
  await runRounds(ids(benchmarks), machine.start, OPTIONS);
  t.is(machine.alive(), 0);
  const closed = machine.log.filter((line) => line.endsWith(' close')).map((line) => line.split(' ')[0]);
  t.is(new Set(closed).size, 15);
  const orders = [1, 4, 7].map((first) =>
    machine.log.filter((line) => line.startsWith(`base#${first} prepare`)).map((line) => line.split(' ').at(-1)),
  );
  t.is(new Set(orders.map(String)).size, 3, 'the orders of the first three rounds differ');
  t.deepEqual(orders[0]?.toSorted(), ids(benchmarks));
});

test('batches of the three processes are interleaved in changing order', async (t) => {
  const benchmarks = suite(1);
  const machine = fakeMachine(benchmarks, QUIET, 1);
  await runRounds(ids(benchmarks), machine.start, { ...OPTIONS, rounds: 2, maxRounds: 2 });
  const runs = machine.log.filter((line) => line.endsWith(' run')).map((line) => line.split('#')[1]?.[0]);
  const triples = Array.from({ length: 20 }, (_, i) => runs.slice(3 * i, 3 * i + 3).join(''));
  for (const triple of triples) t.deepEqual(triple.split('').toSorted(), ['1', '2', '3']);
  t.true(new Set(triples).size > 2);
});

test('only benchmarks with a wide spread get more rounds', async (t) => {
  const benchmarks = suite(6);
  const noisy = fakeMachine(benchmarks, { process: 0.08, batch: 0.01, drift: 0 }, 2);
  const { verdicts } = await runRounds(ids(benchmarks), noisy.start, OPTIONS);
  t.true(verdicts.some(({ rounds }) => rounds === 10));
  const quiet = await runRounds(ids(benchmarks), fakeMachine(benchmarks, QUIET, 2).start, OPTIONS);
  t.true(quiet.verdicts.every(({ rounds }) => rounds === 5));
});

test('a benchmark that throws on one side is a failure of that side, and the others are measured', async (t) => {
  const benchmarks = suite(3, (i) => (i === 1 ? { throwsOn: 'head' } : {}));
  const machine = fakeMachine(benchmarks, QUIET, 1);
  const { verdicts, failures } = await runRounds(ids(benchmarks), machine.start, OPTIONS);
  t.deepEqual(failures, [{ id: 'group/b1', side: 'head', message: 'the guest is gone' }]);
  t.deepEqual(
    verdicts.map(({ id }) => id),
    ['group/b0', 'group/b2'],
  );
  t.is(machine.alive(), 0);
});

test('a process that ends fails its benchmark and no other', async (t) => {
  const benchmarks = suite(3, (i) => (i === 2 ? { endsOn: 'base' } : {}));
  const machine = fakeMachine(benchmarks, QUIET, 1);
  const { verdicts, failures } = await runRounds(ids(benchmarks), machine.start, OPTIONS);
  t.deepEqual(failures, [{ id: 'group/b2', side: 'base', message: 'the process was ended by SIGSEGV' }]);
  t.is(verdicts.length, 2);
  t.is(machine.alive(), 0);
});

const BROKEN: [what: string, how: (side: FailedSide) => Partial<FakeBenchmark>, message: string][] = [
  ['ends its process in setup', (endsOn) => ({ endsOn }), 'the process was ended by SIGSEGV'],
  ['throws in a batch', (throwsOn) => ({ throwsOn }), 'the guest is gone'],
  ['throws when it is finished', (finishesNotOn) => ({ finishesNotOn }), 'nothing counted'],
];

for (const [what, how, message] of BROKEN) {
  test(`a benchmark that ${what} on both sides is a failure of both, in every order`, async (t) => {
    for (const side of ['base', 'head', 'both'] as const) {
      const benchmarks = suite(2, (i) => (i === 1 ? how(side) : {}));
      for (let seed = 1; seed <= 12; seed++) {
        const machine = fakeMachine(benchmarks, QUIET, seed);
        const { failures } = await runRounds(ids(benchmarks), machine.start, { ...OPTIONS, rounds: 2, seed });
        t.deepEqual(failures, [{ id: 'group/b1', side, message }], `seed ${seed}`);
        t.is(machine.alive(), 0);
      }
    }
  });
}

test('different failures on both sides are a failure of both, with both messages', async (t) => {
  const benchmarks = suite(1, () => ({ endsOn: 'head', finishesNotOn: 'base' }));
  const { failures } = await runRounds(ids(benchmarks), fakeMachine(benchmarks, QUIET, 1).start, OPTIONS);
  const message = 'nothing counted; on the head: the process was ended by SIGSEGV';
  t.deepEqual(failures, [{ id: 'group/b0', side: 'both', message }]);
});

test('one more unit of fuel is a regression, at any time', async (t) => {
  const metrics = { base: { fuelPerIteration: 1204n }, head: { fuelPerIteration: 1205n } };
  const benchmarks = suite(2, (i) => (i === 0 ? { metrics } : {}));
  const { verdicts } = await runRounds(ids(benchmarks), fakeMachine(benchmarks, NOISE, 1).start, OPTIONS);
  t.deepEqual(verdicts[0]?.exact, [{ name: 'fuelPerIteration', base: 1204n, head: 1205n, verdict: 'regressed' }]);
  t.deepEqual(verdicts[1]?.exact, []);
});

test('an interruption stops the rounds and closes the processes', async (t) => {
  const benchmarks = suite(4);
  const machine = fakeMachine(benchmarks, QUIET, 1);
  const controller = new AbortController();
  const observer = { onRound: (_: string, round: number) => void (round === 2 && controller.abort()) };
  const result = await runRounds(ids(benchmarks), machine.start, { ...OPTIONS, signal: controller.signal }, observer);
  t.true(result.wasInterrupted);
  t.is(machine.alive(), 0);
});
