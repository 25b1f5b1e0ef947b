import type { BenchmarkDefinition, Suite } from '../bench/suite/definition.js';
import { native, type WorkloadOptions } from '../native.js';
import { type ResolvedCall, resolveCalls } from './resolve-calls.js';
import { MeasureError } from './errors.js';
import type { GuestBinary } from './guest-file.js';
import { type EngineSettings, type GuestLimits, nativeEngine, nativeLimits, benchmarkSettings } from './settings.js';
import { workloadBatch } from './workload.js';

/** What of a guest is measured, and on what. */
export interface MeasureOptions {
  /** The first part of every id; no slash. */
  readonly name: string;
  /** Calls as they are written, such as `add(42, 42)`. */
  readonly calls: readonly string[];
  /** Whether each call is of an instance of its own, made outside of the measured time. */
  readonly isFresh: boolean;
  readonly engine: EngineSettings;
  readonly limits: GuestLimits;
}

/** A call that was tried. */
export interface VerifiedCall {
  /** As it was written. */
  readonly text: string;
  /** What a new instance returned, in WAVE. */
  readonly result: string;
}

/** A guest that works, ready to be measured. */
export interface GuestSuite {
  readonly suite: Suite;
  readonly calls: readonly VerifiedCall[];
}

/**
 * The benchmarks of `guest`: compilation, instantiation cold and warm, and each call. All loops run in Rust, over the
 * code that the runtime runs. The guest is instantiated and each call made once beforehand.
 *
 * @throws MeasureError: `BAD_GUEST` where it cannot be compiled, `BAD_CALL` for a call that does not fit it,
 *   `GUEST_FAILED` where it cannot be instantiated or a call does not return; TypeError or RangeError (`BAD_OPTION`).
 */
export async function measureSuite(guest: GuestBinary, options: MeasureOptions): Promise<GuestSuite> {
  const found = await resolveCalls(guest, options.calls, options.engine);
  const config = workloadBase(guest, options);
  verify('the guest', () => void new native.NativeWorkload({ ...config, kind: 'instantiate' }).exact());
  const calls = found.map((call) => ({ text: call.text, result: verifyCall(config, call) }));
  return { suite: suiteOf(config, found, options), calls };
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
  { kind: 'compile', function: 'compile', description: 'From the binary to machine code, on an engine that is there.' },
  {
    kind: 'cold_start',
    function: 'instantiate_cold',
    description: 'A new engine, compilation and an instance; nothing is cached.',
  },
  { kind: 'instantiate', function: 'instantiate_warm', description: 'An instance of what is compiled and linked.' },
] as const;

type About = Pick<BenchmarkDefinition, 'function' | 'description' | 'value'>;

function callDefinition(
  config: WorkloadBase,
  { value, path, args }: ResolvedCall,
  options: MeasureOptions,
): BenchmarkDefinition {
  const description = options.isFresh
    ? 'The first call of an instance that is made outside of the measured time.'
    : 'The call of one instance, again and again.';
  const kind = options.isFresh ? 'invoke_fresh' : 'invoke';
  const call = { ...config, kind, path: [...path], arguments: args };
  const made = definition(call, { function: 'call', value, description }, options);
  return { ...made, settings: { ...made.settings, instance: options.isFresh ? 'fresh' : 'live' } };
}

function definition(config: WorkloadOptions, about: About, options: MeasureOptions): BenchmarkDefinition {
  const extraMetrics = () => ({ binaryBytes: (config.source as Uint8Array).length });
  return {
    group: options.name,
    ...about,
    side: 'engine',
    settings: benchmarkSettings(options.engine, options.limits),
    setup: (context) => workloadBatch(config, { context, extraMetrics }),
  };
}
