// A run of what real Criterion measured, b compared with a, and of benchmarks whose names and figures are awkward.
import { compare } from '../../src/baseline/compare.js';
import { placesOf } from '../../src/baseline/files/directory.js';
import type { Baseline } from '../../src/baseline/store.js';
import { analyze } from '../../src/bench/analyze.js';
import { type BenchmarkDefinition, benchmarkId } from '../../src/bench/suite/definition.js';
import type { ExactMetrics } from '../../src/bench/exact-metrics.js';
import type { Sample } from '../../src/bench/sampling/sample.js';
import type { ReportedResult, RunReport } from '../../src/report/run-report.js';
import { benchmark, quickOptions } from '../bench/fake.js';
import { BENCHMARKS, golden, type GoldenSample } from '../stats/golden.js';
import { finishedRun, reported } from './run.js';

const options = quickOptions();

/** Ids that break what does not escape: markup, quotes, formulas, line ends, half a surrogate pair, sheer length. */
export const NASTY: readonly string[] = [
  `<script>alert("x")</script>`,
  `=HYPERLINK("http://example.org";'&amp;]]>')`,
  '-1+1, "quoted"',
  'line\r\nend\tand\u0000nul\u001B[31m',
  'µ 漢字 🦀 \uD83E \u202E',
  'x'.repeat(300),
  '__proto__',
];

/** A result read from disk: neither warm-up nor plan, but what it was compared with. */
export function compared(
  definition: Partial<BenchmarkDefinition>,
  samples: { readonly now: Sample; readonly before: Sample },
  metrics: { readonly now?: ExactMetrics; readonly before?: ExactMetrics } = {},
): ReportedResult {
  const full = benchmark({ setup: () => ({ run: () => 1 }), ...definition });
  const id = benchmarkId(full);
  const previous: Baseline = {
    name: 'a',
    sample: samples.before,
    estimates: analyze(samples.before, options, id).estimates,
    ...(metrics.before && { metrics: metrics.before }),
  };
  return {
    id,
    title: id,
    directory: placesOf([full]).get(id)?.directory as string,
    benchmark: full,
    sample: samples.now,
    analysis: analyze(samples.now, options, id),
    metrics: metrics.now ?? {},
    comparison: compare(samples.now, previous, options, id),
    previous,
  };
}

/** What Criterion wrote for a benchmark under a baseline's name. */
export function goldenSample(directory: string, baseline: 'a' | 'b'): Sample {
  const { sampling_mode, iters, times } = golden<GoldenSample>(`${directory}/${baseline}/sample.json`);
  return { mode: sampling_mode === 'Flat' ? 'flat' : 'linear', iterations: iters, timesNs: times };
}

/** Criterion's benchmarks, b against a, with exact metrics. */
export function goldenResults(): ReportedResult[] {
  return BENCHMARKS.map(({ id, directory }, i) => {
    const [group, name] = [id.slice(0, id.lastIndexOf('/')), id.slice(id.lastIndexOf('/') + 1)];
    const samples = { now: goldenSample(directory, 'b'), before: goldenSample(directory, 'a') };
    const metrics = {
      now: { fuelPerIteration: 1204n + BigInt(i % 2), peakMemoryBytes: 65_536, codeBytes: 2048 },
      before: { fuelPerIteration: 1204n, peakMemoryBytes: 65_536 },
    };
    const throughput = i === 3 ? { throughput: { bytes: 40_000 } } : {};
    const definition = { group, function: name, description: 'What Criterion measured.', ...throughput };
    return Object.assign(compared(definition, samples, metrics), { directory });
  });
}

/** No file system takes a NUL, so that its directory is given. */
function nastyResult(name: string, i: number): ReportedResult {
  const definition = { group: 'nasty', function: name, description: name, settings: { [name]: name } };
  const metrics = { fuelPerIteration: 2n ** 64n + BigInt(i), [`own "${i}" <metric>`]: 0.5 + i };
  const result = reported(definition, 10 ** i, metrics);
  return name.includes('\0') ? { ...result, directory: 'nasty/#1 100% ?' } : result;
}

/** Everything at once: compared and first measured, nasty, flat, with bigints, failures, derived rows and targets. */
export function wholeRun(overrides: Partial<RunReport> = {}): RunReport {
  const run = finishedRun();
  const nasty = NASTY.map(nastyResult);
  const results = [...goldenResults(), ...run.results, ...nasty];
  const target = { unit: 'ns', target: { comparison: '<', value: 1 } } as const;
  return {
    ...run,
    results,
    failures: [{ id: 'nasty/<failed>', error: new RangeError('broken: <b>\u0000 "&" ]]>\nsecond line') }],
    derivedFailures: [{ id: 'nasty/row', error: 'odd' }],
    targets: [
      ...run.targets,
      { id: results[0]?.id as string, ...target, reference: '<1ns', actual: 40, status: 'missed' },
      { id: results[1]?.id as string, ...target, target: { comparison: '<', value: 1e6 }, actual: 50, status: 'met' },
      { id: `nasty/${NASTY[0]}`, ...target, actual: null, status: 'unknown' },
    ],
    ...overrides,
  };
}
