// Definition of suites: validates options and completes them with defaults.
import { rejectDefinition, inspectShort } from './validate.js';
import { type Routine, type BenchmarkDefinition, benchmarkId, type Suite, type Target } from './definition.js';
import { validateBenchmarkFields, validateDerivedFields, validateSuiteFields } from './validate-fields.js';
import { validateIds } from './validate-suites.js';

/** Options of a benchmark; omitted ones have defaults. */
export interface BenchmarkOptions extends Partial<
  Omit<BenchmarkDefinition, 'function' | 'setup' | 'value' | 'target'>
> {
  /** Name of the measured function: the last part of the id, or the one before `value`. */
  readonly function: string;
  /** The parameter, if the function is measured at several. */
  readonly value?: string | number;
  /** A bound on the benchmark's typical time. */
  readonly target?: Omit<Target, 'kind'> & Partial<Target>;
  /** Prepares the measurement and returns the routine to measure. Not timed. */
  readonly setup: BenchmarkDefinition['setup'];
}

/** Options of a suite; omitted ones have defaults. */
export interface SuiteOptions extends Partial<Omit<Suite, 'category' | 'benchmarks'>> {
  /** First path component of every benchmark's group. */
  readonly category: string;
  /** The suite's benchmarks, at least one. */
  readonly benchmarks: readonly BenchmarkOptions[];
}

/**
 * Validates `options` and completes them. Defaults: a benchmark's group is the category, its description is its id, its
 * side is `node`, and the suite runs by default. A complete suite is returned unchanged.
 *
 * @param options - The suite's options.
 * @returns The complete suite.
 * @throws BenchError with `BAD_DEFINITION` naming the benchmark, the field, its value and the fix.
 */
export function defineSuite(options: SuiteOptions): Suite {
  validateSuiteFields(options);
  const { category, isDefault = true, benchmarks, derived, versions } = options;
  for (const [index, row] of (derived ?? []).entries()) {
    validateDerivedFields(displayName('derived row', row?.id, index, category), row);
  }
  const suite = {
    category,
    isDefault,
    // `Array.from` turns a gap in the list into `undefined`, which is rejected.
    benchmarks: Array.from(benchmarks, (benchmark, index) => complete(benchmark, index, category)),
    ...(derived !== undefined && { derived }),
    ...(versions !== undefined && { versions }),
  };
  validateIds([suite]);
  return suite;
}

/**
 * Creates one benchmark for each of `parameters`. Its `value` is the parameter, or the parameter's name if they have
 * names.
 *
 * @param parameters - A list of numbers or strings, or any values by name, such as `{ small: 10, large: 1000 }`.
 * @param define - Returns the benchmark for one parameter; all of its fields may depend on it.
 * @returns The benchmarks, in order, for a suite's `benchmarks`.
 * @throws BenchError with `BAD_DEFINITION` if a parameter in a list is neither a number nor a string.
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
  const named = Array.isArray(parameters) ? parameters.map(nameParameter) : Object.entries(parameters);
  return named.map(([value, parameter]) => Object.assign({ value }, define(parameter as never)));
}

function nameParameter(parameter: unknown): [value: string, parameter: unknown] {
  if (typeof parameter === 'string' || typeof parameter === 'number') return [String(parameter), parameter];
  rejectDefinition(
    `a parameter is ${inspectShort(parameter)}: give numbers or strings, or name other values, as in { small: value }`,
  );
}

function complete(benchmark: BenchmarkOptions, index: number, category: string): BenchmarkDefinition {
  validateBenchmarkFields(displayName('benchmark', benchmark?.function, index, category), benchmark);
  const { group = category, value, description, side = 'node', target, ...rest } = benchmark;
  const names = { group, function: benchmark.function, ...(value !== undefined && { value: String(value) }) };
  const id = benchmarkId(names);
  return {
    ...rest,
    ...names,
    description: description ?? id,
    side,
    ...(target !== undefined && { target: { kind: 'below', ...target } }),
    setup: (...args) => routineFrom(benchmark.setup(...args)),
  };
}

function displayName(kind: string, name: unknown, index: number, category: string): string {
  return typeof name === 'string' && name !== ''
    ? `${kind} '${name}' of suite '${category}'`
    : `${kind} ${index + 1} of suite '${category}'`;
}

/** Returns the result of a setup, if it is a routine. The run adds the benchmark's name to the error. */
async function routineFrom(returned: Routine | Promise<Routine>): Promise<Routine> {
  const routine: unknown = await returned;
  if (typeof (routine as Partial<Routine> | undefined)?.run === 'function') return routine as Routine;
  const fix =
    typeof routine === 'function'
      ? 'wrap it in sync, as in sync(() => work()), or in async if it returns a promise'
      : 'return a routine, such as sync(() => work())';
  rejectDefinition(`setup returned ${inspectShort(routine)}: ${fix}`);
}
