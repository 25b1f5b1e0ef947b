// Derived rows and target rows of a run.
import { inspectShort, isObject } from './suite/validate.js';
import {
  type BenchmarkDefinition,
  benchmarkId,
  type DerivedDefinition,
  type DerivedTarget,
  type DerivedInput,
  type AnnotatedValue,
  type Unit,
} from './suite/definition.js';
import type { BenchmarkResult } from './run-benchmarks.js';
import { toReportable } from './error-text.js';

/** A derived row of one run. */
export interface DerivedRow {
  /** The id of its definition. */
  readonly id: string;
  /** The meaning of the value, in one sentence. */
  readonly description: string;
  /** Unit of the value. */
  readonly unit: Unit;
  /** The computed value; finite. */
  readonly value: number;
  /** A remark on the value, if the computation returned one. */
  readonly detail?: string;
}

/** A derived row whose computation threw or returned no finite number. */
export interface DerivedFailure {
  /** The id of the row's definition. */
  readonly id: string;
  /** The thrown error, or an error that describes the invalid value. */
  readonly error: unknown;
}

/** One target of a run with its measured value. */
export interface TargetRow {
  /** Id of the target's benchmark or derived row. */
  readonly id: string;
  /** Unit of the value and the bound. */
  readonly unit: Unit;
  /** The bound. */
  readonly target: DerivedTarget;
  /** The text of the requirement. */
  readonly reference?: string;
  /** The measured value; `null` if the benchmark failed or an input is missing. */
  readonly actual: number | null;
  /** Whether the value meets the bound; `unknown` without a value. */
  readonly status: 'met' | 'missed' | 'unknown';
}

/**
 * Computes the derived rows whose inputs were all measured; those that throw or return no finite number are failures.
 */
export function deriveRows(
  derived: readonly DerivedDefinition[],
  results: readonly BenchmarkResult[],
): { rows: DerivedRow[]; failures: DerivedFailure[] } {
  const measured = new Map(results.map((result) => [result.id, measuredFrom(result)]));
  const rows: DerivedRow[] = [];
  const failures: DerivedFailure[] = [];
  for (const row of derived.filter(({ inputs }) => inputs.every((id) => measured.has(id)))) {
    try {
      rows.push(compute(row, measured));
    } catch (error) {
      failures.push({ id: row.id, error: toReportable(error) });
    }
  }
  return { rows, failures };
}

/**
 * Evaluates the targets of the selected benchmarks, then those of the derived rows with a selected input.
 *
 * @param selected - The benchmarks that the run selected, measured or failed.
 */
export function targetRows(
  selected: readonly BenchmarkDefinition[],
  derived: readonly DerivedDefinition[],
  results: readonly BenchmarkResult[],
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

function derivedTarget(row: DerivedDefinition, values: ReadonlyMap<string, number>): TargetRow[] {
  return row.target === undefined ? [] : [targetRow(row, row.target, values.get(row.id))];
}

function targetRow(
  { id, unit, reference }: { id: string; unit: Unit; reference?: string | undefined },
  target: DerivedTarget,
  actual: number | undefined,
): TargetRow {
  const status = actual === undefined ? 'unknown' : isMet(actual, target) ? 'met' : 'missed';
  return { id, unit, target, ...(reference !== undefined && { reference }), actual: actual ?? null, status };
}

function isMet(actual: number, { comparison, value }: DerivedTarget): boolean {
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

function measuredFrom({ analysis, metrics }: BenchmarkResult): DerivedInput {
  return { typicalNs: analysis.typical.pointEstimate, estimates: analysis.estimates, metrics };
}

function compute(row: DerivedDefinition, measured: ReadonlyMap<string, DerivedInput>): DerivedRow {
  const computed = row.compute((id) => {
    const found = row.inputs.includes(id) ? measured.get(id) : undefined;
    if (found === undefined) throw new Error(`'${id}' is not among the inputs of the row: add it to 'inputs'`);
    return found;
  });
  return { id: row.id, description: row.description, unit: row.unit, ...readValue(computed) };
}

/** Reads the result of a row's function: a number, or a number with a remark. */
function readValue(computed: unknown): Pick<DerivedRow, 'value' | 'detail'> {
  const { value, detail, ...rest } = (isObject(computed) ? computed : { value: computed }) as Partial<AnnotatedValue>;
  const [name] = Object.keys(rest);
  if (name !== undefined) throw new Error(`the computed value has a field '${name}': return only { value, detail }`);
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Error(`the computed value is ${inspectShort(value ?? computed)}: return a finite number`);
  }
  if (detail !== undefined && typeof detail !== 'string') {
    throw new Error(`the detail of the computed value is ${inspectShort(detail)}: return a string`);
  }
  return { value, ...(detail !== undefined && { detail }) };
}
