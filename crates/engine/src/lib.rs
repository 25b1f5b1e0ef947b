//! Wasmtime under limits, as plain Rust.
//!
//! ```text
//! bytes → Engine::compile_… → Component | Module → instantiate(limits) → instance → call → value | Error (+ metrics)
//! ```
//!
//! Nothing here knows JavaScript. Every failure is an [`Error`] with a stable code; every call runs under a budget of
//! fuel or time unless both are written out as unlimited, and every instance under a limit of memory.

mod compile;
mod component;
mod engine;
mod error;
mod externs;
mod func;
mod host;
mod limits;
mod module;
mod store;
mod task;
pub mod timing;
pub mod value;
pub mod wave;

pub use compile::artifact::{Key, MIN_KEY_BYTES};
pub use compile::cache::{CacheStatistics, cache_statistics};
pub use component::Component;
pub use component::instance::ComponentInstance;
pub use engine::clock::coarse_now;
pub use engine::config::{
    Allocation, Compiler, EngineConfig, MAX_BACKTRACE_FRAMES, MAX_POOLED_INSTANCES,
    MAX_STACK_BYTES, MIN_STACK_BYTES, Optimization, Profiler, Proposal, TrapMode,
};
pub use engine::{Engine, Source, parse_text};
pub use error::trap::{CANONICAL_ABI, Frame, TrapReport};
pub use error::{Error, Result, panic_message};
pub use externs::{Item, ItemType, Items, MemoryDescription};
pub use func::{CoreFunction, CoreFunctionType, CoreType, Slot, Slots};
pub use host::channel::{HostRequest, Stop, Stopper};
pub use host::{Access, CallingGuest, Host, HostCall, HostFailed};
pub use limits::engine::{Interruption, MAX_THREADS, Maxima};
pub use limits::{
    Bound, Bounds, DEFAULT_FUEL, DEFAULT_PARTS, DEFAULT_TABLE_ELEMENTS, DEFAULT_TIMEOUT_MS,
    DEFAULT_TRANSFER_BYTES, DEFAULT_WAIT_MS, Limits, MAX_TIMEOUT_MS, OnMemoryLimit,
};
pub use module::Module;
pub use module::instance::CoreInstance;
pub use store::call::Terms;
pub use store::metrics::{Fuel, Metrics, Outcome, Path};
pub use task::executor::{Owner, Threads};
pub use task::{Ended, Invocation, Live, Returned, Run, Turn};
pub use wasmtime::Memory;

/// The version of Wasmtime inside.
pub const WASMTIME_VERSION: &str = env!("WASMTIME_VERSION");
