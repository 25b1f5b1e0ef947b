//! Wasmtime under limits, as plain Rust.
//!
//! ```text
//! bytes → Engine::compile_… → Component | Module → instantiate(limits) → instance → call → value | Error (+ metrics)
//! ```
//!
//! Nothing here knows JavaScript. Every failure is an [`Error`] with a stable code; every call runs under a budget of
//! fuel or time unless both are written out as unlimited, and every instance under a limit of memory.

mod artifact;
mod cache;
mod clock;
mod compilers;
mod component;
mod config;
mod directory;
mod driver;
mod engine;
mod error;
mod function;
mod guest;
mod host;
mod instance;
mod intern;
mod item;
mod judge;
mod limits;
mod link;
mod live;
mod module;
mod outcome;
mod run;
mod stack;
mod store;
mod threads;
pub mod timing;
mod trap;
pub mod value;
pub mod wave;

pub use artifact::{Key, MIN_KEY_BYTES};
pub use cache::{CacheStatistics, cache_statistics};
pub use clock::coarse_now;
pub use component::Component;
pub use config::{
    Allocation, Compiler, EngineConfig, Interruption, MAX_BACKTRACE_FRAMES, MAX_POOLED_INSTANCES,
    MAX_STACK_BYTES, MAX_THREADS, MIN_STACK_BYTES, Maxima, Optimization, Profiler, Proposal,
    TrapMode,
};
pub use driver::{Stop, Stopper};
pub use engine::{Engine, Source, parse_text};
pub use error::{Error, Result, panic_message};
pub use function::{CoreFunction, CoreFunctionType, CoreType, Slot, Slots};
pub use guest::{Bounds, Terms};
pub use host::{Access, CallingGuest, Host, HostCall, HostFailed, HostRequest};
pub use instance::{ComponentInstance, CoreInstance};
pub use item::{Item, ItemType, Items, MemoryDescription};
pub use limits::{
    Bound, DEFAULT_FUEL, DEFAULT_PARTS, DEFAULT_TABLE_ELEMENTS, DEFAULT_TIMEOUT_MS,
    DEFAULT_TRANSFER_BYTES, DEFAULT_WAIT_MS, Limits, MAX_TIMEOUT_MS, OnMemoryLimit,
};
pub use module::Module;
pub use outcome::{Fuel, Metrics, Outcome, Path};
pub use run::{Ended, Invocation, Live, Returned, Run, Turn};
pub use threads::{Owner, Threads};
pub use trap::{CANONICAL_ABI, Frame, TrapReport};
pub use wasmtime::Memory;

/// The version of Wasmtime inside.
pub const WASMTIME_VERSION: &str = env!("WASMTIME_VERSION");
