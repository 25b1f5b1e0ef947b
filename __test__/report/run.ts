// A small finished run, for the formats to render.
import { placesOf } from '../../src/baseline/files/directory.js';
import { analyze } from '../../src/bench/analyze.js';
import { benchmarkId, type BenchmarkDefinition } from '../../src/bench/suite/definition.js';
import type { Environment } from '../../src/bench/machine/environment.js';
import { planSamples } from '../../src/bench/sampling/plan.js';
import type { ReportedResult, RunReport } from '../../src/report/run-report.js';
import { benchmark, quickOptions } from '../bench/fake.js';

const options = quickOptions();
const ENVIRONMENT: Environment = {
  machine: {
    os: 'Linux 6',
    architecture: 'x64',
    cpu: 'Some CPU',
    physicalCores: 2,
    logicalCores: 4,
    memoryBytes: 8 * 1024 ** 3,
    isVirtual: true,
  },
  node: '20.20.2',
  versions: { wasmtime: '48.0.8' },
  commit: { hash: 'f'.repeat(40), isModified: true },
  startedAt: '2026-11-20T10:00:00.000Z',
};

export function reported(definition: Partial<BenchmarkDefinition>, meanNs: number, metrics = {}): ReportedResult {
  const full = benchmark({ setup: () => ({ run: () => 1 }), ...definition });
  const plan = planSamples({ meanNs, targetNs: 5e9, sampleSize: 30, mode: 'auto' });
  const timesNs = plan.iterations.map((iterations, i) => iterations * meanNs * (i === 7 ? 1.5 : 1 + (i % 3) / 1000));
  const sample = { mode: plan.mode, iterations: plan.iterations, timesNs };
  const id = benchmarkId(full);
  const warmUp = { iterations: 10, elapsedNs: 10 * meanNs, meanNs };
  const analysis = analyze(sample, options, id);
  const directory = placesOf([full]).get(id)?.directory as string;
  return { id, title: id, directory, benchmark: full, warmUp, plan, sample, analysis, metrics };
}

export function finishedRun(overrides: Partial<RunReport> = {}): RunReport {
  const results = [
    reported({ group: 'runtime', function: 'engine_creation', settings: { interruption: 'fuel' } }, 2350),
    reported({ group: 'execution/add', function: 'core|call', description: 'one call' }, 50, {
      fuelPerIteration: 12n,
      codeBytes: 2048,
    }),
  ];
  return {
    results,
    failures: [],
    derived: [{ id: 'execution/ratio', description: 'this over that', unit: 'ratio', value: 0.98, detail: 'R² 0.999' }],
    derivedFailures: [],
    targets: [
      { id: 'a', unit: 'ns', target: { comparison: '<', value: 1e7 }, reference: '<10ms', actual: 2350, status: 'met' },
      { id: 'b', unit: 'percent', target: { comparison: '>=', value: 98 }, actual: 61.5, status: 'missed' },
      { id: 'c', unit: 'bytes', target: { comparison: '<=', value: 524_288 }, actual: null, status: 'unknown' },
    ],
    options,
    environment: ENVIRONMENT,
    ...overrides,
  };
}
