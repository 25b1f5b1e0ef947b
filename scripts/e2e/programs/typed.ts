// Program that is only type-checked: it uses the exported types.
import { Engine, MiB, WasmError, type Limits, type Metrics } from 'airssys-wasm';
import { defineSuite, sync, type Suite } from 'airssys-wasm/bench';

const limits: Limits = { memoryBytes: MiB, fuel: 10_000n };

export async function fuelOf(source: string): Promise<bigint> {
  const module = await new Engine().compileModule(source);
  const guest = module.instantiateSync({ limits });
  const metrics: Metrics = guest.metrics();
  // @ts-expect-error: fuel is a bigint.
  const fuel: number = metrics.fuelConsumed;
  return BigInt(fuel);
}

export const isOurs = (error: unknown): boolean => error instanceof WasmError && error.code === 'OUT_OF_FUEL';

export const suite: Suite = defineSuite({
  category: 'mine',
  benchmarks: [{ function: 'nothing', setup: () => sync(() => 0) }],
});
