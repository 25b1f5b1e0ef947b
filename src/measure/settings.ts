/** On which engine, and under which limits, is a guest measured? */

import type { LimitOptions, WorkloadOptions } from '../native.js';

/** How the measured engine stops guests, and takes traps; `none` stops nobody. */
export interface EngineSettings {
  readonly interruption?: 'fuel' | 'epoch' | 'both' | 'none';
  readonly traps?: 'signals' | 'explicit';
  readonly compiler?: 'cranelift' | 'winch';
  readonly allocation?: 'on-demand' | 'pooling';
}

/** What an instance may use; `unlimited` has to be written. */
export interface GuestLimits {
  readonly memoryBytes: number;
  readonly fuel?: bigint | 'unlimited';
  readonly timeoutMs?: number | 'unlimited';
}

/** The engine's part of a workload's config. */
export function nativeEngine({ interruption, ...rest }: EngineSettings): Pick<WorkloadOptions, 'engine' | 'unmetered'> {
  if (interruption === 'none') return { engine: rest, unmetered: true };
  return { engine: { ...rest, ...(interruption !== undefined && { interruption }) } };
}

/** The limits as the addon takes them. */
export function nativeLimits({ memoryBytes, fuel, timeoutMs }: GuestLimits): LimitOptions {
  return {
    memoryBytes,
    ...(fuel !== undefined && { fuel: fuel === 'unlimited' ? null : fuel }),
    ...(timeoutMs !== undefined && { timeoutMs: timeoutMs === 'unlimited' ? null : timeoutMs }),
  };
}

/** What every result states of them. */
export function benchmarkSettings(engine: EngineSettings, limits: GuestLimits): Record<string, string> {
  const { fuel, timeoutMs, memoryBytes } = limits;
  return {
    interruption: engine.interruption ?? 'fuel',
    traps: engine.traps ?? 'signals',
    ...(engine.compiler !== undefined && { compiler: engine.compiler }),
    ...(engine.allocation !== undefined && { allocation: engine.allocation }),
    memoryBytes: String(memoryBytes),
    ...(fuel !== undefined && { fuel: String(fuel) }),
    ...(timeoutMs !== undefined && { timeoutMs: String(timeoutMs) }),
  };
}
