//! Calls of asynchronous instances: where each is, and how it comes back to JavaScript.
//!
//! ```text
//!             a call                 ended
//!    AT REST ────────→ RUNNING HERE ────────→ AT REST, or gone after its disposal; the next queued call begins
//!                        │ ↑   │ ↑
//!         slice used up  │ │   │ │ settled, expired, aborted
//!                        ↓ │   ↓ │
//!              ON A THREAD │  WAITING for a promise of a host function's
//!                        └─┘
//!              ended, or a host function is wanted: delivered by message
//! ```
//!
//! All of this happens on the thread of JavaScript, but for the slices on the engine's threads, which know a call by
//! its number only. A call that ends while it is still running here never becomes a promise in Rust: it returns its value,
//! or throws.

mod away;
mod guest;
mod progress;
mod settled;

pub use away::{Hooks, environment_ends, expired, ignore, resume_deferred, set_hooks, settled};
pub use guest::AsyncGuest;

use crate::js::{Env, Pending, Value as Js};
use airssys_wasm_engine::{CallLimits, Error};

/// What is particular to one call.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallTerms {
    pub bounds: CallLimits,
    /// The number by which its caller may abort it, or 0.
    pub number: u64,
    /// Whether it gives an outcome in the place of the value alone.
    pub is_measured: bool,
    /// Whether it is not even begun on this thread: for comparison.
    pub hops: bool,
}

/// Why a call did not even begin.
pub enum CallFailed {
    Error(Error),
    Exception,
}

impl From<Error> for CallFailed {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Pending> for CallFailed {
    fn from(_: Pending) -> Self {
        Self::Exception
    }
}

/// What a measured call cost.
pub struct Cost {
    pub fuel_consumed: u64,
    pub fuel_is_exact: bool,
    pub peak_memory_bytes: u64,
    pub elapsed_ns: u64,
}

impl Cost {
    /// The outcome of a call that gave `value`.
    pub fn outcome(&self, env: Env, value: Js) -> Result<Js, Pending> {
        let outcome = env.object()?;
        env.set_property(outcome, c"value", value)?;
        env.set_property(
            outcome,
            c"fuelConsumed",
            env.bigint_u64(self.fuel_consumed)?,
        )?;
        env.set_property(outcome, c"fuelIsExact", env.boolean(self.fuel_is_exact)?)?;
        let peak = env.double(self.peak_memory_bytes as f64)?;
        env.set_property(outcome, c"peakMemoryBytes", peak)?;
        env.set_property(outcome, c"elapsedNs", env.double(self.elapsed_ns as f64)?)?;
        Ok(outcome)
    }
}
