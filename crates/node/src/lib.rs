//! The addon: converts between JavaScript and the engine, and drives asynchronous calls on the event loop.
//!
//! `js` wraps raw N-API, `exports` is the hot path, `call` drives asynchronous calls, and `error` is the one place where
//! JavaScript errors are created.

#![cfg_attr(
    test,
    allow(dead_code, reason = "napi-rs registers nothing in test builds")
)]

mod cache;
mod call;
mod code;
mod compiled;
mod disposable;
mod engine;
mod environment;
mod error;
mod exports;
mod externs;
mod function;
mod handle;
mod hooks;
mod host;
mod instance;
mod instantiate;
mod js;
mod measurement;
mod options;
mod value;
mod workload;

use napi_derive::napi;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The version of the addon. The package compares it with its own.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// The version of the embedded Wasmtime.
#[napi]
pub fn wasmtime_version() -> &'static str {
    airssys_wasm_engine::WASMTIME_VERSION
}
