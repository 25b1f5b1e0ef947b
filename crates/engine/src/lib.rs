//! Wasmtime under limits, as plain Rust.
//!
//! ```text
//! bytes → Module | Component ::compile → instantiate(limits) → instance → call → value | Error (+ metrics)
//! ```
//!
//! The crate is independent of JavaScript. Every failure is an [`Error`] with a stable code. Every call has a budget of
//! fuel or time, unless both are explicitly unlimited, and every instance has a limit of memory.

mod compile;
mod compiled;
mod component;
mod engine;
mod error;
mod externs;
mod func;
mod host;
#[doc(hidden)]
pub mod internals;
mod limits;
mod module;
mod store;
mod task;
pub mod value;
pub mod wave;

pub use compile::artifact::{ArtifactKey, MIN_KEY_BYTES};
pub use compile::cache::{CacheStatistics, cache_statistics};
pub use compiled::Compiled;
pub use component::Component;
pub use component::instance::ComponentInstance;
pub use engine::Engine;
pub use engine::clock::coarse_now;
pub use engine::config::{
    Allocation, Compiler, EngineConfig, MAX_BACKTRACE_FRAMES, MAX_POOLED_INSTANCES,
    MAX_STACK_BYTES, MIN_STACK_BYTES, Optimization, Profiler, Proposal, TrapMode,
};
pub use engine::source::{Encoding, Source, parse_text};
pub use error::trap::{CANONICAL_ABI, Frame, TrapReport};
pub use error::{Error, Result, panic_message};
pub use externs::{ExternDescriptor, ExternType, Externs, MemoryType};
pub use func::{CoreFunction, CoreFunctionType, CoreType, Slot, Slots};
pub use host::channel::{HostRequest, StopHandle, StopReason};
pub use host::payload::{Payload, PayloadMut};
pub use host::{Caller, Host, HostCall, HostFailed, MemoryAccess};
pub use limits::engine::{EngineLimits, Interruption, MAX_THREADS};
pub use limits::{
    CallLimits, DEFAULT_ASYNC_TIMEOUT_MS, DEFAULT_FUEL, DEFAULT_PARTS, DEFAULT_QUEUED_CALLS,
    DEFAULT_TABLE_ELEMENTS, DEFAULT_TIMEOUT_MS, DEFAULT_TRANSFER_BYTES, Limit, Limits,
    MAX_TIMEOUT_MS, OnMemoryLimit,
};
pub use module::Module;
pub use module::instance::CoreInstance;
pub use store::call::CallOptions;
pub use store::metrics::{Execution, Fuel, Measurement, Metrics};
pub use task::executor::{Executor, TaskOwner};
pub use task::{AnyInstance, Completed, Returned, Step, Task, TaskCall};
pub use wasmtime::Memory;

/// The version of Wasmtime inside.
pub const WASMTIME_VERSION: &str = env!("WASMTIME_VERSION");
