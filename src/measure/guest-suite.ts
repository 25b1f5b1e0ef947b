// Suite of benchmarks for any guest: compilation, instantiation and its calls.
import type { BenchmarkDefinition, Suite } from '../bench/suite/definition.js';
import { native, type WorkloadOptions } from '../native.js';
import { type ResolvedCall, resolveCalls } from './resolve-calls.js';
import { MeasureError } from './errors.js';
import type { GuestBinary } from './guest-file.js';
import { type EngineSettings, type GuestLimits, nativeEngine, nativeLimits, benchmarkSettings } from './settings.js';
import { workloadRoutine } from './workload.js';

/** Options of a guest's benchmarks. */
export interface MeasureOptions {
  /** First part of every id; without a slash. */
  readonly name: string;
  /** Calls to measure, such as `add(42, 42)`. */
  readonly calls: readonly string[];
  /** Whether each call uses a fresh instance, created outside the measured time. */
  readonly isFresh: boolean;
  /** Settings of the engine. */
  readonly engine: EngineSettings;
  /** Limits of each instance. */
  readonly limits: GuestLimits;
}

/** A call that succeeded before anything is measured. */
export interface VerifiedCall {
  /** The call as it was given. */
  readonly text: string;
  /** The result from a fresh instance, in WAVE. */
  readonly result: string;
}

/** The benchmarks of a working guest. */
export interface GuestSuite {
  /** The benchmarks. */
  readonly suite: Suite;
  /** The calls with their results. */
  readonly calls: readonly VerifiedCall[];
}

/**
 * Creates the benchmarks of `guest`: compilation, cold and warm instantiation, and each call. All loops run in Rust,
 * over the same code as the runtime. First instantiates the guest and runs each call once.
 *
 * @throws MeasureError: `BAD_GUEST` if it cannot be compiled, `BAD_CALL` for a call that does not match its exports,
 * `GUEST_FAILED` if it cannot be instantiated or a call fails; TypeError or RangeError (`BAD_OPTION`) for invalid
 * settings.
 */
export async function measureSuite(guest: GuestBinary, options: MeasureOptions): Promise<GuestSuite> {
  const resolved = await resolveCalls(guest, options.calls, options.engine);
  const config = workloadBase(guest, options);
  verify('the guest', () => void new native.NativeWorkload({ ...config, kind: 'instantiate' }).deterministicCosts());
  const calls = resolved.map((call) => ({ text: call.text, result: verifyCall(config, call) }));
  return { suite: suiteOf(config, resolved, options), calls };
}

type WorkloadBase = Omit<WorkloadOptions, 'kind'>;

function workloadBase({ binary, isComponent }: GuestBinary, { engine, limits }: MeasureOptions): WorkloadBase {
  return { source: binary, isComponent, ...nativeEngine(engine), limits: nativeLimits(limits) };
}

function verifyCall(config: WorkloadBase, { text, path, args }: ResolvedCall): string {
  return verify(text, () => {
    return new native.NativeWorkload({ ...config, kind: 'invoke_fresh', path: [...path], arguments: args }).show();
  });
}

function verify<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    if (code === 'BAD_OPTION') throw cause;
    throw new MeasureError('GUEST_FAILED', `${what} fails with ${code}: ${message}`, { cause });
  }
}

function suiteOf(config: WorkloadBase, calls: readonly ResolvedCall[], options: MeasureOptions): Suite {
  return {
    category: options.name,
    isDefault: true,
    versions: { wasmtime: native.wasmtimeVersion(), 'airssys-wasm': native.version() },
    benchmarks: [
      ...LIFECYCLE.map(({ kind, ...about }) => definition({ ...config, kind }, about, options)),
      ...calls.map((call) => callDefinition(config, call, options)),
    ],
  };
}

const LIFECYCLE = [
  {
    kind: 'compile',
    function: 'compile',
    description: 'Compilation of the binary to machine code, on an existing engine.',
  },
  {
    kind: 'cold_start',
    function: 'instantiate_cold',
    description: 'A new engine, compilation and instantiation, without a cache.',
  },
  { kind: 'instantiate', function: 'instantiate_warm', description: 'Instantiation of the compiled and linked guest.' },
] as const;

type About = Pick<BenchmarkDefinition, 'function' | 'description' | 'value'>;

function callDefinition(
  config: WorkloadBase,
  { value, path, args }: ResolvedCall,
  options: MeasureOptions,
): BenchmarkDefinition {
  const description = options.isFresh
    ? 'The first call on a fresh instance, created outside the measured time.'
    : 'Repeated calls on one instance.';
  const kind = options.isFresh ? 'invoke_fresh' : 'invoke';
  const call = { ...config, kind, path: [...path], arguments: args };
  const benchmark = definition(call, { function: 'call', value, description }, options);
  return { ...benchmark, settings: { ...benchmark.settings, instance: options.isFresh ? 'fresh' : 'live' } };
}

function definition(config: WorkloadOptions, about: About, options: MeasureOptions): BenchmarkDefinition {
  const extraMetrics = () => ({ binaryBytes: (config.source as Uint8Array).length });
  return {
    group: options.name,
    ...about,
    side: 'engine',
    settings: benchmarkSettings(options.engine, options.limits),
    setup: (context) => workloadRoutine(config, { context, extraMetrics }),
  };
}
