// What follows from several benchmarks together, and which targets does a run meet?
import { shown } from './suite/validate.js';
import {
  type BenchmarkDefinition,
  benchmarkId,
  type Derived,
  type DerivedTarget,
  type Measured,
  type Remarked,
  type Unit,
} from './suite/definition.js';
import { isObject } from './suite/fields.js';
import type { Result } from './run.js';
import { presentable } from './error-text.js';

/** A derived row of one run. */
export interface DerivedRow {
  /** Of its definition. */
  readonly id: string;
  /** What the value says, in one sentence. */
  readonly description: string;
  /** What the value is measured in. */
  readonly unit: Unit;
  /** What was computed; finite. */
  readonly value: number;
  /** The row's own remark, if it has one. */
  readonly detail?: string;
}

/** A derived row whose computation threw, or gave no number. */
export interface DerivedFailure {
  /** Of the row's definition. */
  readonly id: string;
  /** What was thrown, or what is wrong with the value. */
  readonly error: unknown;
}

/** One target of a run, with what the run says about it. */
export interface TargetRow {
  /** Of the benchmark or the derived row that the target belongs to. */
  readonly id: string;
  /** What the value is measured in. */
  readonly unit: Unit;
  /** The bound. */
  readonly target: DerivedTarget;
  /** The requirement's own words. */
  readonly reference?: string;
  /** `null` where nothing was measured: the benchmark failed, or an input is missing. */
  readonly actual: number | null;
  /** Whether the value lies on the right side of the bound. */
  readonly status: 'met' | 'missed' | 'unknown';
}

/** The derived rows whose inputs were all measured, and those that could not be computed from them. */
export function deriveRows(
  derived: readonly Derived[],
  results: readonly Result[],
): { rows: DerivedRow[]; failures: DerivedFailure[] } {
  const measured = new Map(results.map((result) => [result.id, measuredFrom(result)]));
  const rows: DerivedRow[] = [];
  const failures: DerivedFailure[] = [];
  for (const row of derived.filter(({ inputs }) => inputs.every((id) => measured.has(id)))) {
    try {
      rows.push(compute(row, measured));
    } catch (error) {
      failures.push({ id: row.id, error: presentable(error) });
    }
  }
  return { rows, failures };
}

/**
 * The targets of the benchmarks that were selected, then those of the derived rows with a selected input.
 *
 * @param selected - What the run was to measure.
 */
export function targetRows(
  selected: readonly BenchmarkDefinition[],
  derived: readonly Derived[],
  results: readonly Result[],
  rows: readonly DerivedRow[],
): TargetRow[] {
  const typical = new Map(results.map((result) => [result.id, result.analysis.typical.pointEstimate]));
  const values = new Map(rows.map((row) => [row.id, row.value]));
  const ids = new Set(selected.map(benchmarkId));
  return [
    ...selected.flatMap((benchmark) => benchmarkTarget(benchmark, typical)),
    ...derived.filter((row) => row.inputs.some((id) => ids.has(id))).flatMap((row) => derivedTarget(row, values)),
  ];
}

function benchmarkTarget(benchmark: BenchmarkDefinition, typical: ReadonlyMap<string, number>): TargetRow[] {
  if (benchmark.target === undefined) return [];
  const { ns, reference } = benchmark.target;
  const id = benchmarkId(benchmark);
  return [targetRow({ id, unit: 'ns', reference }, { comparison: '<', value: ns }, typical.get(id))];
}

function derivedTarget(row: Derived, values: ReadonlyMap<string, number>): TargetRow[] {
  return row.target === undefined ? [] : [targetRow(row, row.target, values.get(row.id))];
}

function targetRow(
  { id, unit, reference }: { id: string; unit: Unit; reference?: string | undefined },
  target: DerivedTarget,
  actual: number | undefined,
): TargetRow {
  const status = actual === undefined ? 'unknown' : holds(actual, target) ? 'met' : 'missed';
  return { id, unit, target, ...(reference !== undefined && { reference }), actual: actual ?? null, status };
}

function holds(actual: number, { comparison, value }: DerivedTarget): boolean {
  switch (comparison) {
    case '<':
      return actual < value;
    case '<=':
      return actual <= value;
    case '>=':
      return actual >= value;
    case '>':
      return actual > value;
  }
}

function measuredFrom({ analysis, metrics }: Result): Measured {
  return { typicalNs: analysis.typical.pointEstimate, estimates: analysis.estimates, metrics };
}

function compute(row: Derived, measured: ReadonlyMap<string, Measured>): DerivedRow {
  const computed = row.compute((id) => {
    const found = row.inputs.includes(id) ? measured.get(id) : undefined;
    if (found === undefined) throw new Error(`'${id}' is not among the inputs of the row: add it to 'inputs'`);
    return found;
  });
  return { id: row.id, description: row.description, unit: row.unit, ...read(computed) };
}

/** What a row's function returned, if it is a value, or one with a remark. */
function read(computed: unknown): Pick<DerivedRow, 'value' | 'detail'> {
  const { value, detail, ...more } = (isObject(computed) ? computed : { value: computed }) as Partial<Remarked>;
  const [name] = Object.keys(more);
  if (name !== undefined) throw new Error(`the computed value has a field '${name}': return { value, detail } alone`);
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Error(`the computed value is ${shown(value ?? computed)}: return a finite number`);
  }
  if (detail !== undefined && typeof detail !== 'string') {
    throw new Error(`the remark on the computed value is ${shown(detail)}: give text`);
  }
  return { value, ...(detail !== undefined && { detail }) };
}
