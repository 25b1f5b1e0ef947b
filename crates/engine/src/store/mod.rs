//! The data of a Wasmtime store, and all that works on it: limits, calls, fibers, host calls and metrics.

pub(crate) mod call;
pub(crate) mod classify;
pub(crate) mod fiber;
pub(crate) mod host_call;
pub(crate) mod host_state;
pub(crate) mod instance_store;
pub(crate) mod limiter;
pub(crate) mod metrics;
pub(crate) mod stack_guard;

use crate::limits::Limits;
use crate::limits::budget::CallBudget;
use crate::store::host_state::HostState;
use crate::store::limiter::Limiter;
use crate::store::stack_guard::StackRequirement;
use std::time::Instant;
use wasmtime::AsContext;

/// The data of an instance's store: what Wasmtime passes to limiters, epoch callbacks and host functions.
pub struct State {
    pub(crate) limiter: Limiter,
    /// The budget of the current call.
    pub(crate) budget: CallBudget,
    /// The deadline of the current call, if it has one.
    pub(crate) deadline: Option<Instant>,
    /// The native stack that a call on the caller's stack needs.
    pub(crate) stack: StackRequirement,
    /// False once the guest was called back and trapped: the fuel of the current call is then an upper bound.
    pub(crate) fuel_is_exact: bool,
    /// The host functions, and what else of the host the guest may reach.
    pub(crate) host: HostState,
}

impl State {
    pub(crate) fn new(limits: &Limits, budget: CallBudget, stack: StackRequirement) -> Self {
        Self {
            limiter: Limiter::new(limits.clone()),
            budget,
            deadline: None,
            stack,
            fuel_is_exact: true,
            host: HostState::default(),
        }
    }

    /// The fuel that is left; 0 if none is counted.
    pub(crate) fn fuel_left(store: impl AsContext<Data = Self>) -> u64 {
        store.as_context().get_fuel().unwrap_or(0)
    }
}
