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
mod instance;
mod intern;
mod item;
mod limits;
mod live;
mod module;
mod outcome;
mod stack;
mod store;
pub mod timing;
mod trap;
pub mod value;

pub use artifact::{Key, MIN_KEY_BYTES};
pub use cache::{CacheStatistics, cache_statistics};
pub use component::Component;
pub use config::{
    Allocation, Compiler, EngineConfig, Interruption, MAX_BACKTRACE_FRAMES, MAX_POOLED_INSTANCES,
    MAX_STACK_BYTES, MAX_THREADS, MIN_STACK_BYTES, Maxima, Optimization, Proposal, TrapMode,
};
pub use engine::{Engine, Source, parse_text};
pub use error::{Error, Result};
pub use function::{CoreFunction, CoreFunctionType, CoreType, Slot};
pub use instance::{ComponentInstance, CoreInstance};
pub use item::{Item, ItemType, Items, MemoryDescription};
pub use limits::{
    Bound, DEFAULT_FUEL, DEFAULT_PARTS, DEFAULT_TABLE_ELEMENTS, DEFAULT_TIMEOUT_MS,
    DEFAULT_TRANSFER_BYTES, Limits, MAX_TIMEOUT_MS, OnMemoryLimit,
};
pub use module::Module;
pub use outcome::{Fuel, Metrics, Outcome, Path};
pub use trap::{CANONICAL_ABI, Frame, TrapReport};
pub use wasmtime::Memory;

/// The version of Wasmtime inside.
pub const WASMTIME_VERSION: &str = env!("WASMTIME_VERSION");
