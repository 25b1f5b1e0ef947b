// What runs inside of the measured time?
//
// Each batch gets a loop compiled for it alone. One shared loop would collect the type feedback of every benchmark
// that ran before, and its call of the measured function would be inlined for the first and not for the others: the
// order of the benchmarks would show in their times.
//
// Every result is kept, or the optimizer would leave out what nobody reads. Numbers go to a typed array, because a number that
// is kept anywhere else is allocated first; all else goes to a local variable, because the store into an object
// would tell the garbage collector of it each time. Neither allocates.
import { compileFunction } from 'node:vm';

/** How the measured function gets its input: none, the same for all iterations, or each iteration its own. */
export type InputKind = 'none' | 'shared' | 'own';

/** What a loop is made of. */
export interface LoopForm {
  readonly input: InputKind;
  /** Whether all outputs are kept, for whoever cleans up after them. */
  readonly keepsOutputs: boolean;
}

/** What a loop reads and writes beside the function that it measures. */
export interface LoopStore {
  /** By iteration, or one for all. */
  readonly inputs: unknown[];
  /** By iteration, where they are kept. */
  readonly outputs: unknown[];
  /** The last output that was a number. */
  readonly numbers: Float64Array;
  /** The last output that was no number. */
  other: unknown;
}

/** Calls `fn` so many times, and returns how far `clock` went on meanwhile. */
export type Loop<Elapsed> = (
  fn: (input: never) => unknown,
  iterations: number,
  store: LoopStore,
  clock: () => bigint,
) => Elapsed;

/** A loop that calls one after another. */
export function syncLoop(form: LoopForm): Loop<bigint> {
  return compile('', '', form) as Loop<bigint>;
}

/** A loop that awaits what each call returns before the next. */
export function asyncLoop(form: LoopForm): Loop<Promise<bigint>> {
  return compile('async', 'await', form) as Loop<Promise<bigint>>;
}

/** An empty store. */
export function loopStore(): LoopStore {
  return { inputs: [], outputs: [], numbers: new Float64Array(1), other: undefined };
}

const ARGUMENT: Readonly<Record<InputKind, string>> = { none: '', shared: 'input', own: 'inputs[i]' };
const KEEP_ALL = 'outputs[i] = output';
const KEEP_LAST = "if (typeof output === 'number') numbers[0] = output; else other = output";

let compiled = 0;

function compile(modifier: '' | 'async', operator: '' | 'await', { input, keepsOutputs }: LoopForm): unknown {
  // V8 gives equal sources one function with one set of feedback: the number keeps them apart.
  const source = `return ${modifier} function loop${compiled++}(fn, iterations, store, clock) {
    const { inputs, outputs, numbers } = store;
    const input = inputs[0];
    let other;
    const start = clock();
    for (let i = 0; i < iterations; i++) {
      const output = ${operator} fn(${ARGUMENT[input]});
      ${keepsOutputs ? KEEP_ALL : KEEP_LAST};
    }
    const elapsed = clock() - start;
    store.other = other;
    return elapsed;
  }`;
  return compileFunction(source)();
}
