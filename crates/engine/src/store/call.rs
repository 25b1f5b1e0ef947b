//! Calls: limits, runs, measures and, on failure, classifies each one.
//!
//! Core modules and components differ in what is called ([`Callee`]), not in how a call begins and ends.
//!
//! ```text
//! InstanceStore::call        begin → direct: on the caller's stack  → end     (synchronous instances)
//!                                  └ fiber: polled here to its end ─┘
//! InstanceStore::call_async  begin → fiber: polled by a `Task`      → end     (asynchronous instances)
//! ```

use crate::engine::clock;
use crate::error::trap::Cause;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::host::channel::StopReason;
use crate::limits::budget::{CallBudget, CallMode};
use crate::limits::{CallLimits, Limit};
use crate::store::host_state::HostPointer;
use crate::store::instance_store::{FAR_FUTURE_EPOCHS, InstanceState, InstanceStore};
use crate::store::metrics::{Execution, Measurement};
use crate::store::{State, classify, fiber};
use crate::value::Mismatch;
use std::pin::pin;
use std::time::{Duration, Instant};
use wasmtime::Store;

/// The options of one call.
#[derive(Default)]
pub struct CallOptions<'a> {
    /// Limits of this call, instead of the instance's.
    pub limits: CallLimits,
    /// Implements the functions that the guest imports.
    pub host: Option<&'a dyn Host>,
}

impl<'a> From<Option<&'a dyn Host>> for CallOptions<'a> {
    fn from(host: Option<&'a dyn Host>) -> Self {
        Self {
            limits: CallLimits::default(),
            host,
        }
    }
}

/// Something to run in a store, on the caller's stack or on a fiber.
pub(crate) trait Callee: Send {
    type Output: Send;

    /// Whether a trap in it ends the use of the instance.
    const POISONED_BY_TRAP: bool;

    /// Runs on the caller's stack.
    fn call(self, store: &mut Store<State>) -> wasmtime::Result<Self::Output>;

    /// Runs on a fiber.
    fn call_async(
        self,
        store: &mut Store<State>,
    ) -> impl Future<Output = wasmtime::Result<Self::Output>> + Send;
}

/// The reason that a call did not return.
enum CallFailure {
    Guest(wasmtime::Error),
    Stopped(StopReason),
}

impl InstanceStore {
    /// Instantiates `callee` under the budget of one call.
    pub(crate) fn instantiate<C: Callee>(
        &mut self,
        callee: C,
        host: Option<&dyn Host>,
    ) -> Result<C::Output> {
        let result = self.call(callee, host.into());
        self.finish_instantiation(result)
    }

    /// As [`InstanceStore::instantiate`], polled by a task.
    pub(crate) async fn instantiate_async<C: Callee>(&mut self, callee: C) -> Result<C::Output> {
        let result = self.call_async(callee, CallLimits::default()).await;
        self.finish_instantiation(result)
    }

    fn finish_instantiation<T>(&mut self, result: Result<T>) -> Result<T> {
        // Instantiation runs like a call, but does not count as a call of an export.
        self.calls = 0;
        self.inner.data_mut().limiter.finish_instantiation();
        result.map_err(|error| match error {
            Error::Trap(report) => match report.cause {
                Cause::CanonicalAbi(message) => Error::Link { message },
                Cause::Trap(_) => Error::Trap(report),
            },
            error => error,
        })
    }

    /// Runs `callee` and returns once it has ended.
    #[inline]
    pub(crate) fn call<C: Callee>(
        &mut self,
        callee: C,
        options: CallOptions<'_>,
    ) -> Result<C::Output> {
        if !options.limits.is_default() {
            self.prepare_for(options.limits)?;
        }
        match self.execution {
            Execution::Direct => self.call_direct(callee, options),
            Execution::Fiber => {
                let channel = self.channel().unwrap_or_default();
                channel.clear();
                let call = self.call_async(callee, options.limits);
                fiber::block_on(call, &channel, options.host)
            }
        }
    }

    /// As [`InstanceStore::call`], with what the call cost.
    pub(crate) fn measure<C: Callee>(
        &mut self,
        callee: C,
        options: CallOptions<'_>,
    ) -> Result<Measurement<C::Output>> {
        let (before, started) = (self.fuel, Instant::now());
        let value = self.call(callee, options)?;
        Ok(self.measurement(value, before, started))
    }

    /// A call with a timeout needs a fiber on an engine that counts only fuel.
    #[cold]
    fn prepare_for(&mut self, limits: CallLimits) -> Result<()> {
        if self.execution == Execution::Fiber
            || self.has_epochs
            || !matches!(limits.timeout_ms, Limit::AtMost(_))
        {
            return Ok(());
        }
        if self.needs_host {
            return Err(Error::option(
                "timeoutMs",
                "this instance has host functions and was created with 'limits.timeoutMs' unlimited, so its calls cannot be timed; create it with a timeout, or leave that limit out",
            ));
        }
        self.switch_to_fiber()
    }

    #[inline]
    fn call_direct<C: Callee>(&mut self, callee: C, options: CallOptions<'_>) -> Result<C::Output> {
        self.inner.data().stack.check()?;
        self.begin(options.limits)?;
        let started_ns = clock::now_ns();
        if let Some(host) = options.host {
            // SAFETY: the pointer is taken out again below; if the call panics, no later call of this instance begins.
            self.inner.data_mut().host.functions = Some(unsafe { HostPointer::new(host) });
        }
        let result = callee.call(&mut self.inner).map_err(CallFailure::Guest);
        if options.host.is_some() {
            self.inner.data_mut().host.functions = None;
        }
        self.end::<C>(started_ns, result)
    }

    /// Runs `callee` in time slices, resumed when its future is polled.
    ///
    /// The channel is cleared when the call is created, not here: it may be stopped before it is first polled.
    pub(crate) async fn call_async<C: Callee>(
        &mut self,
        callee: C,
        limits: CallLimits,
    ) -> Result<C::Output> {
        let channel = self.channel().unwrap_or_default();
        self.begin(limits)?;
        let (started_ns, deadline) = (clock::now_ns(), self.deadline());
        let result = {
            let future = pin!(callee.call_async(&mut self.inner));
            match fiber::with_deadline(future, deadline, &channel).await {
                Ok(result) => result.map_err(CallFailure::Guest),
                Err(reason) => Err(CallFailure::Stopped(reason)),
            }
        };
        self.end::<C>(started_ns, result)
    }

    #[inline]
    fn begin(&mut self, limits: CallLimits) -> Result<()> {
        if !matches!(self.state, InstanceState::Ready) {
            return Err(self.poisoned());
        }
        // Most calls use the instance's budget, which is already set.
        let budget = match limits.is_default() && !self.has_call_limits {
            true => self.budget,
            false => self.set_budget(limits)?,
        };
        if self.counts_fuel {
            self.inner
                .set_fuel(budget.fuel.unwrap_or(u64::MAX))
                .map_err(|error| Error::internal(&error))?;
        }
        if self.has_epochs {
            self.inner.set_epoch_deadline(self.epochs(budget));
        }
        let state = self.inner.data_mut();
        if let Some(timeout) = budget.timeout {
            state.deadline = Some(Instant::now() + timeout);
        }
        state.fuel_is_exact = true;
        self.state = InstanceState::Running;
        self.calls += 1;
        Ok(())
    }

    /// The number of epochs after which the guest is interrupted, or yields.
    fn epochs(&self, budget: CallBudget) -> u64 {
        match (self.mode, self.counts_fuel) {
            // One more, or a call that begins just before the next epoch would yield at once.
            (CallMode::Asynchronous, false) => fiber::TIME_SLICE_EPOCHS + 1,
            // Time slices of fuel end it in time, and leave its counter exact.
            (CallMode::Asynchronous, true) => FAR_FUTURE_EPOCHS,
            (CallMode::Synchronous, _) => budget.timeout.map_or(FAR_FUTURE_EPOCHS, clock::epochs),
        }
    }

    /// Sets the budget of a call with its own limits, or the instance's again.
    #[cold]
    fn set_budget(&mut self, call: CallLimits) -> Result<CallBudget> {
        let limits = self.inner.data().limiter.limits().with_call_limits(call);
        let config = self.engine.config();
        let budget = limits.budget(config.interruption, &config.limits, self.mode);
        let budget = budget.map_err(|error| match error {
            Error::BadOption { option, message } => Error::BadOption {
                option: option.trim_start_matches("limits.").to_owned(),
                message,
            },
            error => error,
        })?;
        let state = self.inner.data_mut();
        (state.budget, state.deadline) = (budget, None);
        self.has_call_limits = !call.is_default();
        Ok(budget)
    }

    #[cold]
    fn poisoned(&self) -> Error {
        Error::Poisoned {
            reason: match &self.state {
                InstanceState::Poisoned(reason) => reason.clone(),
                InstanceState::Ready | InstanceState::Running => {
                    "an internal error cut its last call short".to_owned()
                }
            },
        }
    }

    #[inline]
    fn end<C: Callee>(
        &mut self,
        started_ns: u64,
        result: Result<C::Output, CallFailure>,
    ) -> Result<C::Output> {
        let elapsed_ns = clock::now_ns().saturating_sub(started_ns);
        self.elapsed_ns += elapsed_ns;
        match result {
            Ok(_) if self.is_late(elapsed_ns) => Err(self.fail(
                CallFailure::Stopped(StopReason::Deadline),
                C::POISONED_BY_TRAP,
            )),
            Ok(value) => {
                self.state = InstanceState::Ready;
                self.fuel.consumed = self.fuel.consumed.saturating_add(self.consumed());
                self.fuel.is_exact &= self.inner.data().fuel_is_exact;
                Ok(value)
            }
            Err(failure) => Err(self.fail(failure, C::POISONED_BY_TRAP)),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.inner.data().deadline
    }

    /// Whether a call that returned did so after its deadline: neither a single bulk operation nor a host function can be
    /// interrupted.
    #[inline]
    fn is_late(&self, elapsed_ns: u64) -> bool {
        match self.inner.data().budget.timeout {
            // The coarse clock shows which calls need a look at the precise one.
            Some(timeout) if Duration::from_nanos(elapsed_ns) + clock::RESOLUTION >= timeout => {
                self.deadline()
                    .is_some_and(|deadline| Instant::now() >= deadline)
            }
            _ => false,
        }
    }

    /// The fuel that the call has consumed so far; exact while the guest is outside its own code.
    #[inline]
    fn consumed(&self) -> u64 {
        if !self.counts_fuel {
            return 0;
        }
        let left = self.inner.get_fuel().unwrap_or(0);
        self.fuel_budget().saturating_sub(left)
    }

    #[inline]
    fn fuel_budget(&self) -> u64 {
        self.inner.data().budget.fuel.unwrap_or(u64::MAX)
    }

    /// Classifies and charges a failed call, and decides whether the instance can be called again.
    #[cold]
    fn fail(&mut self, failure: CallFailure, poisoned_by_trap: bool) -> Error {
        if let CallFailure::Guest(error) = &failure
            && let Some(mismatch) = error.downcast_ref::<Mismatch>()
        {
            self.state = InstanceState::Ready;
            self.calls -= 1;
            return Error::BadValue(mismatch.to_string());
        }
        let state = self.inner.data();
        let is_exact = state.fuel_is_exact;
        let (error, is_exact) = match failure {
            // The guest had returned, had yielded, or waited for a host function: it was outside its own code.
            CallFailure::Stopped(StopReason::Deadline) => (state.budget.timed_out(), is_exact),
            CallFailure::Stopped(StopReason::Aborted) => (Error::Aborted, is_exact),
            CallFailure::Guest(error) => {
                let error = classify::classify_error(state, &error);
                let leaves_exact = classify::leaves_fuel_exact(&error);
                (error, is_exact && leaves_exact)
            }
        };
        self.traps += u64::from(!matches!(error, Error::HostFailed));
        self.charge(is_exact);
        let poisons = poisoned_by_trap || matches!(error, Error::Timeout { .. } | Error::Aborted);
        self.state = match poisons {
            true => InstanceState::Poisoned(format!(
                "its last call ended with {} ({error})",
                error.code()
            )),
            false => InstanceState::Ready,
        };
        error
    }

    /// Adds the fuel that a failed call consumed: Wasmtime's counter if it is exact, else the whole budget.
    fn charge(&mut self, is_exact: bool) {
        let consumed = match (is_exact, self.counts_fuel) {
            (true, _) => self.consumed(),
            (false, true) => self.fuel_budget(),
            (false, false) => 0,
        };
        self.fuel.consumed = self.fuel.consumed.saturating_add(consumed);
        self.fuel.is_exact &= is_exact || !self.counts_fuel;
    }
}
