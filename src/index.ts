/** What does the package export? */

export { ComponentError, WasmError, type ErrorCode, type WasmErrorData, type WasmFrame } from './errors.js';
export { Component } from './runtime/component.js';
export {
  Engine,
  type CacheStatistics,
  type EngineOptions,
  type Maxima,
  type Proposal,
  type Source,
} from './runtime/engine.js';
export { SyncInstance, type Exports, type GuestFunction } from './runtime/instance.js';
export type { Item, ItemKind } from './runtime/item.js';
export type { SerializeOptions } from './runtime/key.js';
export type { Limits } from './runtime/limits.js';
export { Memory } from './runtime/memory.js';
export type { Metrics } from './runtime/metrics.js';
export type { InstantiateOptions } from './runtime/instantiation.js';
export { Module } from './runtime/module.js';
export { GiB, KiB, MiB } from './runtime/sizes.js';
