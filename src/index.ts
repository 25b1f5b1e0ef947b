// Package: its public names.

export { ComponentError, WasmError, type ErrorCode, type WasmErrorData, type WasmFrame } from './errors.js';
export { Component, Module } from './runtime/compiled.js';
export { Engine, type CacheStatistics } from './runtime/engine.js';
export { Instance } from './runtime/instance.js';
export type { InstantiateOptions } from './runtime/instantiate.js';
export type { ExportDescriptor, ExternKind, ImportDescriptor, Parameter } from './runtime/interface/descriptors.js';
export type { Exports, GuestFunction } from './runtime/interface/exports.js';
export type { HostFunction, Imports } from './runtime/interface/imports.js';
export type { CallName, CallParameters, CallResult, Promisified } from './runtime/interface/typed-exports.js';
export type { ParsedCall } from './runtime/interface/wave.js';
export type { Measurement } from './runtime/measurement.js';
export { Memory } from './runtime/memory.js';
export type { Metrics } from './runtime/metrics.js';
export type { CallOptions } from './runtime/options/call.js';
export type { EngineLimits, EngineOptions, Proposal } from './runtime/options/engine.js';
export type { Limits } from './runtime/options/limits.js';
export type { SerializeOptions } from './runtime/options/serialize.js';
export type { Source } from './runtime/source.js';
export { SyncInstance } from './runtime/sync-instance.js';
export { GiB, KiB, MiB } from './runtime/units.js';
