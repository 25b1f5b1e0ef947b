//! The addon: conversions between JavaScript and the engine. Nothing here decides anything.
//!
//! `js` wraps raw N-API and `function` is the hot path; `error` is the one place where a JavaScript error is made.

#![cfg_attr(
    test,
    allow(dead_code, reason = "napi-rs registers nothing in test builds")
)]

mod cache;
mod call;
mod cell;
mod compiled;
mod engine;
mod error;
mod export;
mod function;
mod host;
mod instance;
mod item;
mod js;
mod limits;
mod memory;
mod number;
mod options;
mod slot;
mod value;
mod wave;
mod workload;

use napi_derive::napi;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The version of the addon; the package checks it against its own.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// The version of Wasmtime inside.
#[napi]
pub fn wasmtime_version() -> &'static str {
    airssys_wasm_engine::WASMTIME_VERSION
}
