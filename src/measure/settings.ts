// Settings of a measured guest: its engine and its limits.
import type { LimitOptions, WorkloadOptions } from '../native.js';

/** Settings of the engine. With the interruption `none`, guests are not stopped. */
export interface EngineSettings {
  readonly interruption?: 'fuel' | 'epoch' | 'both' | 'none';
  readonly traps?: 'signals' | 'explicit';
  readonly compiler?: 'cranelift' | 'winch';
  readonly allocation?: 'on-demand' | 'pooling';
}

/** Limits of an instance; `'unlimited'` must be explicit. */
export interface GuestLimits {
  readonly memoryBytes: number;
  readonly fuel?: bigint | 'unlimited';
  readonly timeoutMs?: number | 'unlimited';
}

/** Returns the engine's part of a workload's options. */
export function nativeEngine({ interruption, ...rest }: EngineSettings): Pick<WorkloadOptions, 'engine' | 'unmetered'> {
  if (interruption === 'none') return { engine: rest, unmetered: true };
  return { engine: { ...rest, ...(interruption !== undefined && { interruption }) } };
}

/** Returns the limits in the addon's form. */
export function nativeLimits({ memoryBytes, fuel, timeoutMs }: GuestLimits): LimitOptions {
  return {
    memoryBytes,
    ...(fuel !== undefined && { fuel: fuel === 'unlimited' ? null : fuel }),
    ...(timeoutMs !== undefined && { timeoutMs: timeoutMs === 'unlimited' ? null : timeoutMs }),
  };
}

/** Returns the settings that each result records. */
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
