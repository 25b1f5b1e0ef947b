//! The store of one instance: a Wasmtime store under the instance's limits, how its calls reach the guest, and its totals.

use crate::engine::Engine;
use crate::engine::admission::Permit;
use crate::engine::clock;
use crate::error::{Error, Result};
use crate::host::channel::SharedChannel;
use crate::limits::budget::{CallBudget, CallMode};
use crate::limits::{Limit, Limits};
use crate::store::State;
use crate::store::fiber::{TIME_SLICE_EPOCHS, TIME_SLICE_FUEL};
use crate::store::metrics::{Execution, Fuel, Measurement, Metrics};
use crate::store::stack_guard::StackRequirement;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wasmtime::{Store, UpdateDeadline};

/// The parts that core and component instances share. Calls are in [`crate::store::call`].
pub struct InstanceStore {
    pub(crate) inner: Store<State>,
    pub(super) engine: Engine,
    /// The budget of a call without its own limits.
    pub(super) budget: CallBudget,
    /// Whether the last call had its own limits.
    pub(super) has_call_limits: bool,
    pub(super) mode: CallMode,
    pub(super) execution: Execution,
    /// Whether host functions are linked for one execution, so that the instance cannot change to the other.
    pub(super) needs_host: bool,
    pub(super) counts_fuel: bool,
    pub(super) has_epochs: bool,
    pub(super) state: InstanceState,
    pub(crate) fuel: Fuel,
    pub(super) calls: u64,
    pub(super) traps: u64,
    pub(super) elapsed_ns: u64,
    _permit: Permit,
}

/// Whether calls are possible.
#[derive(Debug)]
pub(super) enum InstanceState {
    Ready,
    /// A call is in progress. A call that finds this state follows one that a panic cut short.
    Running,
    Poisoned(String),
}

/// The parameters of an instantiation.
pub(crate) struct InstantiateParams<'a> {
    pub engine: &'a Engine,
    pub limits: &'a Limits,
    /// The number of memories of one instance.
    pub memories: u32,
    pub needs_host: bool,
    pub mode: CallMode,
}

/// How the calls of an instance reach the guest, decided at instantiation.
///
/// A guest with host functions on an engine that counts only fuel runs on a fiber too, unless time was written to be
/// unlimited: a call of it can be given a timeout only there.
fn execution(params: &InstantiateParams<'_>, budget: CallBudget) -> Execution {
    let interruption = params.engine.config().interruption;
    let may_be_timed =
        params.needs_host && interruption.fuel() && params.limits.timeout_ms != Limit::Unlimited;
    match (params.mode, interruption.epoch()) {
        (CallMode::Asynchronous, _) => Execution::Fiber,
        (CallMode::Synchronous, true) => Execution::Direct,
        (CallMode::Synchronous, false) if budget.timeout.is_some() || may_be_timed => {
            Execution::Fiber
        }
        (CallMode::Synchronous, false) => Execution::Direct,
    }
}

impl InstanceStore {
    /// An empty store under the limits.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` for limits that the engine cannot enforce; `INSTANCE_LIMIT`.
    pub(crate) fn new(params: &InstantiateParams<'_>) -> Result<Self> {
        let InstantiateParams { engine, limits, .. } = *params;
        let config = engine.config();
        let interruption = config.interruption;
        let budget = limits.budget(interruption, &config.limits, params.mode)?;
        let execution = execution(params, budget);
        let permit = engine.admit(params.memories)?;
        let stack = StackRequirement::new(config.max_stack_bytes);
        let mut inner = Store::new(engine.wasmtime(), State::new(limits, budget, stack));
        inner.limiter(|state| &mut state.limiter);
        inner.set_hostcall_fuel(usize::try_from(limits.transfer_bytes).unwrap_or(usize::MAX));
        if interruption.epoch() {
            let yields = params.mode == CallMode::Asynchronous && !interruption.fuel();
            inner.epoch_deadline_callback(move |store| {
                Ok(on_epoch_deadline(store.data().deadline, yields))
            });
        }
        let mut store = Self {
            inner,
            engine: engine.clone(),
            budget,
            has_call_limits: false,
            mode: params.mode,
            execution: Execution::Direct,
            needs_host: params.needs_host,
            counts_fuel: interruption.fuel(),
            has_epochs: interruption.epoch(),
            state: InstanceState::Ready,
            fuel: Fuel {
                consumed: 0,
                is_exact: true,
            },
            calls: 0,
            traps: 0,
            elapsed_ns: 0,
            _permit: permit,
        };
        if execution == Execution::Fiber {
            store.switch_to_fiber()?;
        }
        Ok(store)
    }

    /// Makes calls yield, on a fiber. Irreversible: Wasmtime rejects synchronous entry once yielding is enabled.
    pub(super) fn switch_to_fiber(&mut self) -> Result<()> {
        if self.counts_fuel {
            self.inner
                .fuel_async_yield_interval(Some(TIME_SLICE_FUEL))
                .map_err(|error| Error::internal(&error))?;
        }
        self.inner.data_mut().host.channel = Some(Arc::default());
        self.execution = Execution::Fiber;
        Ok(())
    }

    /// How calls reach the guest.
    pub(crate) fn execution(&self) -> Execution {
        self.execution
    }

    /// The channel of calls on a fiber, for host calls and stops; none on the direct path.
    pub(crate) fn channel(&self) -> Option<SharedChannel> {
        self.inner.data().host.channel.clone()
    }

    /// The totals of the instance.
    pub(crate) fn metrics(&self) -> Metrics {
        let limiter = &self.inner.data().limiter;
        Metrics {
            fuel: self.fuel,
            memory_bytes: limiter.memory_bytes(),
            peak_memory_bytes: limiter.peak_memory_bytes(),
            memory_refusals: limiter.refusals(),
            calls: self.calls,
            traps: self.traps,
            elapsed_ns: self.elapsed_ns,
            execution: self.execution,
        }
    }

    /// The measurement of the call that has just returned `value`; `before` and `started` were taken in front of it.
    pub(crate) fn measurement<T>(
        &self,
        value: T,
        before: Fuel,
        started: impl Into<Option<Instant>>,
    ) -> Measurement<T> {
        let elapsed = started.into().map(|started| started.elapsed().as_nanos());
        Measurement {
            value,
            elapsed_ns: u64::try_from(elapsed.unwrap_or(0)).unwrap_or(u64::MAX),
            fuel: Fuel {
                consumed: self.fuel.consumed - before.consumed,
                is_exact: self.inner.data().fuel_is_exact,
            },
            peak_memory_bytes: self.inner.data().limiter.peak_memory_bytes(),
        }
    }
}

/// An epoch deadline that no guest reaches, for engines with epochs where a call has no timeout.
pub(super) const FAR_FUTURE_EPOCHS: u64 = 1 << 60;

/// Decides what happens once a guest has reached its epoch deadline.
///
/// The clock of epochs catches up when it was late, and so runs ahead of a call that has just begun; the precise clock
/// decides.
fn on_epoch_deadline(deadline: Option<Instant>, yields: bool) -> UpdateDeadline {
    if yields {
        return UpdateDeadline::Yield(TIME_SLICE_EPOCHS);
    }
    match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
        Some(Duration::ZERO) => UpdateDeadline::Interrupt,
        Some(left) => UpdateDeadline::Continue(clock::epochs(left)),
        None => UpdateDeadline::Continue(FAR_FUTURE_EPOCHS),
    }
}
