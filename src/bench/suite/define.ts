// How does what people write become a suite?
import { refuse, shown } from './validate.js';
import { type Batch, type BenchmarkDefinition, benchmarkId, type Suite, type Target } from './definition.js';
import { checkBenchmarkFields, checkDerivedFields, checkSuiteFields } from './fields.js';
import { checkIds } from './check-suites.js';

/** A benchmark as it is written: what is left out has a default. */
export interface BenchmarkOptions extends Partial<
  Omit<BenchmarkDefinition, 'function' | 'setup' | 'value' | 'target'>
> {
  /** The name of what is measured: the id's last part, or the one before `value`. */
  readonly function: string;
  /** The parameter, where one function is measured at several. */
  readonly value?: string | number;
  /** A bound on the benchmark's typical time. */
  readonly target?: Omit<Target, 'kind'> & Partial<Target>;
  /** Prepares the measurement, and returns the code to measure. Not timed. */
  readonly setup: BenchmarkDefinition['setup'];
}

/** A suite as it is written: what is left out has a default. */
export interface SuiteOptions extends Partial<Omit<Suite, 'category' | 'benchmarks'>> {
  /** The first path component of every benchmark's group. */
  readonly category: string;
  /** At least one. */
  readonly benchmarks: readonly BenchmarkOptions[];
}

/**
 * Checks `options` and completes them: a benchmark's group is the category, its description its id, its side `node`, and the
 * suite is run by default, unless they say otherwise. A suite that is complete comes back as it was.
 *
 * @param options - The suite as it is written.
 * @returns The suite, with all that was left out.
 * @throws BenchError with `BAD_DEFINITION` naming the benchmark, the field, its value and the fix.
 */
export function defineSuite(options: SuiteOptions): Suite {
  checkSuiteFields(options);
  const { category, isDefault = true, benchmarks, derived, versions } = options;
  for (const [index, row] of (derived ?? []).entries()) {
    checkDerivedFields(nameOf('derived row', row?.id, index, category), row);
  }
  const suite = {
    category,
    isDefault,
    // A gap in the list is one that is undefined, and refused.
    benchmarks: Array.from(benchmarks, (benchmark, index) => complete(benchmark, index, category)),
    ...(derived !== undefined && { derived }),
    ...(versions !== undefined && { versions }),
  };
  checkIds([suite]);
  return suite;
}

/**
 * One benchmark for each of `parameters`: its `value` is the parameter, or its name where they have names.
 *
 * @param parameters - A list of numbers or texts, or any values by name, such as `{ small: 10, large: 1000 }`.
 * @param define - Makes the benchmark of one parameter; all its fields may depend on it.
 * @returns The benchmarks, in order, for a suite's `benchmarks`.
 * @throws BenchError with `BAD_DEFINITION` for a parameter that needs a name.
 */
export function parameterized<Parameter extends string | number>(
  parameters: readonly Parameter[],
  define: (parameter: Parameter) => BenchmarkOptions,
): BenchmarkOptions[];
export function parameterized<Parameter>(
  parameters: Readonly<Record<string, Parameter>>,
  define: (parameter: Parameter) => BenchmarkOptions,
): BenchmarkOptions[];
export function parameterized(
  parameters: readonly unknown[] | Readonly<Record<string, unknown>>,
  define: (parameter: never) => BenchmarkOptions,
): BenchmarkOptions[] {
  const named = Array.isArray(parameters) ? parameters.map(namedByItself) : Object.entries(parameters);
  return named.map(([value, parameter]) => Object.assign({ value }, define(parameter as never)));
}

function namedByItself(parameter: unknown): [value: string, parameter: unknown] {
  if (typeof parameter === 'string' || typeof parameter === 'number') return [String(parameter), parameter];
  refuse(
    `a parameter is ${shown(parameter)}: give numbers or texts, or names for other values, as in { small: value }`,
  );
}

function complete(benchmark: BenchmarkOptions, index: number, category: string): BenchmarkDefinition {
  checkBenchmarkFields(nameOf('benchmark', benchmark?.function, index, category), benchmark);
  const { group = category, value, description, side = 'node', target, ...rest } = benchmark;
  const names = { group, function: benchmark.function, ...(value !== undefined && { value: String(value) }) };
  const id = benchmarkId(names);
  return {
    ...rest,
    ...names,
    description: description ?? id,
    side,
    ...(target !== undefined && { target: { kind: 'below', ...target } }),
    setup: (...args) => batchFrom(benchmark.setup(...args)),
  };
}

function nameOf(kind: string, name: unknown, index: number, category: string): string {
  return typeof name === 'string' && name !== ''
    ? `${kind} '${name}' of suite '${category}'`
    : `${kind} ${index + 1} of suite '${category}'`;
}

/** What a setup returned, if that is a batch. The run says whose setup it was. */
async function batchFrom(returned: Batch | Promise<Batch>): Promise<Batch> {
  const batch: unknown = await returned;
  if (typeof (batch as Partial<Batch> | undefined)?.run === 'function') return batch as Batch;
  const fix =
    typeof batch === 'function'
      ? 'wrap it, as in sync(() => work()), or in async where it returns a promise'
      : 'return a batch, such as sync(() => work())';
  refuse(`setup returned ${shown(batch)}: ${fix}`);
}
