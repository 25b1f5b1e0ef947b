// Tests of untimed runs.
import test from 'ava';

import type { Routine, SetupContext } from '../../../src/bench/suite/definition.js';
import { BenchError } from '../../../src/bench/errors.js';
import { type UntimedRun, runForSeconds, runOnce } from '../../../src/bench/sampling/untimed.js';
import { runUntimed } from '../../../src/bench/run-benchmarks.js';
import { benchmark, fakeMachine } from '../fake.js';

test('runOnce runs one iteration of each benchmark and disposes of it', async (t) => {
  const machine = fakeMachine();
  const disposed: string[] = [];
  const routines = ['a', 'b'].map((name) =>
    Object.assign(machine.routine(5), { dispose: () => void disposed.push(name) }),
  );
  const benchmarks = routines.map((routine, i) => benchmark({ function: `f${i}`, setup: () => routine }));
  const outcome = await runUntimed(benchmarks, runOnce, { failFast: false });
  t.deepEqual(outcome, { failures: [], wasInterrupted: false });
  t.deepEqual(
    routines.map(({ runs }) => runs),
    [[1], [1]],
  );
  t.deepEqual(disposed, ['a', 'b']);
});

test('a benchmark that throws is a failure, and the others run unless failFast is set', async (t) => {
  const machine = fakeMachine();
  const broken: Routine = {
    run: () => {
      throw new Error('gone');
    },
  };
  const works = machine.routine(5);
  const benchmarks = [broken, works].map((routine, i) => benchmark({ function: `f${i}`, setup: () => routine }));
  const { failures } = await runUntimed(benchmarks, runOnce, { failFast: false });
  t.deepEqual(
    failures.map(({ id }) => id),
    ['fake/group/f0'],
  );
  t.deepEqual(works.runs, [1]);
  await runUntimed(benchmarks, runOnce, { failFast: true });
  t.deepEqual(works.runs, [1]);
});

test('runForSeconds runs growing batches until the time is over', async (t) => {
  const machine = fakeMachine();
  const routine = machine.routine(1e6);
  await runForSeconds(1, machine.clock)(routine, 'id');
  t.true(machine.clock() >= 1e9 && machine.clock() < 1.2e9, String(machine.clock()));
  t.deepEqual(routine.runs.slice(0, 4), [1, 2, 4, 8]);
});

test('an abort stops the run', async (t) => {
  const machine = fakeMachine();
  const error = await t.throwsAsync(runForSeconds(1, machine.clock)(machine.routine(1e6), 'id', AbortSignal.abort()), {
    instanceOf: BenchError,
  });
  t.is(error.code, 'INTERRUPTED');
});

test('an untimed run receives each routine with its id, set up for the profiler', async (t) => {
  const machine = fakeMachine();
  const contexts: (SetupContext | undefined)[] = [];
  const profiled = benchmark({
    function: 'profiled',
    setup: (context) => {
      contexts.push(context);
      return machine.routine(100);
    },
  });
  const ids: string[] = [];
  const untimed: UntimedRun = async (routine, id) => void ids.push(`${id}: ${await routine.run(1)}`);
  const sequence = { failFast: false };
  await runUntimed([profiled], untimed, sequence, { profiler: 'perfmap' });
  t.deepEqual(ids, ['fake/group/profiled: 100']);
  t.deepEqual(contexts, [{ profiler: 'perfmap' }]);
});
