// Validation of the fields of suites, benchmarks and derived rows, for definitions that no compiler checked.
import { inspectShort, isObject, namesOf, rejectDefinition, rejectUnknownFields } from './validate.js';
import {
  type BenchmarkDefinition,
  type DerivedDefinition,
  type DerivedTarget,
  type SamplingModeChoice,
  type Suite,
  UNITS,
} from './definition.js';

/** Validates the fields of a suite, but not those of its benchmarks and derived rows. */
export function validateSuiteFields(suite: unknown): asserts suite is Pick<Suite, 'category' | 'derived'> & {
  readonly benchmarks: readonly unknown[];
} {
  requireObject('the suite', suite, '{ category, benchmarks }');
  const { category } = suite as { readonly category?: unknown };
  validateFields(isNonEmptyString(category) ? `suite '${category}'` : 'the suite', suite, SUITE);
}

/**
 * Validates the fields of a benchmark.
 *
 * @param name - Its name in messages.
 */
export function validateBenchmarkFields(name: string, benchmark: unknown): void {
  requireObject(name, benchmark, '{ function, setup }');
  validateFields(name, benchmark, BENCHMARK);
}

/** Validates the fields of a derived row. */
export function validateDerivedFields(name: string, row: unknown): void {
  requireObject(name, row, '{ id, description, unit, inputs, compute }');
  validateFields(name, row, DERIVED);
}

interface Field {
  readonly accepts: (value: unknown) => boolean;
  /** The fix, as an instruction. */
  readonly fix: string;
  readonly isOptional?: true;
}

const COMPARISONS: readonly unknown[] = namesOf<DerivedTarget['comparison']>({
  '<': true,
  '<=': true,
  '>=': true,
  '>': true,
});
const SIDES = namesOf<BenchmarkDefinition['side']>({ engine: true, node: true });
const MODES = namesOf<SamplingModeChoice>({ auto: true, linear: true, flat: true });
const STRING_FIX = 'give a non-empty string';
const STRINGS_FIX = "give an object of strings, such as { engine: '1.2.3' }";

const string = (fix = STRING_FIX): Field => ({ accepts: isNonEmptyString, fix });
const list = (fix: string): Field => ({ accepts: (value) => Array.isArray(value) && value.length > 0, fix });
const oneOf = (of: readonly unknown[]): Field => ({
  accepts: (value) => of.includes(value),
  fix: `choose from ${of.join(', ')}`,
});
const optional = (field: Field): Field => ({ ...field, isOptional: true });

const SUITE: Readonly<Record<keyof Suite, Field>> = {
  category: {
    accepts: (value) => isNonEmptyString(value) && !value.includes('/'),
    fix: "give the first part of every group, without '/', such as 'parse'",
  },
  isDefault: optional({ accepts: (value) => typeof value === 'boolean', fix: 'give true or false' }),
  benchmarks: list('give a list with at least one benchmark'),
  derived: optional({ accepts: Array.isArray, fix: 'give a list of derived rows' }),
  versions: optional({ accepts: isStringRecord, fix: STRINGS_FIX }),
};

const BENCHMARK: Readonly<Record<keyof BenchmarkDefinition, Field>> = {
  group: optional(string("give names separated by '/', such as 'parse/json'")),
  function: string("give the name of the measured function, such as 'small'"),
  value: optional({
    accepts: (value) => isNonEmptyString(value) || Number.isFinite(value),
    fix: 'give the parameter as a number or a non-empty string',
  }),
  description: optional(string()),
  side: optional(oneOf(SIDES)),
  settings: optional({ accepts: isStringRecord, fix: STRINGS_FIX }),
  throughput: optional({
    accepts: isThroughput,
    fix: 'give { bytes } or { elements } per iteration, a whole number of at least 1',
  }),
  target: optional({
    accepts: isTarget,
    fix: "give { ns }, a number above 0, and optionally { reference }, the requirement's text",
  }),
  samplingMode: optional(oneOf(MODES)),
  setup: { accepts: isFunction, fix: 'give a function that returns a routine, such as () => sync(() => work())' },
};

const DERIVED: Readonly<Record<keyof DerivedDefinition, Field>> = {
  id: string(),
  description: string(),
  unit: oneOf(UNITS),
  inputs: list('give the ids of the benchmarks that the row is computed from'),
  compute: { accepts: isFunction, fix: 'give a function that computes the value from the inputs' },
  target: optional({
    accepts: isDerivedTarget,
    fix: "give { comparison, value }, such as { comparison: '<', value: 2 }",
  }),
  reference: optional(string()),
};

function validateFields(name: string, given: object, fields: Readonly<Record<string, Field>>): void {
  rejectUnknownFields(name, given, Object.keys(fields));
  for (const [field, { accepts, fix, isOptional }] of Object.entries(fields)) {
    const value = (given as Readonly<Record<string, unknown>>)[field];
    if (value === undefined && isOptional) continue;
    if (!accepts(value)) rejectDefinition(`${name}: ${field} is ${inspectShort(value)}: ${fix}`);
  }
}

function requireObject(name: string, value: unknown, form: string): asserts value is object {
  if (!isObject(value)) rejectDefinition(`${name} is ${inspectShort(value)}: give ${form}`);
}

function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isStringRecord(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((item) => typeof item === 'string');
}

function isThroughput(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [[unit, amount] = [], ...more] = Object.entries(value);
  return (
    (unit === 'bytes' || unit === 'elements') && Number.isSafeInteger(amount) && Number(amount) >= 1 && !more.length
  );
}

function isTarget(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { kind = 'below', ns, reference, ...more } = value;
  return (
    kind === 'below' && typeof ns === 'number' && ns > 0 && isOptionalString(reference) && !Object.keys(more).length
  );
}

function isDerivedTarget(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { comparison, value: bound, ...more } = value;
  return COMPARISONS.includes(comparison) && Number.isFinite(bound) && !Object.keys(more).length;
}

function isOptionalString(value: unknown): boolean {
  return value === undefined || isNonEmptyString(value);
}
