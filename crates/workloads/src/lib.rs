//! Workloads: timed loops in Rust over the code that the addon calls, and controls on bare Wasmtime.
//!
//! A [`Workload`] is set up once and run in batches. Only the operation is inside the measured time: what an iteration
//! needs is set up outside it, in chunks if each iteration needs its own. Inputs and results pass
//! [`std::hint::black_box`].

mod async_call;
mod bare_wasmtime;
mod call;
mod config;
mod failure;
mod guest;
mod lifecycle;
mod native;
mod prepared_call;
mod profile;
mod timer;
mod wave_call;
mod workload;

pub use config::{ExportCall, WaveCall, WorkloadConfig};
pub use workload::{DeterministicCosts, ProfileSpan, Workload};

use airssys_wasm_engine::{Error, Result};

type Prepare = fn(WorkloadConfig) -> Result<Box<dyn Workload>>;

/// Every kind of workload by its name.
const KINDS: [(&str, Prepare); 26] = [
    ("native_add", native::add),
    ("native_fib", native::fib),
    ("native_fill_scalar", native::fill_scalar),
    ("native_fill_vectorised", native::fill_vectorised),
    ("create_engine", lifecycle::create_engine),
    ("compile", lifecycle::compile),
    ("cold_start", lifecycle::cold_start),
    ("warm_start", lifecycle::warm_start),
    ("cached_start", lifecycle::cached_start),
    ("instantiate", lifecycle::instantiate),
    ("execute", lifecycle::execute),
    ("load_concurrently", lifecycle::load_concurrently),
    ("load_sequentially", lifecycle::load_sequentially),
    ("call", call::call),
    ("invoke", wave_call::invoke),
    ("invoke_fresh", wave_call::invoke_fresh),
    ("async_call", async_call::call),
    ("raw_async_call", async_call::bare_call),
    ("trap", failure::trap),
    ("cleanup_after_success", failure::cleanup_after_success),
    ("cleanup_after_trap", failure::cleanup_after_trap),
    ("recovery", failure::recovery),
    ("raw_call", bare_wasmtime::call),
    ("grow_within_limit", bare_wasmtime::grow_within_limit),
    ("grow_unlimited", bare_wasmtime::grow_unlimited),
    ("raw_instantiate", bare_wasmtime::instantiate),
];

/// Sets up the workload of this kind.
///
/// # Errors
///
/// `BAD_OPTION` for an unknown kind, and the errors of its set-up.
pub fn prepare(kind: &str, config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    match KINDS.iter().find(|(name, _)| *name == kind) {
        Some((_, prepare)) => prepare(config),
        None => {
            let known = KINDS.map(|(name, _)| name).join(", ");
            Err(Error::option(
                "kind",
                format!("expected one of {known}, got '{kind}'"),
            ))
        }
    }
}
