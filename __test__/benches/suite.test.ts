// Tests of the project's own suites: promised ids, and a run without failures.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

const run = promisify(execFile);
const cli = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** Ids of the default suites that must exist. */
const promisedIds = [
  'instantiation/cold_start/minimal_component',
  'instantiation/warm_start/minimal_component',
  ...['1kb', '10kb', '100kb'].map((size) => `instantiation/size_scaling/${size}`),
  'execution/minimal_overhead/native_add',
  'execution/minimal_overhead/wasm_add',
  'execution/minimal_overhead/wasm_add_core',
  ...['fib_10', 'fib_20', 'fib_30', 'fib_1m'].map((name) => `execution/compute_heavy/${name}`),
  ...['fib_10', 'fib_20', 'fib_30', 'fib_1m'].map((name) => `execution/compute_heavy/native_${name}`),
  'execution/memory_intensive/fill_memory',
  ...['64kb', '512kb', '1mb', '2mb'].map((size) => `memory/footprint/${size}`),
  ...[1, 10, 50].map((count) => `memory/scaling/${count}_components`),
  'memory/limit_enforcement/memory_grow_within_limit',
  'memory/limit_enforcement/memory_grow_unlimited',
  ...[1, 5, 10, 25, 50].map((count) => `memory/linear_scaling/${count}_sequential`),
  'crash_handling/normal_execution/successful_execution',
  'crash_handling/trap_detection/trap_categorization',
  'crash_handling/resource_cleanup/cleanup_after_success',
  'crash_handling/resource_cleanup/cleanup_after_trap',
  'crash_handling/recovery_latency/recovery_after_crash',
  'crash_handling/fuel_exhaustion/fuel_trap_handling',
  'runtime/engine_creation',
  'runtime/load_component',
  'runtime/execute_function',
];

test('the default suites have every promised id', async (t) => {
  const { stdout } = await run(process.execPath, [
    cli,
    'bench',
    '--list',
    '^(instantiation|execution|memory|crash_handling|runtime)/',
  ]);
  const listed = new Set(stdout.split('\n').map((line) => line.trim().split(/[:\s]/)[0]));
  t.deepEqual(
    promisedIds.filter((id) => !listed.has(id)),
    [],
  );
});

test('every benchmark runs and writes its files', async (t) => {
  t.timeout(300_000);
  const home = mkdtempSync(join(tmpdir(), 'suite-'));
  t.teardown(() => rmSync(home, { recursive: true }));
  // The JavaScript guest takes minutes to build; its own test builds it.
  const what = ['--all', '^(?!node_api/guests)'];
  const quick = ['--sample-size', '2', '--measurement-time', '0.02', '--warm-up-time', '0.01', '--nresamples', '100'];
  const { stdout } = await run(process.execPath, [cli, 'bench', ...what, ...quick], {
    env: { ...process.env, CRITERION_HOME: home },
    maxBuffer: 1 << 24,
  });
  t.regex(stdout, /Targets/);
  t.false(stdout.includes('failed'));
  t.true(existsSync(join(home, 'instantiation_cold_start/minimal_component/new/estimates.json')));
  t.true(existsSync(join(home, 'node_api_call/sync_core_add/new/sample.json')));
});
