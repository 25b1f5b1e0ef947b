import type { BenchmarkDefinition, Suite } from '../bench/suite/definition.js';
import { native, type WorkloadOptions } from '../native.js';
import { type FoundCall, findCalls } from './call.js';
import { MeasureError } from './errors.js';
import type { Guest } from './guest-file.js';
import { type EngineSettings, type GuestLimits, nativeEngine, nativeLimits, statedSettings } from './settings.js';
import { workloadBatch } from './workload.js';

/** What of a guest is measured, and on what. */
export interface MeasureOptions {
  /** The first part of every id; no slash. */
  readonly name: string;
  /** Calls as they are written, such as `add(42, 42)`. */
  readonly invocations: readonly string[];
  /** Whether each call is of an instance of its own, made outside of the measured time. */
  readonly isFresh: boolean;
  readonly engine: EngineSettings;
  readonly limits: GuestLimits;
}

/** A call that was tried. */
export interface TriedCall {
  /** As it was written. */
  readonly text: string;
  /** What a new instance returned, in WAVE. */
  readonly result: string;
}

/** A guest that works, ready to be measured. */
export interface MeasuredGuest {
  readonly suite: Suite;
  readonly calls: readonly TriedCall[];
}

/**
 * The benchmarks of `guest`: compilation, instantiation cold and warm, and each call. All loops run in Rust, over the
 * code that the runtime runs. The guest is instantiated and each call made once beforehand.
 *
 * @throws MeasureError: `BAD_GUEST` where it cannot be compiled, `BAD_CALL` for a call that does not fit it,
 *   `GUEST_FAILED` where it cannot be instantiated or a call does not return; TypeError or RangeError (`BAD_OPTION`).
 */
export async function measureSuite(guest: Guest, options: MeasureOptions): Promise<MeasuredGuest> {
  const found = await findCalls(guest, options.invocations, options.engine);
  const ingredients = ingredientsOf(guest, options);
  tryOut('the guest', () => void new native.NativeWorkload({ ...ingredients, kind: 'instantiate' }).exact());
  const calls = found.map((call) => ({ text: call.text, result: tryCall(ingredients, call) }));
  return { suite: suiteOf(ingredients, found, options), calls };
}

type Ingredients = Omit<WorkloadOptions, 'kind'>;

function ingredientsOf({ binary, isComponent }: Guest, { engine, limits }: MeasureOptions): Ingredients {
  return { source: binary, isComponent, ...nativeEngine(engine), limits: nativeLimits(limits) };
}

function tryCall(ingredients: Ingredients, { text, path, args }: FoundCall): string {
  return tryOut(text, () => {
    return new native.NativeWorkload({ ...ingredients, kind: 'invoke_fresh', path: [...path], arguments: args }).show();
  });
}

function tryOut<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    if (code === 'BAD_OPTION') throw cause;
    throw new MeasureError('GUEST_FAILED', `${what} fails with ${code}: ${message}`, { cause });
  }
}

function suiteOf(ingredients: Ingredients, calls: readonly FoundCall[], options: MeasureOptions): Suite {
  return {
    category: options.name,
    isDefault: true,
    versions: { wasmtime: native.wasmtimeVersion(), 'airssys-wasm': native.version() },
    benchmarks: [
      ...LIFECYCLE.map(({ kind, ...about }) => definition({ ...ingredients, kind }, about, options)),
      ...calls.map((call) => callDefinition(ingredients, call, options)),
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
  ingredients: Ingredients,
  { value, path, args }: FoundCall,
  options: MeasureOptions,
): BenchmarkDefinition {
  const description = options.isFresh
    ? 'The first call of an instance that is made outside of the measured time.'
    : 'The call of one instance, again and again.';
  const kind = options.isFresh ? 'invoke_fresh' : 'invoke';
  const call = { ...ingredients, kind, path: [...path], arguments: args };
  const made = definition(call, { function: 'call', value, description }, options);
  return { ...made, settings: { ...made.settings, instance: options.isFresh ? 'fresh' : 'live' } };
}

function definition(ingredients: WorkloadOptions, about: About, options: MeasureOptions): BenchmarkDefinition {
  const more = () => ({ binaryBytes: (ingredients.source as Uint8Array).length });
  return {
    group: options.name,
    ...about,
    side: 'engine',
    settings: statedSettings(options.engine, options.limits),
    setup: (context) => workloadBatch(ingredients, { context, more }),
  };
}
