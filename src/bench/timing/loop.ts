// Measured loop: the code inside the measured time.
//
// Each batch gets a loop that is compiled for it alone. A shared loop would collect the type feedback of every earlier
// benchmark, and V8 would inline its call of the measured function for the first benchmark but not for later ones: the
// order of the benchmarks would affect their times.
//
// Results are kept so V8 cannot eliminate the call as dead code. Numbers go to a Float64Array to avoid boxing; all
// other results go to a local variable, because a store into an object would trigger the garbage collector's write
// barrier each time. Neither allocates.
import { compileFunction } from 'node:vm';

/** Input of the measured function: none, one shared by all iterations, or a separate (`own`) one for each. */
export type LoopInput = 'none' | 'shared' | 'own';

/** Shape of a loop. */
export interface LoopForm {
  /** Input of the measured function. */
  readonly input: LoopInput;
  /** Whether every output is kept, for `teardown`. */
  readonly keepsOutputs: boolean;
}

/** Inputs and outputs of a loop. */
export interface LoopStore {
  /** One input per iteration, or a single shared one. */
  readonly inputs: unknown[];
  /** One output per iteration, if they are kept. */
  readonly outputs: unknown[];
  /** The last numeric output. */
  readonly numbers: Float64Array;
  /** The last output that was not a number. */
  other: unknown;
}

/** Calls `fn` `iterations` times and returns the time elapsed on `clock`. */
export type Loop<Elapsed> = (
  fn: (input: never) => unknown,
  iterations: number,
  store: LoopStore,
  clock: () => bigint,
) => Elapsed;

/** Compiles a synchronous loop. */
export function syncLoop(form: LoopForm): Loop<bigint> {
  return compile('', '', form) as Loop<bigint>;
}

/** Compiles a loop that awaits each result before the next call. */
export function asyncLoop(form: LoopForm): Loop<Promise<bigint>> {
  return compile('async', 'await', form) as Loop<Promise<bigint>>;
}

/** Creates an empty store. */
export function loopStore(): LoopStore {
  return { inputs: [], outputs: [], numbers: new Float64Array(1), other: undefined };
}

const ARGUMENT: Readonly<Record<LoopInput, string>> = { none: '', shared: 'input', own: 'inputs[i]' };
const KEEP_ALL = 'outputs[i] = output';
const KEEP_LAST = "if (typeof output === 'number') numbers[0] = output; else other = output";

let compiled = 0;

function compile(modifier: '' | 'async', operator: '' | 'await', { input, keepsOutputs }: LoopForm): unknown {
  // V8 shares one function and its type feedback between equal sources: the number makes each source unique.
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
