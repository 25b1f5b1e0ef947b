/** What does the package export? */

export { ComponentError, WasmError, type ErrorCode, type WasmErrorData, type WasmFrame } from './errors.js';
export { Instance } from './runtime/async-instance.js';
export type { CallOptions } from './runtime/call.js';
export { Component } from './runtime/component.js';
export {
  Engine,
  type CacheStatistics,
  type EngineOptions,
  type Maxima,
  type Proposal,
  type Source,
} from './runtime/engine.js';
export type { Exports, GuestFunction } from './runtime/exports.js';
export type { HostFunction, Imports } from './runtime/imports.js';
export { SyncInstance } from './runtime/instance.js';
export type { Invocation } from './runtime/invocation.js';
export type { Item, ItemKind, Parameter } from './runtime/item.js';
export type { SerializeOptions } from './runtime/key.js';
export type { Limits } from './runtime/limits.js';
export { Memory } from './runtime/memory.js';
export type { Metrics } from './runtime/metrics.js';
export type { InstantiateOptions } from './runtime/instantiation.js';
export { Module } from './runtime/module.js';
export type { Outcome } from './runtime/outcome.js';
export { GiB, KiB, MiB } from './runtime/sizes.js';
