// Are the fields of a definition what they must be, also where no compiler has checked them?
import { refuse, refuseUnknownFields, shown } from './validate.js';
import { type BenchmarkDefinition, type Derived, type Suite, UNITS } from './definition.js';

/** Refuses a suite whose own fields are not what they must be. */
export function checkSuiteFields(suite: unknown): asserts suite is Pick<Suite, 'category' | 'derived'> & {
  readonly benchmarks: readonly unknown[];
} {
  requireObject('the suite', suite, '{ category, benchmarks }');
  const { category } = suite as { readonly category?: unknown };
  checkFields(isText(category) ? `suite '${category}'` : 'the suite', suite, SUITE);
}

/**
 * Refuses a benchmark whose fields are not what they must be.
 *
 * @param name - How to call it in a message.
 */
export function checkBenchmarkFields(name: string, benchmark: unknown): void {
  requireObject(name, benchmark, '{ function, setup }');
  checkFields(name, benchmark, BENCHMARK);
}

/** Refuses a derived row whose fields are not what they must be. */
export function checkDerivedFields(name: string, row: unknown): void {
  requireObject(name, row, '{ id, description, unit, inputs, compute }');
  checkFields(name, row, DERIVED);
}

interface Field {
  readonly accepts: (value: unknown) => boolean;
  /** What to give instead, as an instruction. */
  readonly fix: string;
  readonly isOptional?: true;
}

const COMPARISONS: readonly unknown[] = ['<', '<=', '>=', '>'];
const SIDES: readonly unknown[] = ['engine', 'node'];
const MODES: readonly unknown[] = ['auto', 'linear', 'flat'];
const TEXT_FIX = 'give text that is not empty';
const TEXTS_FIX = "give names with texts, such as { engine: '1.2.3' }";

const text = (fix = TEXT_FIX): Field => ({ accepts: isText, fix });
const list = (fix: string): Field => ({ accepts: (value) => Array.isArray(value) && value.length > 0, fix });
const one = (of: readonly unknown[]): Field => ({
  accepts: (value) => of.includes(value),
  fix: `choose from ${of.join(', ')}`,
});
const optional = (field: Field): Field => ({ ...field, isOptional: true });

const SUITE: Readonly<Record<keyof Suite, Field>> = {
  category: {
    accepts: (value) => isText(value) && !value.includes('/'),
    fix: "give the first word of every group, without '/', such as 'parse'",
  },
  isDefault: optional({ accepts: (value) => typeof value === 'boolean', fix: 'give true or false' }),
  benchmarks: list('give a list with at least one benchmark'),
  derived: optional({ accepts: Array.isArray, fix: 'give a list of derived rows' }),
  versions: optional({ accepts: isTexts, fix: TEXTS_FIX }),
};

const BENCHMARK: Readonly<Record<keyof BenchmarkDefinition, Field>> = {
  group: optional(text("give names separated by '/', such as 'parse/json'")),
  function: text("give the name of what is measured, such as 'small'"),
  value: optional({
    accepts: (value) => isText(value) || Number.isFinite(value),
    fix: 'give the parameter as a number, or as text that is not empty',
  }),
  description: optional(text()),
  side: optional(one(SIDES)),
  settings: optional({ accepts: isTexts, fix: TEXTS_FIX }),
  throughput: optional({
    accepts: isThroughput,
    fix: 'give { bytes } or { elements } of one iteration, a whole number of at least 1',
  }),
  target: optional({
    accepts: isTarget,
    fix: "give { ns }, a number above 0, with the requirement's words as its reference",
  }),
  samplingMode: optional(one(MODES)),
  setup: { accepts: isFunction, fix: 'give a function that returns a batch, such as () => sync(() => work())' },
};

const DERIVED: Readonly<Record<keyof Derived, Field>> = {
  id: text(),
  description: text(),
  unit: one(UNITS),
  inputs: list('name the benchmarks that the row is computed from'),
  compute: { accepts: isFunction, fix: 'give a function from what was measured to the value' },
  target: optional({
    accepts: isDerivedTarget,
    fix: "give { comparison, value }, such as { comparison: '<', value: 2 }",
  }),
  reference: optional(text()),
};

function checkFields(name: string, given: object, fields: Readonly<Record<string, Field>>): void {
  refuseUnknownFields(name, given, Object.keys(fields));
  for (const [field, { accepts, fix, isOptional }] of Object.entries(fields)) {
    const value = (given as Readonly<Record<string, unknown>>)[field];
    if (value === undefined && isOptional) continue;
    if (!accepts(value)) refuse(`${name}: ${field} is ${shown(value)}: ${fix}`);
  }
}

function requireObject(name: string, value: unknown, form: string): asserts value is object {
  if (!isObject(value)) refuse(`${name} is ${shown(value)}: give ${form}`);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isTexts(value: unknown): boolean {
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
  return kind === 'below' && typeof ns === 'number' && ns > 0 && isOptionalText(reference) && !Object.keys(more).length;
}

function isDerivedTarget(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { comparison, value: bound, ...more } = value;
  return COMPARISONS.includes(comparison) && Number.isFinite(bound) && !Object.keys(more).length;
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || isText(value);
}
