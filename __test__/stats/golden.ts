// Golden values: files that Criterion computed from real samples (fixtures/criterion/README.md).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The directory that Criterion wrote. */
export const CRITERION_HOME: string = fileURLToPath(new URL('../../../fixtures/criterion', import.meta.url));

/** `directory` is where Criterion put the benchmark `id`; `p` is what it printed for b against a. */
export const BENCHMARKS = [
  { id: 'execution/compute_heavy/fib_10', directory: 'execution_compute_heavy/fib_10', p: 0.02 },
  { id: 'execution/compute_heavy/fib_20', directory: 'execution_compute_heavy/fib_20', p: 0.01 },
  { id: 'execution/compute_heavy/fib_30', directory: 'execution_compute_heavy/fib_30', p: 0.0 },
  { id: 'memory/fill/fill_memory', directory: 'memory_fill/fill_memory', p: 0.0 },
  { id: 'slow/sort/1e6', directory: 'slow/sort_1e6', p: 0.31 },
] as const;

export interface GoldenEstimate {
  confidence_interval: { confidence_level: number; lower_bound: number; upper_bound: number };
  point_estimate: number;
  standard_error: number;
}

export interface GoldenSample {
  sampling_mode: 'Linear' | 'Flat';
  iters: number[];
  times: number[];
}

export type GoldenEstimates = Record<'mean' | 'median' | 'median_abs_dev' | 'std_dev', GoldenEstimate> & {
  slope: GoldenEstimate | null;
};

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller states the file's type
export function golden<T>(path: string): T {
  return JSON.parse(goldenText(path)) as T;
}

export function goldenText(path: string): string {
  return readFileSync(`${CRITERION_HOME}/${path}`, 'utf8');
}

export function averages(sample: GoldenSample): number[] {
  return sample.times.map((time, i) => time / (sample.iters[i] as number));
}
