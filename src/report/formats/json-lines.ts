// What does `--message-format json` print? One JSON object a line, as cargo-criterion's.
import type { Verdict } from '../../baseline/compare.js';
import type { Estimate } from '../../stats/estimate.js';
import type { Throughput } from '../../bench/suite/definition.js';
import { metricsDocument } from './json.js';
import type { ReportedResult } from '../run-report.js';

/** An estimate with its bounds. */
export interface EstimateMessage {
  readonly estimate: number;
  readonly lower_bound: number;
  readonly upper_bound: number;
  /** `%` stands for fractions, as cargo-criterion has it. */
  readonly unit: 'ns' | '%';
}

/** What is told of a finished benchmark. */
export interface BenchmarkComplete {
  readonly reason: 'benchmark-complete';
  readonly id: string;
  readonly report_directory: string;
  readonly iteration_count: readonly number[];
  /** Total time of each batch. */
  readonly measured_values: readonly number[];
  readonly unit: 'ns';
  readonly throughput: readonly { readonly per_iteration: number; readonly unit: 'bytes' | 'elements' }[];
  readonly typical: EstimateMessage;
  readonly mean: EstimateMessage;
  readonly median: EstimateMessage;
  readonly median_abs_dev: EstimateMessage;
  readonly slope: EstimateMessage | null;
  readonly change: {
    readonly mean: EstimateMessage;
    readonly median: EstimateMessage;
    readonly change: 'NoChange' | 'Improved' | 'Regressed';
  } | null;
  /** Ours: exact metrics by name; whole numbers beyond 2⁵³ are decimal text. */
  readonly metrics: Readonly<Record<string, number | string>>;
}

/** What is told of a finished group. */
export interface GroupComplete {
  readonly reason: 'group-complete';
  readonly group_name: string;
  /** Ids. */
  readonly benchmarks: readonly string[];
  readonly report_directory: string;
}

const CHANGES = {
  unchanged: 'NoChange',
  'within noise': 'NoChange',
  undecided: 'NoChange',
  improved: 'Improved',
  regressed: 'Regressed',
} as const satisfies Record<Verdict, string>;

/** @param reportDirectory - Where the benchmark's report lies. */
export function benchmarkComplete(result: ReportedResult, reportDirectory: string): BenchmarkComplete {
  const { id, benchmark, sample, analysis, metrics } = result;
  const { mean, median, medianAbsDev, slope } = analysis.estimates;
  return {
    reason: 'benchmark-complete',
    id,
    report_directory: reportDirectory,
    iteration_count: sample.iterations,
    measured_values: sample.timesNs,
    unit: 'ns',
    throughput: throughputs(benchmark.throughput),
    typical: message(analysis.typical, 'ns'),
    mean: message(mean, 'ns'),
    median: message(median, 'ns'),
    median_abs_dev: message(medianAbsDev, 'ns'),
    slope: slope && message(slope, 'ns'),
    change: changeOf(result),
    metrics: metricsDocument(metrics),
  };
}

/**
 * @param ids - Of the group's benchmarks, in order.
 * @param reportDirectory - Where the report that lists them lies.
 */
export function groupComplete(group: string, ids: readonly string[], reportDirectory: string): GroupComplete {
  return { reason: 'group-complete', group_name: group, benchmarks: ids, report_directory: reportDirectory };
}

/** A message as its line, with the end. */
export function jsonLine(message: BenchmarkComplete | GroupComplete): string {
  return `${JSON.stringify(message)}\n`;
}

function changeOf({ comparison }: ReportedResult): BenchmarkComplete['change'] {
  if (comparison === undefined) return null;
  const { change, verdict } = comparison;
  return { mean: message(change.mean, '%'), median: message(change.median, '%'), change: CHANGES[verdict] };
}

function throughputs(throughput: Throughput | undefined): BenchmarkComplete['throughput'] {
  if (throughput === undefined) return [];
  return 'bytes' in throughput
    ? [{ per_iteration: throughput.bytes, unit: 'bytes' }]
    : [{ per_iteration: throughput.elements, unit: 'elements' }];
}

function message({ pointEstimate, confidenceInterval }: Estimate, unit: EstimateMessage['unit']): EstimateMessage {
  const { lowerBound, upperBound } = confidenceInterval;
  return { estimate: pointEstimate, lower_bound: lowerBound, upper_bound: upperBound, unit };
}
