/** What does the package export? */

export { ComponentError, WasmError, type ErrorCode, type WasmErrorData, type WasmFrame } from './errors.js';
export { Instance } from './runtime/instance.js';
export type { CallOptions } from './runtime/options/call.js';
export { Component } from './runtime/component.js';
export {
  Engine,
  type CacheStatistics,
  type EngineOptions,
  type Maxima,
  type Proposal,
  type Source,
} from './runtime/engine.js';
export type { Exports, GuestFunction } from './runtime/interface/exports.js';
export type { HostFunction, Imports } from './runtime/interface/imports.js';
export { SyncInstance } from './runtime/sync-instance.js';
export type { Invocation } from './runtime/interface/wave.js';
export type { Item, ItemKind, Parameter } from './runtime/interface/descriptors.js';
export type { SerializeOptions } from './runtime/options/serialize.js';
export type { Limits } from './runtime/options/limits.js';
export { Memory } from './runtime/memory.js';
export type { Metrics } from './runtime/metrics.js';
export type { InstantiateOptions } from './runtime/instantiate.js';
export { Module } from './runtime/module.js';
export type { Outcome } from './runtime/measurement.js';
export { GiB, KiB, MiB } from './runtime/units.js';
