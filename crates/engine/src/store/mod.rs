//! What the engine keeps in each Wasmtime store.

pub(crate) mod call;
pub(crate) mod classify;
pub(crate) mod fiber;
pub(crate) mod host_call;
pub(crate) mod limiter;
pub(crate) mod metrics;
pub(crate) mod stack_guard;

use crate::host::Host;
use crate::host::channel::SharedChannel;
use crate::limits::Limits;
use crate::limits::budget::CallBudget;
use crate::store::limiter::Limiter;
use crate::store::stack_guard::StackRequirement;
use std::ptr::NonNull;
use std::time::Instant;
use wasmtime::AsContext;

/// The data of a store: what Wasmtime hands back to limits, epochs and host functions.
pub(crate) struct State {
    pub limiter: Limiter,
    /// The bounds of the call under way.
    pub budget: CallBudget,
    /// When the call under way must have ended.
    pub deadline: Option<Instant>,
    /// What a call on the caller's stack needs.
    pub stack: StackRequirement,
    /// Who serves the imported functions on the direct path, for the length of a call.
    pub host: Option<HostPointer>,
    /// Where they are asked for on the driver's path, and where calls are stopped; none on the direct path.
    pub channel: Option<SharedChannel>,
    /// False once the guest was called back and trapped, so that the fuel of the call under way is an upper bound.
    pub fuel_is_exact: bool,
}

impl State {
    pub fn new(limits: &Limits, budget: CallBudget, stack: StackRequirement) -> Self {
        Self {
            limiter: Limiter::new(limits.clone()),
            budget,
            deadline: None,
            stack,
            host: None,
            channel: None,
            fuel_is_exact: true,
        }
    }

    /// Fuel left; 0 where none is counted.
    pub fn fuel_left(store: impl AsContext<Data = Self>) -> u64 {
        store.as_context().get_fuel().unwrap_or(0)
    }
}

/// A host, for the length of one call on the caller's stack.
#[derive(Clone, Copy)]
pub(crate) struct HostPointer(NonNull<dyn Host>);

// SAFETY: it is used by the thread that runs the call for whose length it is set, and by no other: see `HostPointer::new`.
unsafe impl Send for HostPointer {}
// SAFETY: as above.
unsafe impl Sync for HostPointer {}

impl HostPointer {
    /// # Safety
    ///
    /// `host` must live until the pointer is taken out of the store again, before the call returns to whoever gave it.
    pub unsafe fn new(host: &dyn Host) -> Self {
        // SAFETY: the lifetime is the caller's to keep.
        let host: &'static dyn Host =
            unsafe { std::mem::transmute::<&dyn Host, &'static dyn Host>(host) };
        Self(NonNull::from(host))
    }

    pub fn get(&self) -> &dyn Host {
        // SAFETY: whoever made it keeps it alive.
        unsafe { self.0.as_ref() }
    }
}
