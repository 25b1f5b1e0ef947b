// Tests of the semaphore: bound and order of tasks, whether they fail or not.
import test from 'ava';
import { Semaphore } from '../../src/runtime/semaphore.js';

/** A task that ends when told to. */
function task(): {
  run: () => Promise<string>;
  end: (text: string) => void;
  fail: (error: Error) => void;
  readonly began: boolean;
} {
  let began = false;
  const { promise, resolve, reject } = withResolvers<string>();
  return {
    run: () => {
      began = true;
      return promise;
    },
    end: resolve,
    fail: reject,
    get began() {
      return began;
    },
  };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  let [resolve, reject]: [(value: T) => void, (error: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('no more tasks run at once than the semaphore permits, the others in order', async (t) => {
  const semaphore = new Semaphore(2);
  const tasks = Array.from({ length: 5 }, task);
  const results = tasks.map(({ run }) => semaphore.run(run));
  const began = (): readonly boolean[] => tasks.map((each) => each.began);
  t.deepEqual(began(), [true, true, false, false, false]);
  tasks[1]?.end('b');
  await settle();
  t.deepEqual(began(), [true, true, true, false, false]);
  tasks[0]?.end('a');
  tasks[2]?.end('c');
  await settle();
  t.deepEqual(began(), [true, true, true, true, true]);
  tasks[3]?.end('d');
  tasks[4]?.end('e');
  t.deepEqual(await Promise.all(results), ['a', 'b', 'c', 'd', 'e']);
});

test('a task that fails makes room', async (t) => {
  const semaphore = new Semaphore(1);
  const [failing, waiting] = [task(), task()];
  const [first, second] = [semaphore.run(failing.run), semaphore.run(waiting.run)];
  failing.fail(new Error('mine'));
  await t.throwsAsync(first, { message: 'mine' });
  await settle();
  t.true(waiting.began);
  waiting.end('done');
  t.is(await second, 'done');
});

test('a task that throws at once makes room', async (t) => {
  const semaphore = new Semaphore(1);
  await t.throwsAsync(
    () =>
      semaphore.run(() => {
        throw new Error('at once');
      }),
    { message: 'at once' },
  );
  t.is(await semaphore.run(() => Promise.resolve('next')), 'next');
});

test('a hundred tasks through a narrow semaphore all end', async (t) => {
  const semaphore = new Semaphore(3);
  let [running, most] = [0, 0];
  const work = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await settle();
    running -= 1;
  };
  await Promise.all(Array.from({ length: 100 }, () => semaphore.run(work)));
  t.deepEqual([running, most], [0, 3]);
});
